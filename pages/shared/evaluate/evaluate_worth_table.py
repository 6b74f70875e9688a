"""A run and its baselines as a table: score, what tuning adds, costs. Computes nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.pipeline.worth import Row, Worth
from pages.shared import amounts
from pages.shared.evaluate.evaluate_words import meaning, title
from pages.shared.words import _

WORDS = {"better": _("tuning is better"), "worse": _("tuning is worse"), "cannot-tell": _("cannot tell")}


def draw(found: Worth) -> None:
    """Draw a line for the run and one for each baseline."""
    column = st.column_config
    config = {
        "title": column.TextColumn(_("Model"), width=210),
        "score": column.NumberColumn(title(found.metric), format="%.3f", width=80, help=meaning(found.metric)),
        "interval": column.TextColumn(_("Interval"), width=115, help=_("With 95 % confidence the true figure lies here.")),
        "gain": column.NumberColumn(
            _("Tuning adds"), format="%+.3f", width=95, help=_("The tuned run less this baseline, on the same rows.")
        ),
        "gain_interval": column.TextColumn(_("Interval of that"), width=125),
        "word": column.TextColumn(_("In a word"), width=130),
        "seconds": column.NumberColumn(_("Training, s"), format="%.1f", width=90),
        "parameters": column.NumberColumn(_("Parameters"), format="compact", width=95),
        "ms": column.NumberColumn(_("ms per answer"), format="%.2f", width=110),
        "megabytes": column.NumberColumn(_("MB"), format="%.1f", width=70),
        "note": column.TextColumn(_("Note"), width=420),
    }
    frame = pd.DataFrame([line(row) for row in found.rows])
    st.dataframe(frame, hide_index=True, height="content", placeholder="–", column_config=config, key="worth-table")


def line(row: Row) -> dict[str, object]:
    """Return one line of the table."""
    difference = row.difference
    return {
        "title": _(row.title),
        "score": row.score.value if row.score else None,
        "interval": amounts.interval(row.score) if row.score and row.score.value is not None else None,
        "gain": difference.estimate.value if difference else None,
        "gain_interval": amounts.interval(difference.estimate) if difference and difference.estimate.value is not None else None,
        "word": WORDS[difference.word] if difference else None,
        "seconds": row.cost.get("training-seconds"),
        "parameters": row.cost.get("parameters"),
        "ms": row.cost.get("ms-per-answer"),
        "megabytes": row.cost.get("megabytes"),
        "note": str(row.reason) if row.reason else _(row.about),
    }
