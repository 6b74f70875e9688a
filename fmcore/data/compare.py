"""What differs between two data sets, row by row. Knows frames and roles; neither files nor the store.

Two rows are the same row when their texts are the same after the house's normal form (case, white space, Unicode form).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import pandas as pd

from fmcore.data.fingerprint import SPLIT
from fmcore.data.normal import text_keys
from fmcore.records import Columns, Dataset

EXAMPLES = 5


@dataclass(frozen=True)
class Difference:
    """Counts are of different texts, not of rows: a text that stands twice counts once."""

    shared: int
    """Texts in both."""
    only_first: int
    only_second: int
    relabelled: int
    """Texts in both whose labels differ."""
    moved: int
    """Texts in both that stand in other splits."""
    labels_only_first: tuple[str, ...]
    labels_only_second: tuple[str, ...]
    problems_only_first: tuple[str, ...]
    """Kinds of problems found in the first alone."""
    problems_only_second: tuple[str, ...]
    examples: tuple[tuple[str, str, str], ...]
    """Up to five relabelled texts: text, its labels in the first, its labels in the second."""


def compare(first: Dataset, first_rows: pd.DataFrame, second: Dataset, second_rows: pd.DataFrame) -> Difference:
    """Return what differs. The frames are as on the shelf: ``fmc_split`` and the original columns."""
    one, other = _texts(first_rows, first.columns), _texts(second_rows, second.columns)
    both = [key for key in one if key in other]
    relabelled = [key for key in both if one[key].labels != other[key].labels]
    return Difference(
        shared=len(both),
        only_first=len(one) - len(both),
        only_second=len(other) - len(both),
        relabelled=len(relabelled),
        moved=sum(one[key].splits != other[key].splits for key in both),
        labels_only_first=_rest(first.labels, second.labels),
        labels_only_second=_rest(second.labels, first.labels),
        problems_only_first=_rest(_kinds(first), _kinds(second)),
        problems_only_second=_rest(_kinds(second), _kinds(first)),
        examples=tuple((one[key].text, _told(one[key]), _told(other[key])) for key in relabelled[:EXAMPLES]),
    )


class _Text:
    def __init__(self) -> None:
        self.text = ""
        self.labels: set[str] = set()
        self.splits: set[str] = set()


def _texts(frame: pd.DataFrame, columns: Columns) -> dict[str, _Text]:
    found: dict[str, _Text] = defaultdict(_Text)
    rows = zip(text_keys(frame, columns), frame[columns.text], frame[columns.label], frame[SPLIT], strict=True)
    for key, text, label, split in rows:
        entry = found[key]
        entry.text = entry.text or str(text or "")
        entry.labels.add(str(label))
        entry.splits.add(split)
    return dict(found)


def _told(text: _Text) -> str:
    return ", ".join(sorted(text.labels))


def _kinds(dataset: Dataset) -> tuple[str, ...]:
    return tuple(problem.kind for problem in dataset.problems)


def _rest(these: tuple[str, ...], without: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(one for one in these if one not in without)
