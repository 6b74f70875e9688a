"""Which group the others are held against, chosen before anyone looks; without one it is the two that lie furthest apart."""

from __future__ import annotations

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
    with st.container(horizontal=True, gap="small"):
        return tuple(_with_reference(source, by, known.get(by.column, ())) for by in groups)


def _with_reference(source: Source, by: GroupBy, names: tuple[str, ...]) -> GroupBy:
    if len(names) < 3:  # of two groups each is held against the other anyway
        return by
    chosen = address.select(
        _("Hold every {column} against").format(column=plain(by.column, 40)),
        {name: name for name in names},
        f"against-{by.column}",
        scope=source.key,
        placeholder=_("none: the two furthest apart"),
        help=_("The widest gap of any two groups is one question. Against a reference, each other group is a question of its own."),
        width=320,
    )
    return replace(by, reference=chosen)


def comparisons(source: Source, spec: AuditSpec) -> int:
    """Return how many questions one measure of one answer is: one per column or combination, or one per group beside the reference."""
    known = audit_sizes.groups_of(source, tuple(replace(by, reference=None) for by in spec.groups), spec.intersections)
    chosen = {by.column: by.reference for by in spec.groups}
    total = sum(1 if chosen[name] is None else len(names) - 1 for name, names in known.items() if name in chosen)
    for name, names in known.items():
        if name not in chosen:
            reference = None if None in chosen.values() else audit_sizes.crossed_name([str(one) for one in chosen.values()])
            total += len(names) - 1 if reference in names else 1
    return total
