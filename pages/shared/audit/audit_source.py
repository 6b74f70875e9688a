"""Whose answers are audited: a finished run's, or those in anybody's table. Draws the choice; gives answers ready to be counted.

The answers are read and turned into codes once, and shared by everybody who looks at the same content: another group or measure is then
one counting pass, also over a million rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import Run
from fmcore.settings import get_settings
from fmcore.store import Store
from pages.shared import address
from pages.shared.audit import audit_columns, audit_origin, audit_people, audit_run, audit_table, audit_terms
from pages.shared.guard import guard
from pages.shared.words import _, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers
    from fmcore.audit.origin import Origin
    from fmcore.audit.records import Audit

HOW = "audit page"


@dataclass(frozen=True, eq=False)
class Source:
    """Answers, and where they come from."""

    answers: Answers
    key: str
    """Names the content: what was chosen for other answers does not count for these."""
    title: str
    run: Run | None = None
    split: str | None = None
    likely: tuple[str, ...] = ()
    """Columns that say who somebody is, as far as that is known."""
    terms: tuple[str, ...] = ()
    """Columns that were made from words in the text."""
    origin: Origin | None = None
    """Where a table's answers and groups came from."""


def choose(store: Store) -> Source | None:
    """Draw the choice and return the answers; None until there are some that can be read."""
    kinds = {"run": _("A run"), "table": _("Anybody’s predictions")}
    kind = address.segmented(_("Which answers?"), kinds, "from", default="run", label_visibility="collapsed")
    found = None
    with guard():  # what can't be read is one sentence, and the page goes on
        if kind == "run":
            chosen = audit_run.choose(store)
            found = None if chosen is None else _of_run(store, *chosen)
        else:
            table = audit_table.choose()
            found = None if table is None else _of_table(*table)
    for note in () if found is None else found.answers.notes:
        st.caption(":material/info: " + plain(note))
    return found


def again(audit: Audit, store: Store) -> Source | None:
    """Return the answers that an audit was made of; where they came as a table that is no longer at hand, ask for it and return None."""
    terms = any(by.kind == "terms" for by in audit.spec.groups)
    if audit.spec.source is not None:
        found = _of_run(store, store.run(audit.spec.source), audit.spec.split or "validation")
        return audit_terms.again(audit_people.again(found), asked=terms)
    table = audit_table.kept()
    found = None if table is None else audit_terms.again(audit_people.again(_of_table(*table)), asked=terms)
    if found is not None and is_about(audit, found.answers):
        return found
    st.info(
        _("These answers came as a table, which is not kept with the audit. Upload it again to look further."),
        icon=":material/upload_file:",
    )
    table = audit_table.choose()
    if table is None:
        return None
    found = audit_terms.again(audit_people.choose(_of_table(*table)), asked=terms)
    if is_about(audit, found.answers):
        return found
    text = _("This is another table, or other columns were chosen: its fingerprint is not the audit’s.")
    st.warning(text, icon=":material/fingerprint:")
    return None


def is_about(audit: Audit, answers: Answers) -> bool:
    """Return whether an audit was made of these very answers and groups, by their fingerprint."""
    columns = [by.column for by in audit.spec.groups] + ([audit.spec.control] if audit.spec.control else [])
    known = all(name in answers.groups for name in columns)
    return known and audit.rows == len(answers) and audit.spec.fingerprint == answers.fingerprint(columns)


def _of_run(store: Store, run: Run, split: str) -> Source:
    answers = audit_run.answers(run, split)
    likely = tuple(name for name in store.dataset(run.spec.dataset).columns.groups if name in answers.groups)
    return Source(answers, f"{run.id}/{split}", run.name, run, split, likely)


def _of_table(upload_id: str, roles: audit_table.Roles, reading: audit_table.Reading) -> Source:
    answers = audit_table.answers(upload_id, str(get_settings().home), reading, roles)
    key, origin = f"{upload_id}{roles}{reading}", audit_origin.of_table(upload_id, roles, reading)
    return Source(answers, key, audit_table.title(upload_id), likely=audit_columns.likely(answers), origin=origin)
