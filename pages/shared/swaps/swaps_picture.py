"""How often answers change and how far scores move, per pair of groups: the picture, the widest first, and every question in a table."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from fmcore.audit.records import Verdict
from fmcore.audit.swaps.records import FLIP_RATE, SwapAudit
from fmcore.report import swap_figures
from fmcore.report.names import finding_title, start
from pages.shared import address, amounts
from pages.shared.chart import CHART
from pages.shared.words import _, plain


def draw(found: SwapAudit, category: str | None) -> None:
    """Draw the picture of one measure, what was found over whole categories, and the table."""
    st.subheader(_("How often, and how far"), anchor=False)
    measures = swap_figures.measures_of(found)
    if not measures:
        st.caption(_("No pair of groups has enough sentences for a picture."))
        return
    label = found.spec.favourable
    titles = {one: start(swap_figures.measure_title(one, plain(label, 40) if label else None)) for one in measures}
    measure = address.segmented(_("Show"), titles, "measure", default=measures[0], label_visibility="collapsed")
    shown = swap_figures.questions(found, measure, category)
    if shown:
        several = category is None and len(found.by_category) > 1
        st.plotly_chart(swap_figures.by_pair(shown, with_category=several), key="swaps-pairs", config=CHART)
        st.caption(_("The shaded part is acceptable. Intervals are those that decide: wider than 95 % where many questions are asked."))
    if len(shown) > swap_figures.MOST_ROWS:
        st.caption(_("The {shown} widest of {n}; the table has all.").format(shown=swap_figures.MOST_ROWS, n=len(shown)))
    _whole(found, category)
    with st.expander(_("Every question in a table"), icon=":material/table_rows:"):
        _table(shown, measure)


def _whole(found: SwapAudit, category: str | None) -> None:
    for one in found.figures:
        if one.measure == FLIP_RATE and not one.groups and category in (None, one.category):
            said = _("{category}: in {share} of {n} sentences at least one swap changes the answer ({interval}).")
            share, low, high = (f"{100 * (part or 0.0):.1f} %" for part in (one.estimate.value, one.estimate.low, one.estimate.high))
            values = {"share": share, "n": f"{one.estimate.n:,}", "interval": _("{low} to {high}").format(low=low, high=high)}
            st.caption(said.format(category=plain(one.category), **values))


def _table(shown: Sequence[Verdict], measure: str) -> None:
    rows = [
        {
            "verdict": finding_title(one.verdict),
            "pair": swap_figures.pair_title(one, with_category=True),
            "value": one.gap.value,
            "interval": amounts.interval(one.gap),
            "n": one.gap.n,
            "needed": one.rows_needed,
        }
        for one in shown
    ]
    column = st.column_config
    config = {
        "verdict": column.TextColumn(_("Verdict"), width=150),
        "pair": column.TextColumn(_("From → to"), width=240),
        "value": column.NumberColumn(_("Share") if measure == FLIP_RATE else _("Move"), format="%.3f", width=80),
        "interval": column.TextColumn(_("Interval"), width=150),
        "n": column.NumberColumn(_("Sentences"), format="localized", width=90),
        "needed": column.NumberColumn(
            _("More needed"), format="localized", width=110, help=_("About so many more sentences would allow a verdict.")
        ),
    }
    height = "content" if len(rows) <= 12 else 440
    st.dataframe(pd.DataFrame(rows), hide_index=True, height=height, column_config=config, placeholder="–", key="swaps-table")
