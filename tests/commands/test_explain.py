"""``explain`` on the command line: words with their sum, a verdict, edits, and explanations for the report."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fmcore import inference
from fmcore.commands import main
from fmcore.inference.operations import find
from fmcore.pipeline import runs
from fmcore.pipeline.trained import load
from fmcore.settings import get_settings
from tests.inference.trained import trained


@pytest.fixture
def run_id(home: Path, tiny_model: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> str:
    """A done run whose model answers in this process."""
    made = trained(tiny_model, tiny_rows)
    held = load(made)

    def ask(run: str, operation: str, *, timeout: float = 0, **asked: Any) -> Any:
        return find(operation)(held, **asked)

    monkeypatch.setattr(inference, "ask", ask)
    return made


def test_words_verdict_and_edits_come_as_one_document(run_id: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", run_id, "--text", "a lovely but slow train", "--trust", "--edits", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    one = found["attribution"]
    assert one["words"] == ["a", "lovely", "but", "slow", "train"] and one["error"] <= 0.01
    assert sum(one["scores"]) + one["elsewhere"] == pytest.approx(one["total"], abs=0.011 * abs(one["total"]))
    assert found["trust"]["verdict"] in ("supported", "weak", "no-better-than-random") and found["edits"]["tried"] > 5


def test_explanations_are_kept_for_the_report(run_id: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FMCORE_INLINE_JOBS", "1")
    get_settings.cache_clear()
    assert main(["explain", run_id, "--keep", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["status"] == "done" and len(found["explained"]) == 6
    shutil.rmtree(runs.folder(run_id) / "model")
    assert main(["explain", run_id, "--keep", "--json"]) == 1
    assert "any more" in capsys.readouterr().err


def test_a_text_or_keep_and_not_both(run_id: str) -> None:
    assert main(["explain", run_id]) == 2 and main(["explain", run_id, "--text", "x", "--keep"]) == 2
    assert main(["explain", run_id, "--text", "x", "--detach"]) == 2


def test_every_row_of_a_file_is_explained_and_held_against_marks(run_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, out = tmp_path / "rows.csv", tmp_path / "words.jsonl"
    rows = [("a lovely but slow train", "[0, 1, 0, 0, 0]"), ("a lovely train", "lovely"), ("", ""), ("a slow train", "")]
    pd.DataFrame(rows, columns=["said", "why"]).to_csv(file, index=False)
    assert main(["explain", run_id, str(file), "--text", "said", "--marks", "why", "-o", str(out), "--json"]) == 0
    found, lines = json.loads(capsys.readouterr().out), [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [line["row"] for line in lines] == [1, 2, 4] and lines[1]["words"] == ["a", "lovely", "train"] and found["rows"] == 3
    assert found["overlap"]["left_out"] == 1 and found["overlap"]["average_precision"]["n"] == 2
    assert found["overlap"]["at_random"]["value"] == pytest.approx(((1 + 1 / 2 + 1 / 3 + 1 / 4 + 1 / 5) / 5 + 11 / 18) / 2)


def test_marks_that_do_not_fit_are_named_by_row_and_nothing_is_written(
    run_id: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = tmp_path / "rows.csv", tmp_path / "words.jsonl"
    pd.DataFrame([("a lovely train", "lovely"), ("a slow train", "[0, 1]")], columns=["said", "why"]).to_csv(file, index=False)
    assert main(["explain", run_id, str(file), "--text", "said", "--marks", "why", "-o", str(out)]) == 1
    sentence = capsys.readouterr().err.strip().splitlines()[-1]
    assert sentence == "rows.csv, row 2: Marks need one number per word: 3 words, 2 marks." and not out.exists()


def test_a_file_without_anything_to_find_out_is_wrong_usage(run_id: str, tmp_path: Path) -> None:
    assert main(["explain", run_id, str(tmp_path / "rows.csv"), "--text", "said"]) == 2
    assert main(["explain", run_id, "--text", "said", "--marks", "why"]) == 2
