"""Explanations that are kept for a report: the same bytes for everybody, and a change of them is seen."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fmcore.data import shelf
from fmcore.errors import DataError
from fmcore.inference.models import load
from fmcore.inference.operations import find
from fmcore.pipeline import explain, report, runs
from fmcore.pipeline.verify import State, verify
from fmcore.store import open_store
from tests.inference.trained import trained


@pytest.fixture
def run_id(home: Path, tiny_model: Path, tiny_rows: pd.DataFrame) -> str:
    return trained(tiny_model, tiny_rows)


def keep(run_id: str) -> explain.Explained:
    held = load(run_id)
    return explain.keep(run_id, ask=lambda run, operation, **asked: find(operation)(held, **asked), judged=12, who="ann")


def state(run_id: str) -> State | None:
    [one] = verify([run_id])
    return next((check.state for check in one.checks if check.what == "explanations"), None)


def test_a_report_holds_explanations_once_somebody_put_them_there(run_id: str) -> None:
    before = report.report(run_id)
    assert explain.kept(run_id) is None and "speak for an answer" not in before.html and state(run_id) is None
    found = keep(run_id)
    assert len(found.ids) == explain.SAMPLE and found.trust.n_texts == 12 and explain.kept(run_id) == found
    first, second = report.report(run_id, who="ann"), report.report(run_id, who="bob")
    assert first == second and "speak for an answer" in first.html and found.attributions[0].words[0] in first.html
    assert state(run_id) is State.OK
    assert "explanations for the report" in [look.how for look in open_store().looks(run_id)]


def test_changed_explanations_are_seen_and_make_no_report(run_id: str) -> None:
    keep(run_id)
    path = runs.folder(run_id) / explain.KEPT
    path.write_text(path.read_text().replace("[MASK]", "[HASH]"))
    assert state(run_id) is State.CHANGED
    with pytest.raises(DataError, match="Keep them again"):
        report.report(run_id)
    path.unlink()
    assert state(run_id) is State.MISSING
    keep(run_id)
    assert state(run_id) is State.OK


def test_edited_texts_become_marked_training_rows_of_a_new_version(run_id: str) -> None:
    dataset = open_store().dataset(open_store().run(run_id).spec.dataset)
    made = explain.add_rows(dataset.id, [(("a quick and awful meal",), "bad"), (("a lovely phone",), "good")])
    train = shelf.rows(made.id, "train")
    assert train.loc[train[explain.ADDED] == "counterfactual", "text"].tolist() == ["a quick and awful meal", "a lovely phone"]
    for split in ("validation", "test"):
        old, new = (shelf.rows(one.id, split) for one in (dataset, made))
        assert old["text"].tolist() == new["text"].tolist() and (new[explain.ADDED].fillna("") == "").all()
    with pytest.raises(DataError, match="bad, good"):
        explain.add_rows(dataset.id, [(("x",), "ugly")])
