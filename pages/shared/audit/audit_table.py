"""Anybody's predictions: an uploaded table of targets and answers. Needs no model and no data set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.settings import get_settings
from pages.shared import address, file_pick, uploads
from pages.shared.audit import audit_columns, audit_roles
from pages.shared.audit.audit_roles import ROLES, Roles
from pages.shared.data import material, reading_view
from pages.shared.words import _

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers

PLACE = "answers"
ABOUT = (*ROLES, "scored", "encoding", "delimiter", "sheet", "groups", "favourable", "control", "audit", "with", "question", "text")
"""What stands in the address and means nothing for another file."""

Reading = tuple[tuple[str, str | None], ...]


def choose() -> tuple[str, Roles, Reading] | None:
    """Draw the upload and the roles and return what was chosen; None until targets and answers are there."""
    upload_id = file_pick.pick(PLACE, _("Table with targets and answers"), forget=ABOUT)
    if upload_id is None:
        st.caption(
            _(
                "One row per decision: what was right (target), what the system said (answer), and who it was about (groups); a score is "
                "optional. CSV, TSV, JSON, Parquet or Excel, from any system. It stays on this machine."
            )
        )
        return None
    reading = tuple(sorted(reading_view.ask(upload_id).items()))  # sorted: the order of names is part of a cache's key
    table = material.read(upload_id, str(get_settings().home), **dict(reading))
    reading_view.told(table)
    reading_view.notes(table)
    reading_view.preview(table.frame)
    roles = audit_roles.choose(table.frame, upload_id)
    if roles is not None and roles.score:
        roles = replace(roles, scored=_scored(upload_id, roles, reading))
    return None if roles is None else (upload_id, roles, reading)


def _scored(upload_id: str, roles: Roles, reading: Reading) -> str | None:
    found = answers(upload_id, str(get_settings().home), reading, replace(roles, score=None))
    if len(found.labels) != 2:
        return None
    help = _("A score of risk speaks for the bad outcome, a score of merit for the good one.")
    labels = {label: label for label in found.labels}
    scope = f"{upload_id}{roles.target}{roles.answer}"
    likely = found.favourable(None)[0]
    chosen = address.select(_("A high score speaks for"), labels, "scored", default=likely, scope=scope, help=help, width=300)
    return None if chosen == likely else chosen


def kept() -> tuple[str, Roles, Reading] | None:
    """Return what the address says was chosen; None where the file is gone or nothing was chosen."""
    upload_id = file_pick.kept(PLACE)
    if upload_id is None:
        return None
    names = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
    asked = st.query_params
    reading = {"delimiter": names.get(asked.get("delimiter", "")), "encoding": asked.get("encoding"), "sheet": asked.get("sheet")}
    roles = audit_roles.asked(material.read(upload_id, str(get_settings().home), **reading).frame)
    return None if roles is None else (upload_id, roles, tuple(reading.items()))


def title(upload_id: str) -> str:
    """Return what people call the table."""
    return uploads.name(upload_id)


@st.cache_resource(max_entries=4, show_spinner=_("Reading the answers…"))
def answers(upload_id: str, home: str, reading: Reading, roles: Roles) -> Answers:
    """Return the table's answers, every column coded; once per content and roles.

    Raises:
        DataError: there are no targets and answers to use.
    """
    from fmcore.audit.table import both_ways, from_table

    frame = material.read(upload_id, home, **dict(reading)).frame
    made = from_table(frame, target=roles.target, answer=roles.answer, score=roles.score, id=roles.id, favourable=roles.scored)
    return audit_columns.coded(both_ways(made) if roles.score else made)
