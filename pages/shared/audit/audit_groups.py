"""Which groups are compared: columns, several at once, numbers cut into bins, combinations. Chosen before anyone looks; counts nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit.records import GroupBy
from pages.shared import address
from pages.shared.audit import audit_columns
from pages.shared.audit.audit_sizes import MOST
from pages.shared.audit.audit_source import Source
from pages.shared.words import _, ngettext, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers

FEW = 20


def choose(source: Source) -> tuple[tuple[GroupBy, ...], bool]:
    """Return the columns chosen and whether their combinations are compared too; no column until one was chosen."""
    titles = {name: _title(source.answers, name) for name in source.answers.groups}
    if not titles:
        text = _("These answers come with no column that says who they are about. Add a table of groups, or columns to the file.")
        st.warning(text, icon=":material/group_off:")
        return (), False
    chosen = address.several(
        _("Compare by"),
        titles,
        "groups",
        default=[name for name in dict.fromkeys(source.likely) if name in titles],
        scope=source.key,
        placeholder=_("choose one column or several"),
        help=_("Columns that say who each answer is about. Rows without a value are a group of their own, called missing."),
    )
    if source.run is None and chosen and set(chosen) <= set(source.likely):
        text = _("Guessed from the columns’ names: {named}. Choose others where that is wrong.")
        st.caption(":material/auto_awesome: " + text.format(named=", ".join(f"“{plain(name, 60)}”" for name in chosen)))
    groups = tuple(cut(source, name) for name in chosen)
    crossed = len(groups) > 1 and address.toggle(
        _("Combinations of these columns as well"),
        "crossed",
        help=_("Such as old women beside old men: a gap can hide where two groups meet. More comparisons ask for more evidence."),
    )
    return groups, crossed


def cut(source: Source, name: str) -> GroupBy:
    """Return how a column is used; where it holds many numbers, draw where they are cut."""
    if name in source.terms:
        return GroupBy(name, "terms")
    if audit_columns.is_text(source.answers, name):
        return GroupBy(name)
    column = source.answers.column(name)
    if column.numbers is None or len(column.values) <= FEW:
        return GroupBy(name)
    asked = address.text(
        _("Cut {column} at").format(column=plain(name, 40)),
        f"cut-{name}",
        scope=source.key,
        placeholder=_("four bins of equal size"),
        help=_("Numbers with commas between them, such as 25, 45, 65. A bin holds its lower edge."),
        width=320,
    )
    try:
        edges = tuple(sorted({float(part) for part in asked.replace(";", ",").split(",") if part.strip()}))
    except ValueError:
        text = _("{typed} is no list of numbers, so four bins of equal size are used.")
        st.warning(text.format(typed=plain(asked, 40)), icon=":material/edit:")
        edges = ()
    return GroupBy(name, "bins", tuple(edge for edge in edges if abs(edge) < float("inf")))


def _title(answers: Answers, name: str) -> str:
    if audit_columns.is_text(answers, name):
        return _("{column} (text)").format(column=name)
    column = answers.column(name)
    n = len(column.values)
    if column.numbers is not None and n > FEW:
        return _("{column} (numbers, in bins)").format(column=name)
    if n > MOST:
        return _("{column} ({n} values, too many)").format(column=name, n=f"{n:,}")
    return ngettext("{column} ({n} group)", "{column} ({n} groups)", n).format(column=name, n=n)
