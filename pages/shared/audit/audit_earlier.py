"""Audits that were made before: of these answers, of this run, of any. Lists them; opens one."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmcore.audit import summary
from fmcore.audit.records import Audit, Finding
from fmcore.errors import DamagedError, StoreError
from fmcore.report.names import finding_title
from fmcore.settings import get_settings
from fmcore.store import Store
from pages.shared import times
from pages.shared.audit import audit_fill, audit_marks
from pages.shared.audit.audit_source import Source, is_about
from pages.shared.words import _, ngettext, plain

NEWEST = 30


def of(store: Store, run_id: str | None = None, *, limit: int = 100) -> list[Audit]:
    """Return the newest audits, the newest first; of one run when asked. They never change, so each is read once.

    One whose record is damaged is named, and hides no other.
    """
    found = []
    for one in store.audit_ids(run_id, limit=limit):
        try:
            found.append(_read(one, str(get_settings().home), store))
        except DamagedError as error:
            st.error(plain(error), icon=":material/broken_image:")
    return found


@st.cache_resource(max_entries=400, show_spinner=False)
def _read(audit_id: str, home: str, _store: Store) -> Audit:
    return _store.audit(audit_id)


def draw(source: Source, store: Store) -> None:
    """Draw the audits of a run, or of a table's answers, newest first; nothing where there is none."""
    if source.run is not None:
        audits = of(store, source.run.id, limit=NEWEST)
    else:
        audits = [one for one in of(store) if one.spec.source is None and is_about(one, source.answers)][:NEWEST]
    if audits:
        st.subheader(_("Earlier audits of these answers"), anchor=False)
        listed(audits, store)


def newest(store: Store) -> None:
    """Draw the newest audits of anything; nothing where there is none."""
    audits = of(store, limit=8)
    if audits:
        st.subheader(_("Earlier audits"), anchor=False)
        listed(audits, store)


def listed(audits: Sequence[Audit], store: Store) -> None:
    """Draw one line per audit: what it found, what was asked, who asked, and the button that opens it."""
    for one in audits:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            many = summary.tally(one.verdicts)
            for finding in (Finding.FAIL, Finding.UNCERTAIN, Finding.PASS):
                if many.of(finding):
                    icon, colour = audit_marks.MARKS[finding]
                    st.badge(f"{many.of(finding)} {finding_title(finding)}", icon=icon, color=colour)
            _line(one)
            st.button(plain(title(one, store), 90), type="tertiary", key=f"open-{one.id}", on_click=audit_fill.show, args=(one.id,))
            st.caption(plain(f"{times.ago(one.when)} · {one.who}"), width="content")


def _line(one: Audit) -> None:
    """Mark an audit that misses the four-fifths line, or can't tell, beside its questions and never among them."""
    many = summary.tally(one.four_fifths)
    if many.fail:
        st.badge(_("four-fifths line missed"), icon=":material/cancel:", color="red")
    elif many.open:
        st.badge(_("four-fifths line: not enough evidence"), icon=":material/help:", color="orange")


def title(one: Audit, store: Store) -> str:
    """Return what an audit is about, not escaped."""
    groups = ", ".join(by.column for by in one.spec.groups)
    names = ", ".join(audit_marks.measure(name) for name in one.spec.asked[:2]) + (" …" if len(one.spec.asked) > 2 else "")
    return _("{whose}: {measures} by {groups}").format(whose=whose(one, store), measures=names, groups=groups)


def whose(one: Audit, store: Store) -> str:
    """Return whose answers were audited: the run's name and split, or how many rows from elsewhere."""
    if one.spec.source is None:
        return ngettext("{n} row from elsewhere", "{n} rows from elsewhere", one.rows).format(n=f"{one.rows:,}")
    try:
        name = store.run(one.spec.source).name
    except StoreError:
        name = one.spec.source
    return _("{run}, {split}").format(run=name, split=one.spec.split or "")
