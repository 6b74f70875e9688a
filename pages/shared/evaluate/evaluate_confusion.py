"""Who was taken for whom: the matrix, whose cells open the rows behind them, by a click or by two select boxes."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from fmcore.evaluation.report import Evaluation
from fmcore.records import Dataset, Run
from fmcore.report import cells, figures
from pages.shared import address, state
from pages.shared.chart import CHART
from pages.shared.evaluate import items_rows, items_view
from pages.shared.evaluate.evaluate_answer import mix_up
from pages.shared.words import _

KEY = "confusion-matrix"


def draw(run: Run, dataset: Dataset, evaluation: Evaluation) -> None:
    """Draw the matrix as counts or as shares, the largest mix-up in words, and the rows of the chosen cell."""
    titles = {
        "counts": _("Counts"),
        "by-target": _("By row: shares of each true label"),
        "by-answer": _("By column: shares of each answer"),
    }
    mode = address.segmented(_("Matrix of"), titles, "matrix", default="counts")
    st.markdown(mix_up(evaluation))
    figure = cells.clickable(figures.confusion(evaluation, mode, dark=state.is_dark()), len(evaluation.labels))
    st.plotly_chart(
        figure,
        key=KEY,
        config=CHART,
        on_select=partial(_choose, evaluation.labels),
        selection_mode="points",
        alt=_("Confusion matrix; the same as a table below."),
    )
    st.markdown(_("**Rows of a cell.** Click on a cell, or choose here."))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target, answer = items_view.cell(evaluation.labels)
        if target or answer:
            st.button(_("Close"), icon=":material/close:", type="tertiary", key="cell-close", on_click=_close)
    if target is None and answer is None:
        st.caption(_("Nothing is chosen yet."))
    else:
        table = items_rows.of(run, dataset, evaluation.split)
        left = items_rows.chosen(table, items_rows.Wish(target=target, answer=answer), items_rows.texts(dataset))
        items_view.show(left, len(table), dataset, "cell", f"{run.id}-{evaluation.split}-cell", run=run)
    with st.expander(_("The matrix as a table")):
        counts = pd.DataFrame(evaluation.confusion, index=list(evaluation.labels), columns=list(evaluation.labels))
        st.dataframe(counts.rename_axis(_("true label ↓  answer →")), key="confusion-counts")


def _choose(labels: tuple[str, ...]) -> None:
    """Put the cell that was clicked into the two select boxes, and so into the address."""
    points = st.session_state[KEY]["selection"]["points"]
    if points:
        row, column = points[0]["customdata"][:2]
        st.session_state["address-target-"], st.session_state["address-answer-"] = labels[int(row)], labels[int(column)]


def _close() -> None:
    st.session_state["address-target-"] = st.session_state["address-answer-"] = None
