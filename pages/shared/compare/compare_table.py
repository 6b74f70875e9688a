"""Every pair of compared runs as a table: the difference, its interval, whether it can be told from chance. Computes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
import streamlit as st

from fmcore.evaluation.compare import Difference
from pages.shared import amounts
from pages.shared.words import _

WORDS = {"better": _("better"), "worse": _("worse"), "cannot-tell": _("cannot tell")}


def draw(pairs: Sequence[Difference], names: Mapping[str, str]) -> None:
    """Draw one line per pair."""
    column = st.column_config
    frame = pd.DataFrame(
        [
            {
                "first": names[one.first],
                "second": names[one.second],
                "word": WORDS[one.word],
                "value": one.estimate.value,
                "interval": amounts.interval(one.estimate),
                "p": one.p,
                "holm": one.holm,
                "won": one.won,
                "lost": one.lost,
                "n": one.estimate.n,
                "test": one.test,
            }
            for one in pairs
        ]
    )
    config = {
        "first": column.TextColumn(_("First"), width=180),
        "second": column.TextColumn(_("Second"), width=180),
        "word": column.TextColumn(_("The first is"), width=95),
        "value": column.NumberColumn(_("Difference"), format="%+.4f", width=90),
        "interval": column.TextColumn(_("Interval"), width=130),
        "p": column.NumberColumn("p", format="%.3g", width=70, help=_("How often chance alone gives a difference as large.")),
        "holm": column.NumberColumn(
            _("p (Holm)"), format="%.3g", width=85, help=_("p made stricter, because several pairs are looked at and one may win by luck.")
        ),
        "won": column.NumberColumn(_("Only first right"), width=120, help=_("Rows that only the first run answered rightly.")),
        "lost": column.NumberColumn(_("Only second right"), width=130, help=_("Rows that only the second run answered rightly.")),
        "n": column.NumberColumn(_("Rows"), format="localized", width=65),
        "test": column.TextColumn(_("Test"), width=190, help=_("How p was computed.")),
    }
    st.dataframe(frame, hide_index=True, height="content", placeholder="–", column_config=config, key="compare-table")
