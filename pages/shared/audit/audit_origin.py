"""Where a table's answers and groups came from, as the audit's record names it, so that verify can make the audit again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit.origin import File, Origin
from fmcore.settings import get_settings
from pages.shared import uploads

if TYPE_CHECKING:
    from pages.shared.audit.audit_table import Reading, Roles


def of_table(upload_id: str, roles: Roles, reading: Reading) -> Origin:
    """Return the origin of an uploaded table that was read in this way."""
    has_score = roles.score is not None
    return Origin(_file(upload_id, reading), roles.target, roles.answer, roles.score, roles.scored, scores_both=has_score, id=roles.id)


def with_groups(origin: Origin | None, upload_id: str, id: str) -> Origin | None:
    """Return the same with a second table of groups; None of a run's answers."""
    return None if origin is None else replace(origin, groups=_file(upload_id, ()), groups_id=id)


def with_words(origin: Origin | None, text: str | None, lexicon_id: str | None) -> Origin | None:
    """Return the same with groups from words in a column of texts; None of a run's answers."""
    return None if origin is None else replace(origin, text=text, lexicon=None if lexicon_id is None else _file(lexicon_id, ()))


def _file(upload_id: str, reading: Reading) -> File:
    return _read(upload_id, str(get_settings().home), reading)


@st.cache_resource(max_entries=64, show_spinner=False)
def _read(upload_id: str, home: str, reading: Reading) -> File:
    from fmcore.pipeline import audit_tables

    path = uploads.path(upload_id)
    assert path is not None, "what was read just now is there"
    return audit_tables.file(path, name=uploads.name(upload_id), **dict(reading))
