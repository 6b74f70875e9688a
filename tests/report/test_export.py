"""An exported run stands by itself: plain transformers loads it, its files are whole, nothing else comes along."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pandas as pd
import pytest

from fmcore.errors import DataError, ModelError
from fmcore.evaluation import predictions
from fmcore.evaluation.report import evaluate
from fmcore.models.check import check_base
from fmcore.records import BaseModel, Metric, Run, RunSpec, Status, from_json
from fmcore.report import export

SPEC = RunSpec(
    "finetune", "text-classification", "d-1", "ff", 0, BaseModel("embedded", "bert", "ab", 1, 512, "embedded"), {"epochs": 3}, "0.1.0"
)
RUN = Run("r-1", "<script>first</script> | run", SPEC, Status.DONE, "ann", "2026-01-01T00:00:00Z")
ANSWERS = pd.DataFrame(
    {"id": ["1", "2"], "target": ["no", "yes"], "answer": ["no", "no"], "p_no": [0.9, 0.6], "p_yes": [0.1, 0.4], "loss": [0.1, 0.9]}
)


@pytest.fixture(scope="module")
def trained(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder: model/ as a classifier of two labels with what a trainer leaves behind, predictions/test.parquet."""
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    home = tmp_path_factory.mktemp("run")
    labels = {0: "no", 1: "yes"}
    model = AutoModelForSequenceClassification.from_pretrained(tiny_model, id2label=labels, label2id={v: k for k, v in labels.items()})
    model.save_pretrained(home / "model")
    AutoTokenizer.from_pretrained(tiny_model).save_pretrained(home / "model")
    (home / "model" / "training_args.bin").write_bytes(b"pickle")
    (home / "model" / "manifest.json").write_text("{}")
    predictions.write(ANSWERS, home / "predictions" / "test.parquet")
    return home


def write(home: Path, out: Path) -> Path:
    found = evaluate(ANSWERS, ("no", "yes"), "test")
    metrics: list[Metric] = [*found.metrics, *found.per_class]
    return export.run_folder(
        RUN,
        metrics=metrics,
        card_markdown="# Data\n",
        readme="# Card\n",
        model=home / "model",
        predictions=home / "predictions",
        spec=SPEC,
        out=out,
    )


def test_the_folder_loads_with_plain_transformers_and_answers_alike(trained: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    out = write(trained, tmp_path / "out")
    batch = AutoTokenizer.from_pretrained(out)("a lovely day", return_tensors="pt")
    loaded = AutoModelForSequenceClassification.from_pretrained(out).eval()
    original = AutoModelForSequenceClassification.from_pretrained(trained / "model").eval()
    with torch.no_grad():
        assert torch.equal(loaded(**batch).logits, original(**batch).logits)
    assert loaded.config.id2label == {0: "no", 1: "yes"}


def test_an_exported_run_may_be_the_base_of_another(trained: Path, tmp_path: Path, home: Path) -> None:
    out = write(trained, tmp_path / "out")
    assert check_base(str(out)).sha256 == hashlib.sha256((trained / "model" / "model.safetensors").read_bytes()).hexdigest()


def test_the_folder_carries_its_evidence(trained: Path, tmp_path: Path) -> None:
    out = write(trained, tmp_path / "deep" / "out")
    assert from_json(RunSpec, json.loads((out / "spec.json").read_text())) == SPEC
    assert from_json(Run, json.loads((out / "run.json").read_text())) == RUN
    stored = json.loads((out / "metrics.json").read_text())["metrics"]
    assert next(m for m in stored if m["name"] == "accuracy")["value"] == 0.5
    assert "No item was answered with yes." in [m.get("reason") for m in stored]
    pd.testing.assert_frame_equal(predictions.read(out / "predictions" / "test.parquet"), predictions.check(ANSWERS))
    manifest = json.loads((out / "manifest.json").read_text())
    there = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()} - {"manifest.json"}
    assert set(manifest) == there
    assert all(hashlib.sha256((out / name).read_bytes()).hexdigest() == value for name, value in manifest.items())


def test_pickles_of_the_trainer_stay_behind(trained: Path, tmp_path: Path) -> None:
    assert not (write(trained, tmp_path / "out") / "training_args.bin").exists()


def test_the_cards_lie_in_it(trained: Path, tmp_path: Path) -> None:
    out = write(trained, tmp_path / "out")
    assert (out / "README.md").read_text() == "# Card\n" and (out / "data-card.md").read_text() == "# Data\n"


def test_a_taken_place_is_left_alone(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    with pytest.raises(DataError, match="already there and not empty"):
        write(trained, tmp_path)
    with pytest.raises(DataError, match="already there and not empty"):
        write(trained, tmp_path / "mine.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]


def test_an_empty_folder_may_be_filled(trained: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert (write(trained, tmp_path / "out") / "config.json").is_file()


def test_an_export_that_breaks_leaves_nothing(trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(DataError, match="No space left on device"):
        write(trained, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_its_model_says_so(trained: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="not in .* any more"):
        export.run_folder(
            RUN, metrics=[], card_markdown="", readme="", model=tmp_path / "gone", predictions=tmp_path, spec=SPEC, out=tmp_path / "out"
        )
