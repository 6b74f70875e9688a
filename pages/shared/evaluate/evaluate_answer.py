"""The answer of an evaluation in a sentence and a few numbers, each with its interval. Draws an Evaluation; computes nothing."""

from __future__ import annotations

import streamlit as st

from fmcore.evaluation.report import Evaluation
from fmcore.records import Estimate
from pages.shared import amounts
from pages.shared.evaluate.evaluate_words import meaning, title
from pages.shared.runs.run_figures import metric_title
from pages.shared.words import _, plain

CARDS = ("accuracy", "roc-auc", "ece", "loss")
"""Beside the headline: how often right, how well ranked, how honest the confidence, how surprised."""


def split_title(split: str) -> str:
    return {"train": _("training"), "validation": _("validation"), "test": _("test")}[split]


def draw(evaluation: Evaluation, headline: str, *, whole: bool = True) -> None:
    """Draw the headline figure with its interval in one sentence and, when ``whole``, the figures beside it."""
    known = {metric.name: metric.estimate for metric in evaluation.metrics}
    st.markdown(sentence(evaluation.split, headline, known[headline]))
    if not whole:
        return
    with st.container(horizontal=True, gap="small"):
        for name in dict.fromkeys((headline, *CARDS)):
            if name in known:
                _card(name, known[name])
    st.caption(guess(evaluation))


def _card(name: str, estimate: Estimate) -> None:
    below = _("Below: with {percent} % confidence the true figure lies in this interval.").format(percent=f"{estimate.level * 100:g}")
    st.metric(
        "ECE" if name == "ece" else title(name),  # its long name would be cut; the help says it
        amounts.number(estimate.value),
        delta=amounts.interval(estimate) if estimate.value is not None else _("no value"),
        delta_color="off",
        delta_arrow="off",
        width=148,  # five stand side by side in a window of 1,280 pixels
        border=True,
        help=f"{meaning(name)} {below if estimate.value is not None else plain(amounts.no_value(estimate))}",
    )


def sentence(split: str, name: str, estimate: Estimate) -> str:
    """Return the headline in words; markdown."""
    if estimate.value is None:
        return _("There is no {metric} on the {split} rows: {reason}").format(
            metric=metric_title(name), split=split_title(split), reason=plain(str(estimate.reason))
        )
    return _("**{metric} is {value}** on {n} {split} rows; with {percent} % confidence it lies between {low} and {high}.").format(
        metric=title(name),
        value=amounts.number(estimate.value),
        n=f"{estimate.n:,}",
        split=split_title(split),
        percent=f"{estimate.level * 100:g}",
        low=amounts.number(estimate.low),
        high=amounts.number(estimate.high),
    )


def guess(evaluation: Evaluation) -> str:
    """Return what always giving the most frequent answer would reach: the line that any model has to beat."""
    by_target = evaluation.confusion.sum(axis=1)
    if not by_target.sum():
        return _("There are no rows in this split.")
    return _("For comparison: always answering “{label}” would be right in {share} of the rows.").format(
        label=plain(evaluation.labels[int(by_target.argmax())]), share=amounts.number(by_target.max() / by_target.sum())
    )


def mix_up(evaluation: Evaluation) -> str:
    """Return the most frequent mistake in words."""
    wrong = evaluation.confusion.copy()
    for place in range(len(wrong)):
        wrong[place, place] = 0
    if not wrong.sum():
        return _("No row was answered wrongly.")
    target, answer = divmod(int(wrong.argmax()), len(wrong))
    return _("{wrong} of {n} rows were answered wrongly. Most often “{target}” was taken for “{answer}”: {count} times.").format(
        wrong=f"{int(wrong.sum()):,}",
        n=f"{int(evaluation.confusion.sum()):,}",
        target=plain(evaluation.labels[target]),
        answer=plain(evaluation.labels[answer]),
        count=f"{int(wrong.max()):,}",
    )
