"""Parts of the data: the figures of each, and where errors gather, found on one half of the rows and measured on the other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from fmcore.evaluation.features import where
from fmcore.evaluation.slices import Slice
from fmcore.evaluation.weak import Search, sentence
from fmcore.records import Dataset, Metric, Run
from fmcore.report import figures
from pages.shared import address, amounts
from pages.shared.chart import CHART
from pages.shared.evaluate import slices_data
from pages.shared.words import _, ngettext, plain

MOST_SHOWN = 24
"""Parts in the picture, the weakest first; the table has them all."""


def draw(run: Run, dataset: Dataset, split: str) -> None:
    """Draw the search for weak parts, then the figures of every part of the columns chosen and of the texts."""
    st.subheader(
        _("Where is it weak?"),
        anchor=False,
        help=_(
            "Whoever looks through many parts finds weak ones by chance. So half of the rows are searched, and what is found there is "
            "measured afresh on the other half, corrected for how many were measured (Holm)."
        ),
    )
    weak_parts(slices_data.weak(run, dataset, split))
    st.subheader(_("Part by part"), anchor=False)
    names = {name: name for name in slices_data.columns(dataset, split)}
    usual = [name for name in dataset.columns.groups if name in names]
    by = address.several(
        _("Parts by column"),
        names,
        "parts",
        default=usual,
        scope=dataset.id,
        placeholder=_("length, language, negation and duplicates only"),
    )
    found = slices_data.slices(run, dataset, split, tuple(by))
    ordered = sorted(found, key=lambda one: -(one.error_rate.value or 0.0))
    shown = [Metric(split, "accuracy", where(one.features), one.accuracy) for one in ordered[:MOST_SHOWN]]
    st.caption(_("Accuracy of each part, the weakest first. Intervals that overlap are no difference that can be told."))
    st.plotly_chart(figures.intervals(shown), key="slices-picture", config=CHART)
    table(ordered)


def weak_parts(found: Search) -> None:
    """Draw what the search found in sentences: what other rows confirm first."""
    confirmed = [one for one in found.weak if one.is_confirmed]
    if not found.tried:
        text = _("There is nothing to search: no part has {n} rows in each half of these, or no answer is wrong.")
        st.info(text.format(n=found.smallest), icon=":material/search_off:")
        return
    tried = ngettext("{n} part", "{n} parts", found.tried).format(n=f"{found.tried:,}")
    if not confirmed:
        st.markdown(_("**No weak part that other rows confirm.** {parts} were searched.").format(parts=tried))
    for one in confirmed:
        st.markdown(f":material/trending_down: **{plain(sentence(one))}**")
    rest = [one for one in found.weak if not one.is_confirmed]
    told = _("{parts} were searched on one half, {measured} measured on the other.").format(parts=tried, measured=found.measured)
    if not rest:
        st.caption(told)
        return
    with st.expander(_("{told} What may be weak, but is not confirmed").format(told=told), icon=":material/help:"):
        for one in rest:
            st.markdown(plain(sentence(one)))


def table(found: Sequence[Slice]) -> None:
    """Draw every part with its rows and figures."""
    lines = [
        {
            "part": where(one.features),
            "rows": one.n,
            "accuracy": one.accuracy.value,
            "interval": amounts.interval(one.accuracy),
            "f1": one.macro_f1.value,
            "f1-interval": amounts.interval(one.macro_f1),
        }
        for one in found
    ]
    column = st.column_config
    config = {
        "part": column.TextColumn(_("Part"), width=300),
        "rows": column.NumberColumn(_("Rows"), format="localized"),
        "accuracy": column.NumberColumn(_("Accuracy"), format="%.3f"),
        "interval": column.TextColumn(_("Interval")),
        "f1": column.NumberColumn(_("Macro-F1"), format="%.3f"),
        "f1-interval": column.TextColumn(_("Interval of that"), width=220),
    }
    height = "content" if len(lines) <= 12 else 460
    st.dataframe(pd.DataFrame(lines), hide_index=True, height=height, placeholder="–", column_config=config, key="slices-table")
