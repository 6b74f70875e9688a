"""Two data sets side by side."""

from __future__ import annotations

import dataclasses

import pandas as pd

from fmcore.data.compare import compare
from fmcore.records import Columns, Dataset, Problem, Severity, say


def frame(*rows: tuple[str, str, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["text", "label", "fmc_split"])


def a_set(labels: tuple[str, ...], problems: tuple[Problem, ...] = ()) -> Dataset:
    return Dataset(
        id="d-0",
        name="a",
        version=1,
        task="text-classification",
        columns=Columns(text="text", label="label"),
        labels=labels,
        rows={},
        fingerprint="",
        split_seed=0,
        source="a.csv",
        problems=problems,
        confirmation=None,
        who="tester",
        when="",
    )


FIRST = frame(("One", "good", "train"), ("two", "bad", "train"), ("three", "bad", "test"))


def test_a_set_differs_from_itself_in_nothing():
    same = compare(a_set(("bad", "good")), FIRST, a_set(("bad", "good")), FIRST)
    assert (same.shared, same.only_first, same.only_second, same.relabelled, same.moved) == (3, 0, 0, 0, 0)


def test_every_kind_of_difference_is_counted_once():
    second = frame(("one ", "good", "test"), ("two", "good", "train"), ("four", "fine", "test"))
    found = compare(a_set(("bad", "good")), FIRST, a_set(("fine", "good")), second)
    assert (found.shared, found.only_first, found.only_second) == (2, 1, 1)
    assert (found.relabelled, found.moved) == (1, 1)  # two → good; one moved from train to test
    assert found.examples == (("two", "bad", "good"),)
    assert (found.labels_only_first, found.labels_only_second) == (("bad",), ("fine",))


def test_problems_that_one_set_alone_has_are_named():
    overlap = Problem("train-test-overlap", Severity.BLOCKING, 3, say("Three."))
    found = compare(dataclasses.replace(a_set(("a",)), problems=(overlap,)), FIRST, a_set(("a",)), FIRST)
    assert (found.problems_only_first, found.problems_only_second) == (("train-test-overlap",), ())
