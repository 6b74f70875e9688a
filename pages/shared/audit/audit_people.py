"""Who the answers are about: the columns that people can be grouped by, those of an uploaded table among them. Draws no figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.settings import get_settings
from pages.shared import address, file_pick
from pages.shared.audit import audit_columns, audit_origin
from pages.shared.data import material
from pages.shared.guard import guard
from pages.shared.words import _, plain

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.audit.answers import Answers
    from pages.shared.audit.audit_source import Source

PLACE = "people"
IDS = ("id", "fmc_id", "row_id", "case_id", "person_id")


def choose(source: Source) -> Source:
    """Draw the place for a table of groups, matched by id, and return the answers with its columns where there is one."""
    found = file_pick.kept(PLACE)
    with st.expander(_("The groups stand in another table"), icon=":material/group_add:", expanded=found is not None):
        if source.answers.ids is None:
            st.caption(_("Say above which column holds the ids of the answers; a table of groups is matched by them."))
            return source
        found = file_pick.pick(PLACE, _("Table of groups"), forget=("people-id", "groups"))
        if found is None:
            st.caption(
                _("One row per id and columns that say who each is about. Ids without a row are the group “missing”. It is used here only.")
            )
            return source
        with guard():
            table = _table(found)
            names = {str(name): str(name) for name in table.columns}
            id = address.select(_("Column with the ids"), names, "people-id", default=_id(names), scope=found, width=300)
            made = _with(source, found, id or _id(names))
            for note in (note for note in made.answers.notes if note not in source.answers.notes):
                st.caption(":material/info: " + plain(note))
            return made
    return source


def again(source: Source) -> Source:
    """Return the answers with the table of groups that the address names; draws nothing unless it does not fit."""
    found = file_pick.kept(PLACE)
    if found is None or source.answers.ids is None:
        return source
    with guard():
        names = {str(name): str(name) for name in _table(found).columns}
        return _with(source, found, st.query_params.get("people-id") or _id(names))
    return source


def _table(upload_id: str) -> pd.DataFrame:
    return material.read(upload_id, str(get_settings().home), None, None, None).frame


def _with(source: Source, upload_id: str, id: str) -> Source:
    key = f"{source.key}+{upload_id}/{id}"
    table = _table(upload_id)
    answers = _join(key, source.answers, table, id)
    added = tuple(str(name) for name in table.columns if name != id)
    useful = tuple(name for name in added if not audit_columns.is_text(answers, name))
    origin = audit_origin.with_groups(source.origin, upload_id, id)
    return replace(source, answers=answers, key=key, likely=(*source.likely, *useful[:1]), origin=origin)


@st.cache_resource(max_entries=2, show_spinner=False)
def _join(key: str, _answers: Answers, _table: pd.DataFrame, id: str) -> Answers:
    from fmcore.audit.answers import with_groups

    return audit_columns.coded(with_groups(_answers, _table, id))


def _id(names: Mapping[str, str]) -> str:
    folded = {name.casefold(): name for name in names}
    return next((folded[one] for one in IDS if one in folded), next(iter(names)))
