"""Two audits side by side, the older on the left: before and after, or one run and another. Draws what both asked; computes nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.audit.records import Audit, Verdict
from fmcore.report import audit_figures
from fmcore.report.names import finding_title, split_title
from fmcore.store import Store
from pages.shared import address, times
from pages.shared.audit import audit_earlier, audit_marks
from pages.shared.chart import CHART
from pages.shared.words import _, plain


def draw(audit: Audit, store: Store) -> None:
    """Draw the choice of a second audit and the two side by side."""
    others = [one for one in audit_earlier.of(store) if one.id != audit.id and _shared(audit, one)]
    if not others:
        st.info(_("No other audit asks one of the same questions yet."), icon=":material/compare_arrows:")
        return
    titles = {one.id: f"{audit_earlier.title(one, store)} · {times.moment(one.when)}" for one in others}
    chosen = address.select(_("Lay beside"), titles, "with", placeholder=_("choose an audit"), scope=audit.id)
    if chosen is None:
        return
    compare(audit, next(one for one in others if one.id == chosen), store)


def compare(first: Audit, second: Audit, store: Store) -> None:
    """Draw two audits, the older one on the left: each shared question's marks, gaps and picture."""
    before, after = sorted((first, second), key=lambda one: one.when)
    if before.spec.fingerprint != after.spec.fingerprint and before.spec.source == after.spec.source:
        st.caption(":material/info: " + _("The two audits are of different rows, splits or columns."))
    shared = _shared(before, after)
    names = _names(before, after, store)
    column = st.column_config
    config = {"question": column.TextColumn(_("Question"), width="medium")}
    st.dataframe(
        pd.DataFrame([_line(key, *pair, names) for key, pair in shared.items()]),
        hide_index=True,
        key="beside",
        column_config=config,
        lazy=False,
    )
    titles = {key: audit_marks.question(pair[0]) for key, pair in shared.items()}
    chosen = address.select(_("In a picture"), titles, "question", default=next(iter(shared)), scope=f"{before.id}{after.id}")
    pair = shared[chosen or next(iter(shared))]
    for name, one in zip(names, pair, strict=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            audit_marks.badge(one.verdict)
            st.markdown(f"**{plain(name)}** {plain(one.sentence)}")
    both, questions = dict(zip(names, (before, after), strict=True)), dict(zip(names, pair, strict=True))
    st.plotly_chart(audit_figures.side_by_side(both, questions), key="beside-picture", config=CHART)


def _shared(first: Audit, second: Audit) -> dict[str, tuple[Verdict, Verdict]]:
    """Return the questions that both ask, in the order of the first."""
    theirs = {audit_marks.question_id(one): one for one in second.verdicts}
    ours = {audit_marks.question_id(one): one for one in first.verdicts}
    return {key: (one, theirs[key]) for key, one in ours.items() if key in theirs}


def _names(before: Audit, after: Audit, store: Store) -> tuple[str, str]:
    """Return a name for each that tells the two apart: whose answers, of one run its splits, else the tolerance, the time, the id."""
    same_run = before.spec.source is not None and before.spec.source == after.spec.source
    ways = (
        lambda one: split_title(one.spec.split or "") if same_run else audit_earlier.whose(one, store),
        lambda one: _("{points} points accepted").format(points=audit_marks.points(one.spec.tolerance)),
        lambda one: times.moment(one.when),
        lambda one: one.id,
    )
    return next((way(before), way(after)) for way in ways if way(before) != way(after))


def _line(key: str, before: Verdict, after: Verdict, names: tuple[str, str]) -> dict[str, str]:
    return {"question": audit_marks.question(before)} | {
        name: f"{audit_marks.ICON[one.verdict]} {finding_title(one.verdict)}, {_gap(one)}"
        for name, one in zip(names, (before, after), strict=True)
    }


def _gap(one: Verdict) -> str:
    if one.gap.value is None:
        return _("no gap to show")
    ends = {name: audit_marks.points(getattr(one.gap, name)) for name in ("value", "low", "high")}
    return _("{value} points ({low} to {high})").format(**ends)
