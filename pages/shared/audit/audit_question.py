"""One question of an audit, whole: mark, sentence, picture, figures, table. Draws; computes nothing."""

from __future__ import annotations

import streamlit as st

from fmcore.audit.records import Audit, Finding, Verdict
from fmcore.audit.verdict_words import rough
from fmcore.report import audit_figures
from pages.shared.audit import audit_marks, audit_rates
from pages.shared.chart import CHART
from pages.shared.words import _, plain


def draw(audit: Audit, one: Verdict, key: str) -> None:
    """Draw one question: mark, sentences, picture, figures, table."""
    with st.container(border=True, key=key):
        with st.container(horizontal=True, vertical_alignment="center"):
            audit_marks.badge(one.verdict)
            st.markdown(f"**{plain(audit_marks.question(one))}**", width="content", help=audit_marks.meaning(one.measure) or None)
        if one.fact is not None:
            st.markdown(plain(one.fact))
        st.markdown(plain(one.sentence))
        if one.narrower is not None:
            st.markdown(plain(one.narrower))
        if one.caveat is not None:
            st.markdown(":material/group_remove: " + plain(one.caveat))
        figures = audit_figures.figures_of(audit, one)
        if any(figure.estimate.value is not None for figure in figures):
            st.plotly_chart(audit_figures.by_group(audit, one), key=f"{key}-picture", config=CHART)
            if one.groups:
                st.caption(_band(one))
        if one.kind == "difference":
            _numbers(one)
        audit_rates.table(audit, one, f"{key}-table")


def _band(one: Verdict) -> str:
    if one.kind == "ratio":
        text = _("Each bar is a group’s interval. Shaded: at least {limit} % of the highest group’s rate.")
        return text.format(limit=audit_marks.points(one.tolerance))
    if one.pair:
        text = _("Each bar is a group’s interval. Shaded: within the {limit} points of {reference}, the reference, that were accepted.")
        reference = plain(audit_marks.group(one.pair[1]), 60)
        return text.format(limit=audit_marks.points(one.tolerance), reference=reference)
    text = _("Each bar is a group’s interval. Shaded: within the {limit} points of {best} that were accepted beforehand.")
    return text.format(limit=audit_marks.points(one.tolerance), best=plain(audit_marks.group(one.groups[-1]), 60))


def _numbers(one: Verdict) -> None:
    """Draw gap, tolerance, the smallest gap that could have shown, and the rows that are lacking, in a row that wraps."""
    has = one.gap.value is not None
    interval = _("{low} to {high}").format(low=audit_marks.points(one.gap.low), high=audit_marks.points(one.gap.high)) if has else None
    percent = f"{one.gap.level * 100:.4g}"
    helps = {
        "gap": _("Points (of 100) between the groups served worst and best. Below: the {percent} % interval of the true gap."),
        "smallest": _("Only a true gap of so many points or more would be found too wide in at least 8 of 10 audits of rows like these."),
        "needed": _("Rows of the same mix of groups, if the gap is as wide as it looks. No number: it lies so near to what is accepted."),
    }  # fmt: skip
    look = {"border": True, "width": 142}
    with st.container(horizontal=True, gap="small"):
        more = {"delta": interval, "delta_color": "off", "delta_arrow": "off", "help": helps["gap"].format(percent=percent)}
        st.metric(_("Gap, points"), audit_marks.points(one.gap.value), **more, **look)
        st.metric(
            _("Accepted"),
            audit_marks.points(one.tolerance),
            help=_("The widest gap in points that is acceptable, set before anything was shown."),
            **look,
        )
        st.metric(_("Reliably found from"), audit_marks.points(one.smallest_gap), help=helps["smallest"], border=True, width=190)
        if one.verdict is Finding.UNCERTAIN and has:
            needed = _("no number") if one.rows_needed is None else _("about {rows}").format(rows=rough(one.rows_needed))
            st.metric(_("More rows, same mix"), needed, help=helps["needed"], border=True, width=230)
