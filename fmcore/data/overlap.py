"""Training rows that say what a validation or test row says: which they are, and what a set would be without them.

Only training rows go: what chooses and what judges stays whole, so that figures before and after are about the same items. Writes nothing.
"""

from __future__ import annotations

import dataclasses

import pandas as pd

from fmcore.data.check import LIMIT_WORDS, by_rank, check
from fmcore.data.checks import cells
from fmcore.data.checks.subject import Subject
from fmcore.data.fingerprint import SPLIT
from fmcore.data.neighbours import Neighbours
from fmcore.data.prepare import Inspection
from fmcore.records import SPLITS, Columns, Dataset, Problem, say

KINDS = ("train-test-overlap", "train-validation-overlap", "train-test-near-overlap", "train-validation-near-overlap")
"""Problems that end when these rows are left out; the near ones only when what is nearly the same goes too."""
DROPPED = "train-overlap"
"""Under this name the rows that were left out are counted in ``Inspection.dropped`` and in the profile of the set."""


def taught_and_judged(frame: pd.DataFrame, columns: Columns, *, near: bool = False) -> pd.Series:
    """Return which rows train on a text that also stands in validation or test, bool on the frame's index.

    The same means the same normal form: capitals, spaces and Unicode forms aside. ``near``: also what is nearly the same.
    """
    subject = Subject(frame.reset_index(drop=True), columns, frame[SPLIT].reset_index(drop=True), LIMIT_WORDS)
    rows = list(zip(subject.keys, subject.splits, strict=True))
    judging = {key for key, split in rows if split != "train"}
    alike = set(judging)
    taught = {key for key, split in rows if split == "train"} - judging
    while near and taught and (found := _close(subject.neighbours, taught, judging)):
        alike |= found  # of many look-alikes only the nearest are compared, so those behind them show once these are gone
        taught -= found
    return pd.Series([split == "train" and key in alike for key, split in rows], index=frame.index, dtype=bool)


def _close(known: Neighbours, taught: set[str], judging: set[str]) -> set[str]:
    return {one for a, b, _ in known.pairs(taught) for one, other in ((a, b), (b, a)) if one in taught and other in judging}


def leave_out(found: Inspection, columns: Columns, *, task: str, near: bool = False) -> Inspection:
    """Return what the set would be without those rows: checked again, with their number and a sentence for the card."""
    gone = taught_and_judged(found.frame, columns, near=near)
    count = int(gone.sum())
    if not count:
        return found
    kept = found.frame[~gone].reset_index(drop=True)
    unusable = [problem for problem in found.problems if problem.kind in cells.KINDS]
    template = (
        "Left out {count} training rows whose text stands in validation or test, or nearly so."
        if near
        else "Left out {count} training rows whose text also stands in validation or test."
    )
    return dataclasses.replace(
        found,
        problems=by_rank([*unusable, *check(kept, columns, task=task, split=kept[SPLIT])]),
        rows={name: int((kept[SPLIT] == name).sum()) for name in SPLITS},
        dropped={**found.dropped, DROPPED: found.dropped.get(DROPPED, 0) + count},
        frame=kept,
        changes=(*found.changes, say(template, count=count)),
    )


def of_stored(dataset: Dataset, frame: pd.DataFrame) -> Inspection:
    """Return a stored set as an inspection, to leave rows out of; ``frame`` is as on the shelf."""
    return Inspection(
        dataset.problems, dict(dataset.rows), {}, frame.head(0), frame, dataset.split_seed, changes=dataset.changes
    )  # what was dropped when it was added is told by its own card


def has_overlap(problems: tuple[Problem, ...]) -> bool:
    """Return whether leaving rows out would end one of these problems."""
    return any(problem.kind in KINDS for problem in problems)
