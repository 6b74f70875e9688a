"""How honest a run's confidence is: certainty against being right, before and after a temperature that was fitted on validation."""

from __future__ import annotations

import streamlit as st

from fmcore.evaluation.thresholds import Calibration, Temperature
from fmcore.records import Dataset, Run
from fmcore.report import confidence_figures
from pages.shared import amounts
from pages.shared.chart import CHART
from pages.shared.evaluate import confidence_data, evaluate_coverage, evaluate_threshold
from pages.shared.evaluate.evaluate_answer import split_title
from pages.shared.words import _, plain


def draw(run: Run, dataset: Dataset, split: str) -> None:
    """Draw the reliability diagram, what a temperature changes, which answers to refer to a person and, of two labels, the threshold."""
    st.subheader(
        _("How honest is the confidence?"),
        anchor=False,
        help=_("Of the answers given with a confidence of 0.8, 80 of 100 should be right. Below the dashed line the model is too sure."),
    )
    found = confidence_data.temperature(run, dataset.labels)
    if found.value is None:
        st.caption(plain(found.reason))
        series = {_("as the model gives it"): confidence_data.reliability(run, split, dataset.labels, None)}
    else:
        said = confidence_data.calibration(run, split, dataset.labels, found.value)
        st.markdown(sentence(found, said))
        series = {
            _("as the model gives it"): confidence_data.reliability(run, split, dataset.labels, None),
            _("at temperature {value}").format(value=amounts.number(found.value, 2)): confidence_data.reliability(
                run, split, dataset.labels, found.value
            ),
        }
    st.plotly_chart(confidence_figures.reliability(series), key="reliability", config=CHART)
    evaluate_coverage.draw(run, dataset, split)
    if len(dataset.labels) == 2:
        evaluate_threshold.draw(run, dataset, split)


def sentence(found: Temperature, said: Calibration) -> str:
    """Return what the temperature is and what it does to these rows; markdown."""
    assert found.value is not None
    worth = said.change.high is not None and said.change.high < 0
    text = (
        _(
            "**The model is {manner} by a temperature of {value}**, fitted on {n} validation rows. With it the calibration error on the "
            "{split} rows goes from {before} to {after}, the loss from {loss} to {lower}."
        )
        if worth
        else _(
            "A temperature of {value}, fitted on {n} validation rows, changes little: on the {split} rows the calibration error goes from "
            "{before} to {after}, the loss from {loss} to {lower}."
        )
    )
    return text.format(
        manner=_("too sure") if found.value > 1 else _("too unsure"),
        value=amounts.number(found.value, 2),
        n=f"{found.n:,}",
        split=split_title(said.split),
        before=amounts.with_interval(said.before["ece"]),
        after=amounts.with_interval(said.after["ece"]),
        loss=amounts.with_interval(said.before["loss"]),
        lower=amounts.with_interval(said.after["loss"]),
    )
