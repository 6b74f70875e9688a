"""Which group the others are held against, chosen before anyone looks; without one it is the two that lie furthest apart."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

import streamlit as st

from fmcore.audit.records import AuditSpec, GroupBy
from pages.shared import address
from pages.shared.audit import audit_sizes
from pages.shared.audit.audit_source import Source
from pages.shared.words import _, plain


def choose(source: Source, groups: tuple[GroupBy, ...], crossed: bool) -> tuple[GroupBy, ...]:
    """Draw a choice for each column that can be compared and return the columns with what was chosen."""
    known = audit_sizes.groups_of(source, groups, crossed)
    least = 2 if crossed else 3  # of two groups each is held against the other anyway; of combinations a reference takes one of each
    with st.container(horizontal=True, gap="small"):
        chosen = tuple(_with_reference(source, by, known.get(by.column, ()), least) for by in groups)
    for name in _without_reference(chosen, known):
        text = _("{columns}: the widest gap of any two will be asked. For a reference, choose a group in every column, all of one row.")
        st.caption(":material/info: " + plain(text.format(columns=name)))
    return chosen


def _with_reference(source: Source, by: GroupBy, names: tuple[str, ...], least: int) -> GroupBy:
    if len(names) < least:
        return by
    chosen = address.select(
        _("Hold every {column} against").format(column=plain(by.column, 40)),
        {name: name for name in names},
        f"against-{by.column}",
        scope=source.key,
        placeholder=_("none: the two furthest apart"),
        help=_("The widest gap of any two groups is one question. Against a reference, each other group is a question of its own. "
            "Combinations are held against that of all the groups chosen here, so it takes one of each column."),
        width=320,
    )  # fmt: skip
    return replace(by, reference=chosen)


def _without_reference(groups: tuple[GroupBy, ...], known: Mapping[str, tuple[str, ...]]) -> list[str]:
    """Return the combinations that no reference holds for, although one was chosen somewhere."""
    columns = {by.column for by in groups}
    if all(by.reference is None for by in groups):
        return []
    return [name for name, names in known.items() if name not in columns and _crossed(groups) not in names]


def _crossed(groups: Iterable[GroupBy]) -> str | None:
    """Return what the combination of every column's reference is called; None where a column has none."""
    chosen = [by.reference for by in groups]
    return None if None in chosen else audit_sizes.crossed_name([str(one) for one in chosen])


def comparisons(source: Source, spec: AuditSpec) -> int:
    """Return how many questions one measure of one answer is: one per column or combination, or one per group beside the reference."""
    known = audit_sizes.groups_of(source, tuple(replace(by, reference=None) for by in spec.groups), spec.intersections)
    chosen = {by.column: by.reference for by in spec.groups}
    total = sum(1 if chosen[name] is None else len(names) - 1 for name, names in known.items() if name in chosen)
    for name, names in known.items():
        if name not in chosen:
            total += len(names) - 1 if _crossed(spec.groups) in names else 1
    return total
