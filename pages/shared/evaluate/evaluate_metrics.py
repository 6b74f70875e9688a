"""Every figure of an evaluation: point and interval as a picture, then a table that says how each was made. Computes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd
import streamlit as st

from fmcore.evaluation.report import Evaluation
from fmcore.records import Estimate, Metric
from fmcore.report import figures
from pages.shared import amounts
from pages.shared.chart import CHART
from pages.shared.evaluate.evaluate_words import AGREEMENT, LOWER_IS_BETTER, OF_ANSWERS, OF_SCORES, meaning, method, title
from pages.shared.words import _

OF_LABEL = ("f1", "precision", "recall")
MOST_LABELS = 15
"""Labels in the picture; the table has them all."""


def draw(evaluation: Evaluation) -> None:
    """Draw the figures over all labels, then those of each label, then everything in one table."""
    left, right = st.columns(2)
    with left:
        st.subheader(_("How good are the answers?"), anchor=False, help=_("1 is perfect. The line is the interval around each figure."))
        _picture(evaluation.metrics, (*OF_ANSWERS, *AGREEMENT), "answers")
    with right:
        st.subheader(_("How good are the probabilities?"), anchor=False, help=_("From the scores, not only from the label they led to."))
        _picture(evaluation.metrics, OF_SCORES, "scores")
        st.caption(_("Where lower is better:"))
        _picture(evaluation.metrics, LOWER_IS_BETTER, "errors")
    st.subheader(_("Every label"), anchor=False)
    of_labels(evaluation)
    st.subheader(_("Every figure, and how it was made"), anchor=False)
    column = st.column_config
    frame = table([*evaluation.metrics, *evaluation.per_class])
    st.dataframe(
        frame,
        hide_index=True,
        height=420,
        placeholder="–",
        column_config={
            "metric": column.TextColumn(_("Metric"), width=170),
            "label": column.TextColumn(_("Label"), width=120),
            "value": column.NumberColumn(_("Value"), format="%.4f", width=80),
            "low": column.NumberColumn(_("From"), format="%.4f", width=80, help=_("Where the interval begins.")),
            "high": column.NumberColumn(_("To"), format="%.4f", width=80, help=_("Where the interval ends.")),
            "n": column.NumberColumn(_("Rows"), format="localized", width=70, help=_("How many rows the figure rests on.")),
            "method": column.TextColumn(_("Interval by"), width=190, help=_("The statistical method behind the interval.")),
            "note": column.TextColumn(_("In plain words"), width=620),
        },
        key="figures-table",
    )


def table(metrics: Iterable[Metric]) -> pd.DataFrame:
    """Return metric, label, value, low, high, n, method and what it means or, where there is no value, why."""
    return pd.DataFrame(
        [
            {
                "metric": title(m.name),
                "label": m.label,
                "value": m.estimate.value,
                "low": m.estimate.low,
                "high": m.estimate.high,
                "n": m.estimate.n,
                "method": method(m.estimate.method),
                "note": amounts.no_value(m.estimate) if m.estimate.value is None else meaning(m.name),
            }
            for m in metrics
        ]
    )


def _picture(metrics: Iterable[Metric], names: Sequence[str], key: str) -> None:
    known = {metric.name: metric for metric in metrics}
    shown = [known[name] for name in names if name in known]
    if any(metric.estimate.value is not None for metric in shown):
        st.plotly_chart(figures.intervals(shown), key=f"{key}-intervals", config=CHART)
        return
    for metric in shown:
        st.text(f"{title(metric.name)}: {amounts.no_value(metric.estimate)}")


def of_labels(evaluation: Evaluation) -> None:
    """Draw precision, recall and F1 of each label, the weakest first."""
    found: dict[str, dict[str, Estimate]] = {label: {} for label in evaluation.labels}
    for metric in evaluation.per_class:
        found[str(metric.label)][metric.name] = metric.estimate
    weakest = sorted(evaluation.labels, key=lambda label: found[label]["f1"].value if found[label]["f1"].value is not None else 2.0)
    drawn = set(weakest[:MOST_LABELS])
    order = {label: place for place, label in enumerate(weakest)}
    shown = sorted(
        (m for m in evaluation.per_class if m.name in OF_LABEL and m.label in drawn),
        key=lambda m: (order[str(m.label)], OF_LABEL.index(m.name)),
    )
    if any(metric.estimate.value is not None for metric in shown):
        st.plotly_chart(figures.intervals(shown), key="labels-intervals", config=CHART)
    if len(weakest) > MOST_LABELS:
        text = _("The {shown} labels with the lowest F1, of {n}. The table has them all.")
        st.caption(text.format(shown=MOST_LABELS, n=len(weakest)))
    names = (*OF_LABEL, "roc-auc", "pr-auc")
    counts = dict(zip(evaluation.labels, evaluation.confusion.sum(1), strict=True))
    lines = [
        {
            "label": label,
            "rows": int(counts[label]),
            **{name: amounts.with_interval(one) if (one := found[label].get(name)) else None for name in names},
        }
        for label in weakest
    ]
    column = st.column_config
    config = {name: column.TextColumn(title(name), width=190, help=meaning(name)) for name in names}
    config |= {"label": column.TextColumn(_("Label"), width=140), "rows": column.NumberColumn(_("Rows"), format="localized", width=70)}
    height = "content" if len(lines) <= 12 else 460
    st.dataframe(pd.DataFrame(lines), hide_index=True, height=height, placeholder="–", column_config=config, key="labels-table")
