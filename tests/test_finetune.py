"""The whole stage on a model of two layers: worth fifty mocks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from fmcore.errors import TrainingError
from fmcore.evaluation.predict import predict_split
from fmcore.finetune import estimate, finetune
from fmcore.records import Progress, Sentence, Status
from fmcore.training import checkpoints
from fmcore.training.settings import FinetuneSettings
from tests.training.job import dataset, rows, spec

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def run(
    base: Path, folder: Path, frame: pd.DataFrame | None = None, *, stop_at: int | None = None, data: Any = None, **settings: Any
) -> tuple[Any, list[Progress], list[str], list[Sentence]]:
    frame = rows() if frame is None else frame
    said: list[Progress] = []
    log: list[str] = []
    sentences: list[Sentence] = []
    outcome = finetune(
        spec(base, **settings), dataset=data or dataset(frame), frame=frame, folder=folder, report=said.append,
        should_stop=lambda: bool(stop_at and said and said[-1].step >= stop_at - 1), log=log.append, say=sentences.append,
    )  # fmt: skip
    return outcome, said, log, sentences


def test_a_run_learns_reports_every_step_and_leaves_a_plain_model(tiny_model: Path, tmp_path: Path) -> None:
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    outcome, said, _, _ = run(tiny_model, tmp_path, epochs=8, learning_rate=1e-2)
    assert (outcome.status, outcome.step, outcome.steps, outcome.device, outcome.precision) == (Status.DONE, 80, 80, "cpu", "fp32")
    assert [item.step for item in said] == list(range(1, 81))
    assert [item.step for item in said if "validation_macro-f1" in item.values] == list(range(5, 81, 5))
    assert {"train_loss", "learning_rate", "examples_per_second", "memory_mb"} <= set(said[0].values)
    best = max(said, key=lambda item: (item.values.get("validation_macro-f1", -1), -item.values.get("validation_loss", 9)))
    assert outcome.best_step == best.step
    assert best.values["validation_accuracy"] > 0.9

    model = AutoModelForSequenceClassification.from_pretrained(outcome.model)
    assert model.config.id2label == {0: "bad", 1: "good"}
    AutoTokenizer.from_pretrained(outcome.model)
    assert checkpoints.trouble(outcome.model) is None
    assert not (tmp_path / "checkpoints").exists()

    frame = rows()
    found = predict_split(outcome.model, dataset(frame), frame, split="validation", settings=FinetuneSettings(max_length=32), device="cpu")
    assert float((found["target"] == found["answer"]).mean()) == pytest.approx(best.values["validation_accuracy"])
    assert float(found["loss"].mean()) == pytest.approx(best.values["validation_loss"], abs=1e-6)

    again, once_more, _, _ = run(tiny_model, tmp_path, epochs=8, learning_rate=1e-2)
    assert again == outcome
    assert once_more == said  # whoever wrote the steps down may have been killed before the last of them


def test_a_stopped_run_keeps_that_very_step_and_goes_on_from_it(tiny_model: Path, tmp_path: Path) -> None:
    whole, losses, _, _ = run(tiny_model, tmp_path / "whole")
    stopped, first, _, _ = run(tiny_model, tmp_path / "parts", stop_at=13)
    assert (stopped.status, stopped.step, stopped.best_step) == (Status.STOPPED, 13, max(stopped.best_step, 5))
    assert (tmp_path / "parts" / "checkpoints" / "step-000013").is_dir()
    assert checkpoints.trouble(stopped.model) is None
    done, second, log, _ = run(tiny_model, tmp_path / "parts")
    assert any("step-000013" in line for line in log)
    assert (done.status, done.best_step) == (Status.DONE, whole.best_step)
    merged = {item.step: item.values["train_loss"] for item in [*first, *second]}
    assert merged == {item.step: item.values["train_loss"] for item in losses}
    same = checkpoints.sha256(tmp_path / "whole/model/model.safetensors") == checkpoints.sha256(tmp_path / "parts/model/model.safetensors")
    assert same


def test_a_damaged_checkpoint_is_skipped_with_a_note(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fmcore.settings import get_settings

    monkeypatch.setenv("FMCORE_CHECKPOINT_SECONDS", "0")
    get_settings.cache_clear()
    run(tiny_model, tmp_path, stop_at=8)
    with (tmp_path / "checkpoints/step-000008/optimizer.pt").open("r+b") as file:
        file.seek(1000)
        file.write(b"xx")
    _, said, log, _ = run(tiny_model, tmp_path, stop_at=9)
    assert log[0] == "Checkpoint step-000008 is skipped: optimizer.pt is damaged."
    assert "step-000007" in log[1]
    assert said[-1].step == 9


def test_a_loss_that_is_no_number_stops_at_once_with_a_sentence(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fmcore.tasks import TextClassification

    loss = TextClassification.loss
    calls: list[int] = []

    def broken(self: Any, *args: Any, **options: Any) -> torch.Tensor:
        calls.append(1)
        return loss(self, *args, **options) * (float("nan") if len(calls) == 3 else 1)

    monkeypatch.setattr(TextClassification, "loss", broken)
    with pytest.raises(TrainingError, match="no longer a number at step 3"):
        run(tiny_model, tmp_path)
    assert len(calls) == 3


def test_out_of_memory_is_tried_once_more_at_half_the_batch(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fmcore.tasks import TextClassification

    loss = TextClassification.loss
    sizes: list[int] = []

    def tight(self: Any, logits: torch.Tensor, targets: torch.Tensor, **options: Any) -> torch.Tensor:
        sizes.append(len(targets))
        if len(targets) > 4:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 99999999999 bytes.")
        return loss(self, logits, targets, **options)

    monkeypatch.setattr(TextClassification, "loss", tight)
    outcome, said, _, sentences = run(tiny_model, tmp_path, dropout=0.0)
    assert sizes == [8] + [4] * 40
    assert (outcome.status, outcome.steps, len(said)) == (Status.DONE, 20, 20)
    assert any("half as large" in str(line) for line in sentences)
    monkeypatch.setattr(TextClassification, "loss", loss)
    _, whole, _, _ = run(tiny_model, tmp_path / "whole", dropout=0.0)
    assert [item.values["train_loss"] for item in said] == pytest.approx([item.values["train_loss"] for item in whole], abs=1e-4)


def test_out_of_memory_twice_is_a_sentence(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fmcore.tasks import TextClassification

    def tight(self: Any, *args: Any, **options: Any) -> torch.Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(TextClassification, "loss", tight)
    with pytest.raises(TrainingError, match="batches of 8 rows, and also with half"):
        run(tiny_model, tmp_path)


def test_a_full_disk_is_a_sentence(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match="The disk is full"):
        run(tiny_model, tmp_path)
    assert list((tmp_path / "checkpoints").iterdir()) == []


def test_training_ends_early_when_nothing_gets_better(tiny_model: Path, tmp_path: Path) -> None:
    outcome, said, _, _ = run(tiny_model, tmp_path, epochs=4, learning_rate=1e-7, early_stopping_patience=2, best_metric="accuracy")
    assert outcome.status is Status.DONE
    assert (outcome.step, outcome.steps) == (15, 40)  # evaluations at 5, 10, 15: the first is the best, two were no better
    assert said[-1].step == outcome.step
    assert "Ended early" in str(outcome.note)


@pytest.mark.parametrize(
    "settings",
    [
        {"gradient_accumulation": 3, "batch_size": 7, "schedule": "cosine"},
        {"class_weights": "balanced", "label_smoothing": 0.1, "schedule": "constant"},
        {"freeze_layers": 1, "gradient_clipping": 0, "dropout": 0.0, "warmup_share": 0},
        {"precision": "bf16"},
    ],
    ids=["accumulation", "weights", "frozen", "bf16"],
)
def test_every_setting_trains(tiny_model: Path, tmp_path: Path, settings: dict[str, Any]) -> None:
    outcome, said, _, _ = run(tiny_model, tmp_path, epochs=1, **settings)
    assert outcome.status is Status.DONE
    assert len(said) == outcome.steps == (4 if "gradient_accumulation" in settings else 10)
    assert all(np.isfinite(list(item.values.values())).all() for item in said)


def test_without_validation_rows_the_last_step_is_kept(tiny_model: Path, tmp_path: Path) -> None:
    frame = rows()
    outcome, _, _, _ = run(tiny_model, tmp_path, frame[frame["fmc_split"] != "validation"], epochs=1)
    assert (outcome.best_step, outcome.step) == (10, 10)
    assert checkpoints.trouble(outcome.model) is None


def test_pairs_of_texts_train(tiny_model: Path, tmp_path: Path) -> None:
    frame = rows().assign(other=[f"and {i}" for i in range(120)])
    outcome, _, _, _ = run(tiny_model, tmp_path, frame, data=dataset(frame, text_pair="other"), epochs=1)
    assert outcome.status is Status.DONE


def test_the_forecast_counts_steps_tokens_and_cut_texts(tiny_model: Path) -> None:
    frame = rows()
    forecast = estimate(spec(tiny_model, max_length=12), dataset(frame), frame)
    assert (forecast.rows, forecast.steps, forecast.device, forecast.precision) == (80, 20, "cpu", "fp32")
    assert 0 < forecast.seconds_low < forecast.seconds < forecast.seconds_high
    assert forecast.memory_mb > 0
    assert 0 < forecast.cut_share <= 1 and forecast.tokens <= 80 * 12
    assert estimate(spec(tiny_model, max_length=128), dataset(frame), frame).cut_share == 0


def test_nothing_but_known_files_lies_in_a_checkpoint_and_no_pickled_arguments(tiny_model: Path, tmp_path: Path) -> None:
    run(tiny_model, tmp_path, stop_at=3)
    place = tmp_path / "checkpoints" / "step-000003"
    names = {path.name for path in place.iterdir()}
    assert "training_args.bin" not in names
    assert {"model.safetensors", "optimizer.pt", "scheduler.pt", "rng_state.pth", "trainer_state.json", "run_state.json"} <= names
    torch.load(place / "optimizer.pt", weights_only=True)  # refuses anything but tensors and plain values
    assert set(json.loads((place / "manifest.json").read_text())["files"]) == names - {"manifest.json"}


def test_two_processes_take_the_same_steps_as_one(tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    one, alone, _, _ = run(tiny_model, tmp_path / "one", epochs=1, dropout=0.0)
    monkeypatch.setenv("FMCORE_PROCESSES", "2")
    two, together, _, _ = run(tiny_model, tmp_path / "two", epochs=1, dropout=0.0)
    assert (two.status, two.step, two.best_step) == (one.status, one.step, one.best_step)
    assert [item.values["train_loss"] for item in together] == pytest.approx([item.values["train_loss"] for item in alone], abs=1e-4)
    assert checkpoints.trouble(two.model) is None
