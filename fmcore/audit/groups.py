"""Who belongs to which group: rows sorted by the values of columns, numbers in bins, and by combinations of columns. Knows no measure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fmcore.audit.answers import Answers
from fmcore.audit.coding import Coded
from fmcore.audit.records import MISSING, Group, GroupBy
from fmcore.errors import DataError
from fmcore.records import Sentence, say

MOST_GROUPS = 200
MOST_CROSSED = 1000
NUMBERS_AS_VALUES = 20  # a column of more different numbers than this is binned


@dataclass(frozen=True, eq=False)
class Grouping:
    """One way to sort every row into groups."""

    by: tuple[str, ...]
    groups: tuple[Group, ...]
    codes: np.ndarray
    """int32, (rows,): places in ``groups``."""


def sort(answers: Answers, chosen: Sequence[GroupBy], *, intersections: bool = False) -> tuple[list[Grouping], list[Sentence]]:
    """Return one grouping per column, their intersection when asked, and a sentence for each column that can't be used.

    Raises:
        DataError: no group column was chosen, or none can be used.
    """
    if not chosen:
        known = ", ".join(str(name)[:80] for name in list(answers.groups)[:12]) or "none"
        raise DataError("Choose a column that says who belongs to which group. There are: {known}.", known=known)
    found: list[Grouping] = []
    notes: list[Sentence] = []
    for by in dict.fromkeys(chosen):
        grouping, said = _sort_one(answers, by)
        notes += said
        if grouping is not None:
            found.append(grouping)
    if not found:
        raise DataError("{sentence}", sentence=" ".join(str(note) for note in notes))
    if intersections and len(found) > 1:
        crossed = cross(found)
        if len(crossed.groups) > MOST_CROSSED:
            notes.append(
                say("The columns {columns} make {count} combinations, more than {most}; they were not compared.",
                    columns=", ".join(crossed.by), count=len(crossed.groups), most=MOST_CROSSED)
            )  # fmt: skip
        else:
            found.append(crossed)
    return found, notes


def cross(groupings: Sequence[Grouping]) -> Grouping:
    """Return the grouping by all columns together; combinations that nobody has are left away."""
    whole = groupings[0]
    for other in groupings[1:]:
        wide = len(other.groups)
        cells = whole.codes.astype(np.int64) * wide + other.codes
        occurring = np.flatnonzero(np.bincount(cells, minlength=len(whole.groups) * wide))
        place = np.zeros(len(whole.groups) * wide, np.int32)
        place[occurring] = np.arange(len(occurring), dtype=np.int32)
        groups = tuple({**whole.groups[cell // wide], **other.groups[cell % wide]} for cell in occurring.tolist())
        whole = Grouping((*whole.by, *other.by), groups, place[cells])
    return whole


def _sort_one(answers: Answers, by: GroupBy) -> tuple[Grouping | None, list[Sentence]]:
    column = answers.column(by.column)
    if by.kind == "bins" and column.numbers is None:
        return None, [say("The column {column} holds words, so it can't be cut into bins.", column=by.column)]
    notes = []
    if by.kind == "bins" or (by.kind == "values" and column.numbers is not None and len(column.values) > NUMBERS_AS_VALUES):
        column, edges = _bin(column, by)
        notes.append(say("The numbers in {column} were cut at {edges}.", column=by.column, edges=", ".join(f"{e:g}" for e in edges)))
    if len(column.values) > MOST_GROUPS:
        note = say(
            "The column {column} has {count} different values, more than {most}, so it was left out; join values to larger groups.",
            column=by.column, count=len(column.values), most=MOST_GROUPS,
        )  # fmt: skip
        return None, [note]
    if len(column.values) == 1 and by.kind == "terms":
        template = "{column}: every text is in one group ({group}), so there is no gap. Is that the column of texts, and its language?"
        notes.append(say(template, column=by.column, group=column.values[0]))
    elif len(column.values) == 1:
        notes.append(say("The column {column} has one group only ({group}), so there is no gap.", column=by.column, group=column.values[0]))
    return Grouping((by.column,), tuple({by.column: value} for value in column.values), column.codes), notes


def _bin(column: Coded, by: GroupBy) -> tuple[Coded, tuple[float, ...]]:
    """Return numbers as bins: half-open, named ``[low, high)``; equal shares of the rows where no edges were chosen."""
    numbers = column.numbers
    assert numbers is not None
    known = np.isfinite(numbers)
    edges = by.edges or tuple(np.unique(np.quantile(numbers[known], np.linspace(0, 1, max(2, by.bins) + 1)[1:-1])).tolist())
    codes = np.searchsorted(edges, numbers, side="right").astype(np.int32)
    codes[~known] = len(edges) + 1
    ends = ["-∞", *(f"{edge:g}" for edge in edges), "∞"]
    names = [f"[{low}, {high})" for low, high in zip(ends, ends[1:], strict=False)] + [MISSING]
    occurring = np.flatnonzero(np.bincount(codes, minlength=len(names)))
    place = np.zeros(len(names), np.int32)
    place[occurring] = np.arange(len(occurring), dtype=np.int32)
    return Coded(tuple(names[i] for i in occurring), place[codes], None), tuple(float(edge) for edge in edges)
