"""The report is made from the record: byte for byte the same, whoever makes it and in which process, and never of changed answers."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from fmcore.errors import DataError, JobError
from fmcore.evaluation import fingerprint, predictions
from fmcore.pipeline import report, runs
from fmcore.store import open_store
from tests.pages import swapped
from tests.pipeline import finished


@pytest.fixture
def run_id(home: Path, tiny_rows: pd.DataFrame) -> str:
    return finished.finish(finished.dataset(tiny_rows))


def test_two_people_make_the_same_bytes_and_each_making_is_a_look(run_id: str) -> None:
    first, second = report.report(run_id, who="ann"), report.report(run_id, who="bob")
    assert first == second
    assert [(look.who, look.how) for look in open_store().looks(run_id)] == [("ann", "report"), ("bob", "report")]


def test_another_process_makes_the_same_bytes(run_id: str, tmp_path: Path) -> None:
    made = report.report(run_id)
    files = {name: tmp_path / name for name in ("page.html", "evidence.json", "card.md")}
    command = [sys.executable, "-m", "fmcore", "report", run_id, "-o", files["page.html"], "--json-file", files["evidence.json"]]
    subprocess.run([*command, "--model-card", files["card.md"]], check=True, capture_output=True)
    assert [path.read_bytes() for path in files.values()] == [text.encode() for text in (made.html, made.json, made.model_card)]


def test_another_look_at_the_test_rows_is_in_the_next_report(run_id: str) -> None:
    before = report.collect(run_id)
    open_store().look(run_id, who="ann", how="report page")
    after = report.collect(run_id)
    assert (len(before.looks), len(after.looks)) == (0, 1)


def test_fingerprints_stand_with_what_they_are_of(run_id: str) -> None:
    found = {one.what: one for one in report.collect(run_id).fingerprints}
    assert list(found) == ["data", "base", "spec", "model", "predictions/validation", "predictions/test"]
    assert all(one.is_recorded for one in found.values())
    path = runs.folder(run_id) / "predictions" / "test.parquet"
    assert found["predictions/test"].sha256 == fingerprint.of(predictions.read(path))
    assert found["predictions/test"].sha256 == hashlib.sha256(path.with_suffix(".digests").read_bytes()).hexdigest()


def test_no_report_is_made_of_changed_answers(run_id: str) -> None:
    path = runs.folder(run_id) / "predictions" / "test.parquet"
    frame = predictions.read(path)
    predictions.write(frame.iloc[1:], path)
    with pytest.raises(DataError, match=f"python -m fmcore verify {run_id}"):
        report.report(run_id)
    assert open_store().looks(run_id) == []


def test_a_run_from_before_fingerprints_were_kept_says_so(home: Path, tiny_rows: pd.DataFrame) -> None:
    old = finished.finish(finished.dataset(tiny_rows), is_recorded=False)
    found = {one.what: one.is_recorded for one in report.collect(old).fingerprints}
    assert found["predictions/test"] is False and found["data"] is True
    assert "not recorded" in report.report(old).html


def test_a_run_that_is_not_done_has_no_report(home: Path, tiny_rows: pd.DataFrame) -> None:
    waiting = runs.submit(runs.plan(finished.dataset(tiny_rows).id))
    with pytest.raises(JobError, match="nothing to report"):
        report.report(waiting.id)


def swap_test(run_id: str) -> str:
    return swapped.test_of(open_store(), run_id, swapped.answered(("bad", "good")), split="validation")


def test_swap_tests_stand_in_all_three_and_come_out_the_same_again(run_id: str) -> None:
    test = swap_test(run_id)
    first, second = report.report(run_id, who="ann"), report.report(run_id, who="bob")
    assert first == second
    for form in (first.html, first.json, first.model_card.replace("\\", "")):
        assert test in form and "25.0 % of 40 sentences" in form and "She lost card" not in form
    [fingerprint_of_swaps] = [one for one in report.collect(run_id).fingerprints if one.what == f"swaps/{test}"]
    assert fingerprint_of_swaps.is_recorded
    assert fingerprint_of_swaps.sha256 == hashlib.sha256((runs.folder(test) / "swaps.parquet").read_bytes()).hexdigest()


def test_no_report_is_made_of_changed_swap_answers_until_that_test_lies_in_the_bin(run_id: str) -> None:
    test = swap_test(run_id)
    path = runs.folder(test) / "swaps.parquet"
    pd.read_parquet(path).assign(after_p_good=0.5).to_parquet(path, index=False)
    for act in (report.report, report.check):
        with pytest.raises(DataError, match=f"answers of {test} .* were changed"):
            act(run_id)
    open_store().delete_runs([test], "ann")
    assert test not in report.report(run_id).json
