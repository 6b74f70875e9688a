"""Leaving out what train shares with validation and test: which rows go, that nothing else does, and what is written down."""

from __future__ import annotations

import pandas as pd

from fmcore.data.overlap import has_overlap, leave_out, taught_and_judged
from fmcore.data.prepare import inspect, prepare
from fmcore.records import Columns
from tests.data.test_prepare import WHO, sentences

PLAIN = Columns("text", "label")


def near(text: str) -> str:
    return text + " s"  # one letter more than the text has: nearly all shingles are shared


def leaky() -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return train, validation and test rows: two test texts and one validation text stand in train, one more test text nearly so."""
    train, validation, test = sentences(60), sentences(20, seed=1), sentences(20, seed=2)
    train.loc[0, "text"], train.loc[1, "text"] = test.loc[0, "text"].upper(), f"  {test.loc[1, 'text']}"
    train.loc[2, "text"], train.loc[3, "text"] = validation.loc[5, "text"], near(test.loc[7, "text"])
    return train, validation, test


def test_training_rows_are_found_in_normal_form_and_nearly_equal_ones_when_asked() -> None:
    train, validation, test = leaky()
    frame = inspect(train, PLAIN, validation=validation, test=test).frame
    assert list(frame["fmc_id"][taught_and_judged(frame, PLAIN)]) == ["train-000001", "train-000002", "train-000003"]
    assert list(frame["fmc_id"][taught_and_judged(frame, PLAIN, near=True)])[3:] == ["train-000004"]


def test_only_training_rows_go_and_the_rest_keeps_its_ids_and_order() -> None:
    train, validation, test = leaky()
    before = inspect(train, PLAIN, validation=validation, test=test)
    after = leave_out(before, PLAIN, task="text-classification")
    assert has_overlap(before.problems) and {"train-test-overlap", "train-validation-overlap"} <= {p.kind for p in before.blocking}
    assert not {"train-test-overlap", "train-validation-overlap"} & {p.kind for p in after.problems}
    assert after.rows == {"train": 57, "validation": 20, "test": 20} and after.dropped == {"train-overlap": 3}
    assert list(after.frame["fmc_id"]) == list(before.frame["fmc_id"][3:])
    both = leave_out(before, PLAIN, task="text-classification", near=True)
    assert both.rows["train"] == 56 and not has_overlap(both.problems)


def test_rows_that_say_nothing_stay_counted_beside_those_left_out() -> None:
    train, validation, test = leaky()
    train.loc[10, "text"] = " "
    found = leave_out(inspect(train, PLAIN, validation=validation, test=test), PLAIN, task="text-classification")
    assert found.dropped == {"empty-texts": 1, "train-overlap": 3} and "empty-texts" in {p.kind for p in found.problems}


def test_without_an_overlap_nothing_changes() -> None:
    found = inspect(sentences(60), PLAIN)
    assert leave_out(found, PLAIN, task="text-classification") is found


def test_the_record_says_what_was_left_out() -> None:
    train, validation, test = leaky()
    found = leave_out(inspect(train, PLAIN, validation=validation, test=test), PLAIN, task="text-classification")
    dataset, frame, profile = prepare(train, PLAIN, validation=validation, test=test, confirmed=True, inspection=found, **WHO)
    assert [str(change) for change in dataset.changes] == ["Left out 3 training rows whose text also stands in validation or test."]
    assert profile["dropped"] == {"train-overlap": 3} and len(frame) == 97


def test_of_many_look_alikes_none_is_left_when_nearly_equal_ones_go() -> None:
    text = " ".join(sentences(3)["text"])
    train = sentences(60)
    train.loc[:29, "text"] = [f"{text} {n}" for n in range(30)]  # all nearly the same as one test text, and as each other
    test = sentences(20, seed=2)
    test.loc[0, "text"] = f"{text} 99"
    found = inspect(train, PLAIN, validation=sentences(20, seed=1), test=test)
    after = leave_out(found, PLAIN, task="text-classification", near=True)
    assert after.rows["train"] == 30 and not has_overlap(after.problems)
