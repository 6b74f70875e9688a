"""How large each group is. Shows rows, never how a group is served: this is looked at before anything is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from fmcore.audit.records import GroupBy
from fmcore.errors import DataError
from fmcore.records import Sentence
from pages.shared import address
from pages.shared.audit import audit_columns
from pages.shared.audit.audit_source import Source
from pages.shared.words import _, ngettext, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers

MOST = 200
"""Different words up to which a column can be compared; more are no groups."""


@dataclass(frozen=True)
class Sizes:
    """How many rows each group has, by the columns that make it; sentences on what can't be used."""

    tables: Mapping[str, pd.DataFrame]
    notes: tuple[Sentence, ...]


def draw(source: Source, groups: tuple[GroupBy, ...], crossed: bool) -> bool:
    """Draw the groups with their rows and return whether there is anything to compare."""
    try:
        found = _sizes(source.key, groups, crossed, source.answers)
    except DataError as error:
        st.error(plain(error), icon=":material/error:")
        return False
    for note in found.notes:
        st.caption(":material/info: " + plain(note))
    titles = {by: ngettext("{by} · {n} group", "{by} · {n} groups", len(t)).format(by=by, n=len(t)) for by, t in found.tables.items()}
    shown = next(iter(titles))
    if len(titles) > 1:
        shown = address.segmented(_("Sizes of"), titles, "sizes", default=shown, label_visibility="collapsed")
    else:
        st.markdown(f"**{plain(titles[shown])}**")
    table = found.tables[shown]
    config = {
        "group": st.column_config.TextColumn(_("Group"), width="medium"),
        "rows": st.column_config.ProgressColumn(_("Rows"), min_value=0, max_value=len(source.answers), format="localized", color="gray"),
    }
    height = "content" if len(table) <= 8 else 320
    st.dataframe(table, hide_index=True, height=height, column_config=config, key="sizes", lazy=False, width=640)
    return any(len(table) > 1 for table in found.tables.values())


def groups_of(source: Source, groups: tuple[GroupBy, ...], crossed: bool) -> Mapping[str, tuple[str, ...]]:
    """Return column, or crossed columns, → its groups, the largest first; of those that can be compared."""
    try:
        found = _sizes(source.key, groups, crossed, source.answers)
    except DataError:
        return {}
    return {by: tuple(table["group"]) for by, table in found.tables.items()}


def crossed_name(values: Sequence[str]) -> str:
    """Return what a combination of groups is called here."""
    return " · ".join(values)


def is_too_fine(answers: Answers, name: str) -> bool:
    """Return whether a column can't say who belongs together: running text, ids, or too many different words."""
    if audit_columns.is_text(answers, name):
        return True
    column = answers.column(name)
    return column.numbers is None and len(column.values) > MOST


@st.cache_resource(max_entries=32, show_spinner=False)
def _sizes(key: str, groups: tuple[GroupBy, ...], crossed: bool, _answers: Answers) -> Sizes:
    import numpy as np

    from fmcore.audit import groups as grouping

    found, notes = grouping.sort(_answers, groups, intersections=crossed)
    tables = {}
    for one in found:
        counts = np.bincount(one.codes, minlength=len(one.groups))
        names = [crossed_name(list(group.values())) for group in one.groups]
        tables[" × ".join(one.by)] = pd.DataFrame({"group": names, "rows": counts}).sort_values("rows", ascending=False, kind="stable")
    return Sizes(tables, tuple(notes))
