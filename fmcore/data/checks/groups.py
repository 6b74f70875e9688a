"""Group columns that a later audit can't use: one value, too many values, groups too small to compare, rows in no group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from fmcore.data.checks.subject import EXAMPLES, Subject, excerpt, percent
from fmcore.data.normal import empty_cells
from fmcore.records import Problem, Severity, say

ENOUGH = 30
"""Rows that a group needs before a gap means more than chance."""
MOST_VALUES = 100
"""More values than this are no groups that a person can compare."""


def groups(subject: Subject) -> Iterator[Problem]:
    """Yield constant-group, many-group-values, small-groups and missing-groups for each group column."""
    for column in subject.columns.groups:
        cells = subject.frame[column]
        empty = empty_cells(cells)
        counts = Counter(cells[~empty])
        if len(counts) < 2:
            sentence = say(
                "The group column {column} has only one value ({value}): there is nothing to compare.", column=column, value=_only(counts)
            )
            yield Problem("constant-group", Severity.WARNING, len(cells), sentence)
        elif len(counts) > MOST_VALUES:
            sentence = say(
                "The group column {column} has {count} different values, more than {most}. Is it a group, or an id or a text?",
                column=column,
                count=len(counts),
                most=MOST_VALUES,
            )
            yield Problem("many-group-values", Severity.WARNING, len(counts), sentence, _examples(counts.most_common()))
        else:
            yield from _small(column, counts)
        if empty.any() and counts:
            sentence = say(
                "Rows without a value in the group column {column}: {count} of {rows} ({percent} %). They stand in no group.",
                column=column,
                count=int(empty.sum()),
                rows=len(cells),
                percent=percent(int(empty.sum()), len(cells)),
            )
            yield Problem("missing-groups", Severity.NOTE, int(empty.sum()), sentence)


def _small(column: str, counts: Counter[str]) -> Iterator[Problem]:
    few = [(value, n) for value, n in counts.most_common()[::-1] if n < ENOUGH]
    if few:
        sentence = say(
            "Values of {column} with fewer than {enough} rows: {count} of {values} (fewest: {value} with {n}). Too few to compare "
            "them with others.",
            column=column,
            enough=ENOUGH,
            count=len(few),
            values=len(counts),
            value=excerpt(few[0][0]),
            n=few[0][1],
        )
        yield Problem("small-groups", Severity.WARNING, len(few), sentence, _examples(few))


def _only(counts: Counter[str]) -> str:
    return excerpt(next(iter(counts))) if counts else "–"


def _examples(counts: list[tuple[str, int]]) -> tuple[str, ...]:
    return tuple(f"{excerpt(value)}: {n}" for value, n in counts[:EXAMPLES])
