"""Another group, measure or answer of the same rows, at once and as often as one likes: exploration, which decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit.records import Audit, AuditSpec, Verdict
from fmcore.errors import DataError
from fmcore.report import audit_figures
from pages.shared.audit import audit_choice, audit_marks, audit_rates, audit_scores
from pages.shared.audit.audit_source import Source
from pages.shared.chart import CHART
from pages.shared.words import _, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers


def draw(source: Source, asked: Audit) -> None:
    """Draw the choices and what they show, starting from what was asked."""
    st.warning(
        _(
            "**Exploration, not a verdict.** Who looks at many groups and measures will find a gap by chance. "
            "What you find here is a question for a new audit on new rows."
        ),
        icon=":material/explore:",
    )
    spec = audit_choice.choose(source, asked)
    if spec is None:
        return
    try:
        found = explored(source.key, spec, source.answers)
    except DataError as error:
        st.error(plain(error), icon=":material/error:")
        return
    for one in found.verdicts[:1]:
        _question(found, one)
    audit_scores.draw(found, source.answers)
    for note in found.notes:
        st.caption(":material/info: " + plain(note))


@st.cache_resource(max_entries=64, show_spinner=False)
def explored(key: str, spec: AuditSpec, _answers: Answers) -> Audit:
    """Return the audit, not stored; once per answers and spec."""
    from fmcore.audit import audit

    return audit.explored(_answers, spec, at_once=True)


def _question(audit: Audit, first: Verdict) -> None:
    """Draw the chosen grouping: the crossed one where columns were crossed."""
    widest = max(audit.verdicts, key=lambda one: len(one.by))
    one = widest if len(widest.by) > 1 else first
    gap = audit_figures.gap_of(audit, one)
    with st.container(border=True):
        st.markdown(f":material/explore: **{plain(audit_marks.question(one))}**", help=audit_marks.meaning(one.measure) or None)
        if one.fact is not None:
            st.markdown(plain(one.fact))
        if gap is not None and gap.estimate.value is not None:
            text = _("Widest gap **{gap}** points ({low} to {high}, for this one question alone).")
            ends = {name: audit_marks.points(getattr(gap.estimate, name)) for name in ("low", "high")}
            st.markdown(text.format(gap=audit_marks.points(gap.estimate.value), **ends))
        elif gap is not None:
            st.markdown(plain(gap.estimate.reason))
        if one.caveat is not None:
            st.caption(":material/group_remove: " + plain(one.caveat))
        if any(figure.estimate.value is not None for figure in audit_figures.figures_of(audit, one)):
            st.plotly_chart(audit_figures.by_group(audit, one), key="explore-picture", config=CHART)
        audit_rates.table(audit, one, "explore-table")
