"""Another group, measure or answer of the same rows, at once and as often as one likes: exploration, which decides nothing."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit.records import Audit, AuditSpec, GroupBy, Verdict
from fmcore.errors import DataError
from fmcore.report import audit_figures
from pages.shared import address, audit_groups, audit_marks, audit_rates, audit_scores, audit_sizes
from pages.shared.audit_source import Source
from pages.shared.chart import CHART
from pages.shared.words import _, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers


def draw(source: Source, asked: AuditSpec) -> None:
    """Draw the choices and what they show, starting from what was asked."""
    st.warning(
        _(
            "**Exploration, not a verdict.** Who looks at many groups and measures will find a gap by chance. "
            "What you find here is a question for a new audit on new rows."
        ),
        icon=":material/explore:",
    )
    spec = _choose(source, asked)
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


USUAL, FEWEST, DRAWN = 1000, 200, 200_000
"""Resamples: as in an audit, the fewest, and how many groups times resamples are drawn without a wait."""


@st.cache_resource(max_entries=64, show_spinner=False)
def explored(key: str, spec: AuditSpec, _answers: Answers) -> Audit:
    """Return the audit, not stored; once per answers and spec."""
    from fmcore.audit import audit

    return audit.explored(_answers, spec)


def _choose(source: Source, asked: AuditSpec) -> AuditSpec | None:
    from fmcore.audit.measures import EQUALIZED_ODDS, MEASURES, SCORED

    answers = source.answers
    columns = {name: name for name in answers.groups}
    names = [*MEASURES, EQUALIZED_ODDS, *(name for name in SCORED if answers.scores and (name != "ece" or answers.are_probabilities))]
    labels = {label: label for label in answers.labels}
    first = asked.groups[0].column if asked.groups else None
    likely = asked.measures[0] if asked.measures and asked.measures[0] in names else "selection-rate"
    places = st.columns(4, vertical_alignment="bottom")
    with places[0]:
        column = address.select(_("Group by"), columns, "by", default=first if first in columns else None, scope=source.key)
    with places[1]:
        titles = {name: audit_marks.measure(name) for name in names}
        measure = address.select(_("Measure"), titles, "measure", default=likely, help=audit_marks.all_meanings(names))
    with places[2]:
        favourable = asked.favourable if asked.favourable in labels else answers.favourable(None)[0] or answers.labels[-1]
        label = address.select(_("Answer"), labels, "label", default=favourable, scope=source.key)
    with places[3]:
        others = {name: name for name in columns if name != column and not audit_sizes.is_too_fine(answers, name)}
        second = address.select(_("Crossed with"), others, "crossing", scope=f"{source.key}{column}", placeholder=_("nothing"))
    if column is None or measure is None:
        st.info(_("Choose a column to group by."), icon=":material/group:")
        return None
    groups = [audit_groups.cut(source, name) for name in (column, second) if name]
    return AuditSpec(
        tuple(groups), favourable=label, measures=(measure,), intersections=second is not None, tolerance=asked.tolerance,
        minimum_rows=asked.minimum_rows, minimum_positives=asked.minimum_positives, minimum_negatives=asked.minimum_negatives,
        level=asked.level, correction="none", replicates=_replicates(answers, groups),
    )  # fmt: skip


def _replicates(answers: Answers, groups: Sequence[GroupBy]) -> int:
    """Return how many resamples answer at once: fewer for very many groups, where each is drawn for each."""
    n = math.prod(len(answers.column(by.column).values) if by.kind != "bins" else len(by.edges) or by.bins for by in groups)
    return min(USUAL, max(FEWEST, DRAWN // n))


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
