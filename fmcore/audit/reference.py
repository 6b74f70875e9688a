"""Every group held against one that was chosen beforehand, instead of the two that lie furthest apart: a question for each.

Each is a question about two groups, with the interval of a difference (or ratio) of two; they count as so many questions. Knows no formula.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from fmcore.audit.answers import listed
from fmcore.audit.gaps import Question
from fmcore.audit.groups import Grouping
from fmcore.audit.naming import named
from fmcore.audit.records import AuditSpec, Group, LeftOut
from fmcore.errors import DataError
from fmcore.records import Sentence, say


def of(grouping: Grouping, spec: AuditSpec) -> Group | None:
    """Return the group that the others of a grouping are held against: the reference of each of its columns; None: any two are compared."""
    chosen = {by.column: by.reference for by in spec.groups if by.reference is not None}
    found = {column: chosen[column] for column in grouping.by if column in chosen}
    return found if len(found) == len(grouping.by) and found in grouping.groups else None


def check(groupings: Sequence[Grouping], spec: AuditSpec) -> list[Sentence]:
    """Return what has to be told about groupings whose widest gap is asked although a reference was chosen.

    Raises:
        DataError: a reference is no group of its column.
    """
    known = {grouping.by[0]: [group[grouping.by[0]] for group in grouping.groups] for grouping in groupings if len(grouping.by) == 1}
    for by in spec.groups:
        if by.reference is not None and by.column in known and by.reference not in known[by.column]:
            raise DataError(
                "There is no group {group} in {column} to compare with. There are: {known}.",
                group=by.reference[:80], column=by.column, known=listed(known[by.column]),
            )  # fmt: skip
    has_any = any(by.reference is not None for by in spec.groups)
    return [
        say("{columns}: no group has the reference of every column, so the widest gap of any two is asked.", columns=" × ".join(one.by))
        for one in groupings
        if has_any and len(one.by) > 1 and of(one, spec) is None
    ]


def apart(asked: Question, reference: Group | None, left_out: Sequence[LeftOut]) -> list[Question]:
    """Return a question for each other group: is it as far from the reference? The whole question where there is no reference."""
    if reference is None:
        return [asked]
    first = asked.groups.index(reference)
    small = {named(one.group): one.sentence for one in left_out}
    return [_pair(asked, first, place, small) for place in range(len(asked.groups)) if place != first]


def _pair(asked: Question, first: int, other: int, small: dict[str, Sentence]) -> Question:
    both = [other, first]
    groups = tuple(asked.groups[place] for place in both)
    absent = [named(asked.groups[place]) for place in both if not np.isfinite(asked.value[0, place])]
    arrays = {name: getattr(asked, name)[:, both] for name in ("seen", "value", "n", "errors", "spread")}
    return replace(
        asked, **arrays, groups=groups, pair=groups, sizes=asked.sizes[both], rows=int(asked.sizes[both].sum()),
        lacking=small.get(absent[0], asked.lacking) if absent else None,
    )  # fmt: skip
