"""The report's three files are offered on the page; of changed answers a sentence stands there instead."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fmcore.evaluation import predictions
from fmcore.pipeline import runs
from fmcore.store import open_store
from pages.shared.evaluate import report_download
from tests.pages import history
from tests.pipeline import finished


def test_drawing_the_page_counts_no_look_and_making_a_file_counts_one(home: Path, tiny_rows: pd.DataFrame) -> None:
    run_id = finished.finish(finished.dataset(tiny_rows))
    page = history.app("3_judge/evaluate", run=run_id)
    assert not page.exception and not page.error
    assert "Everything about this run to send" in history.words(page)
    assert open_store().looks(run_id) == []
    assert report_download.text(run_id, "html", "ann")().startswith(b"<!doctype html>")
    assert [(look.who, look.how) for look in open_store().looks(run_id)] == [("ann", "report")]


def test_page_and_report_count_openings_alike_and_report_files_apart(home: Path, tiny_rows: pd.DataFrame) -> None:
    run_id = finished.finish(finished.dataset(tiny_rows))
    for _ in range(2):
        open_store().look(run_id, who="ann", how="report page")
    made = [report_download.text(run_id, "html", "ann")() for _ in range(2)]
    assert made[0] == made[1] and b"had been opened 2 times, the last time on" in made[0]
    page = history.app("3_judge/evaluate", run=run_id, split="test")
    titles = [one.label for one in page.expander]
    assert "Opened 2 times so far; every opening is counted. Shown in 2 report files." in titles


def test_changed_answers_are_told_before_anything_is_made(home: Path, tiny_rows: pd.DataFrame) -> None:
    run_id = finished.finish(finished.dataset(tiny_rows))
    path = runs.folder(run_id) / "predictions" / "test.parquet"
    predictions.write(predictions.read(path).iloc[1:], path)
    page = history.app("3_judge/evaluate", run=run_id)
    assert "were changed after the run ended" in page.error[0].value.replace("\\", "")
    assert "Macro-F1 is" in history.words(page).replace("\\", "")  # the rest of the page still works


def test_evaluate_and_audit_show_no_figure_of_answers_that_were_changed(home: Path, tiny_rows: pd.DataFrame) -> None:
    run_id = finished.finish(finished.dataset(tiny_rows))
    path = runs.folder(run_id) / "predictions" / "validation.parquet"
    predictions.write(predictions.read(path).iloc[1:], path)
    for place in ("3_judge/evaluate", "3_judge/audit"):
        page = history.app(place, run=run_id)
        assert any("were changed after the run ended" in one.value.replace("\\", "") for one in page.error), place
        assert not page.exception and not page.metric and not page.dataframe
