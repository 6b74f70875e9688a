"""A run's figures as a person reads them: the answer in a sentence, then the picture, then the table.

Draws an Evaluation; computes nothing and opens nothing (the seal of the test split is in seal.py).
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import streamlit as st

from fmcore.evaluation.report import Evaluation
from fmcore.records import Estimate, Metric, Progress
from fmcore.report import figures
from pages.shared import address, amounts, run_view
from pages.shared.runs_table import metric_title
from pages.shared.words import _, plain

CHART = {"displayModeBar": False}  # it would lie over the title; a double click resets a zoom


def split_title(split: str) -> str:
    return {"train": _("training"), "validation": _("validation"), "test": _("test")}[split]


def answer(evaluation: Evaluation, headline: str) -> None:
    """Draw the headline figure with its interval, and one sentence that says what it means."""
    estimate = next(m.estimate for m in evaluation.metrics if m.name == headline)
    st.markdown(answer_sentence(evaluation.split, headline, estimate))
    shown = [m for m in evaluation.metrics if m.name in (headline, "accuracy", "loss")]
    with st.container(horizontal=True):
        for metric in sorted(shown, key=lambda m: m.name != headline):
            st.metric(
                sentence_start(metric_title(metric.name)),
                amounts.number(metric.estimate.value),
                delta=amounts.interval(metric.estimate),
                delta_color="off",
                delta_arrow="off",
                width=170,
                border=True,
                help=_("Below: the interval that holds the true figure in {percent} of 100 such samples.").format(
                    percent=f"{metric.estimate.level * 100:g}"
                ),
            )
    st.caption(guess_sentence(evaluation))


def answer_sentence(split: str, name: str, estimate: Estimate) -> str:
    """Return the headline in words; markdown."""
    if estimate.value is None:
        return _("There is no {metric} on the {split} rows: {reason}").format(
            metric=metric_title(name), split=split_title(split), reason=plain(str(estimate.reason))
        )
    return _("**{metric} is {value}** on {n} {split} rows; with {percent} % confidence it lies between {low} and {high}.").format(
        metric=sentence_start(metric_title(name)),
        value=amounts.number(estimate.value),
        n=f"{estimate.n:,}",
        split=split_title(split),
        percent=f"{estimate.level * 100:g}",
        low=amounts.number(estimate.low),
        high=amounts.number(estimate.high),
    )


def sentence_start(words: str) -> str:
    """Return the words with a capital first letter and the rest as it is.

    Example:
        >>> sentence_start("macro-F1")
        'Macro-F1'
    """
    return words[:1].upper() + words[1:]


def guess_sentence(evaluation: Evaluation) -> str:
    """Return what always giving the most frequent answer would reach: the line that any model has to beat."""
    by_target = evaluation.confusion.sum(axis=1)
    if not by_target.sum():
        return _("There are no rows in this split.")
    return _("For comparison: always answering “{label}” would be right in {share} of the rows.").format(
        label=plain(evaluation.labels[int(by_target.argmax())]), share=amounts.number(by_target.max() / by_target.sum())
    )


def metrics_table(metrics: Iterable[Metric]) -> pd.DataFrame:
    """Return metric, class, value, low, high, n, method and, where there is no value, why."""
    return pd.DataFrame(
        [
            {
                "metric": sentence_start(metric_title(m.name)),
                "label": m.label,
                "value": m.estimate.value,
                "low": m.estimate.low,
                "high": m.estimate.high,
                "n": m.estimate.n,
                "method": m.estimate.method,
                "note": amounts.no_value(m.estimate) if m.estimate.value is None else "",
            }
            for m in metrics
        ]
    )


def draw_metrics(metrics: Iterable[Metric], key: str, *, by_class: bool = False) -> None:
    """Draw point and interval of each metric, then the same as a table."""
    metrics = list(metrics)
    bounded = [m for m in metrics if m.name != "loss"]
    if any(m.estimate.value is not None for m in bounded):
        st.plotly_chart(figures.intervals(bounded), key=f"{key}-intervals", config=CHART)
    frame = metrics_table(metrics)
    hidden = ([] if by_class else ["label"]) + ([] if frame["note"].any() else ["note"])
    column = st.column_config
    figure = {
        name: column.NumberColumn(title, format="%.4f") for name, title in (("value", _("Value")), ("low", _("From")), ("high", _("To")))
    }
    st.dataframe(
        frame.drop(columns=hidden),
        hide_index=True,
        height="content" if len(frame) <= 30 else "auto",
        placeholder="–",
        column_config=figure
        | {
            "metric": _("Metric"),
            "label": _("Label"),
            "n": column.NumberColumn(_("Rows"), format="localized"),
            "method": _("Interval by"),
            "note": _("Note"),
        },
        key=f"{key}-table",
    )


def confusion(evaluation: Evaluation, key: str, *, dark: bool) -> None:
    """Draw who was taken for whom, as counts or as shares, with the largest mix-up in words."""
    titles = {"counts": _("Counts"), "by-target": _("Shares of each true label"), "by-answer": _("Shares of each answer")}
    mode = address.segmented(_("Matrix of"), titles, "matrix", default="counts")
    st.markdown(mix_up(evaluation))
    st.plotly_chart(figures.confusion(evaluation, mode, dark=dark), key=f"{key}-matrix", config=CHART)
    counts = pd.DataFrame(evaluation.confusion, index=list(evaluation.labels), columns=list(evaluation.labels))
    with st.expander(_("The same as a table")):
        st.dataframe(counts.rename_axis(_("true label ↓  answer →")), key=f"{key}-counts")


def mix_up(evaluation: Evaluation) -> str:
    """Return the most frequent mistake in words."""
    wrong = evaluation.confusion.copy()
    for place in range(len(wrong)):
        wrong[place, place] = 0
    if not wrong.sum():
        return _("No row was answered wrongly.")
    target, answer_ = divmod(int(wrong.argmax()), len(wrong))
    return _("{wrong} of {n} rows were answered wrongly. Most often “{target}” was taken for “{answer}”: {count} times.").format(
        wrong=f"{int(wrong.sum()):,}",
        n=f"{int(evaluation.confusion.sum()):,}",
        target=plain(evaluation.labels[target]),
        answer=plain(evaluation.labels[answer_]),
        count=f"{int(wrong.max()):,}",
    )


def learning(name: str, progress: list[Progress], key: str) -> None:
    """Draw how the run learned."""
    run_view.curves({name: progress}, key)
