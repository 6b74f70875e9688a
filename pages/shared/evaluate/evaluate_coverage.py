"""Which answers to refer to a person: the confidence is chosen on validation, and what it does is shown on the rows in view."""

from __future__ import annotations

import streamlit as st

from fmcore.evaluation import thresholds
from fmcore.evaluation.thresholds import CoveragePoint
from fmcore.records import Dataset, Run
from fmcore.report import confidence_figures
from pages.shared import address_numbers, amounts
from pages.shared.chart import CHART
from pages.shared.evaluate import confidence_data
from pages.shared.evaluate.evaluate_answer import split_title
from pages.shared.words import _


def draw(run: Run, dataset: Dataset, split: str) -> None:
    """Draw the wanted accuracy, the confidence below which a person should answer, and accuracy against the share answered."""
    st.subheader(
        _("When should a person decide?"),
        anchor=False,
        help=_("The model answers where it is sure enough; everything below that confidence goes to a person."),
    )
    wanted = address_numbers.slider(
        _("Accuracy that the model’s own answers must surely reach"), 0.5, 0.999, "sure", default=0.95, step=0.005
    )
    on_validation = confidence_data.coverage(run, "validation", dataset.labels)
    chosen = thresholds.referral(on_validation, wanted)
    curve = confidence_data.coverage(run, split, dataset.labels)
    here = None if chosen is None else at(curve, chosen.confidence)
    st.markdown(sentence(chosen, here, wanted, split))
    if curve:
        st.plotly_chart(confidence_figures.coverage(curve, here), key="coverage", config=CHART)


def at(curve: tuple[CoveragePoint, ...], confidence: float) -> CoveragePoint | None:
    """Return what keeping answers of this confidence and above does: the last point of the curve that keeps no less sure one."""
    kept = [point for point in curve if point.confidence >= confidence]
    return max(kept, key=lambda point: point.coverage, default=None)


def sentence(chosen: CoveragePoint | None, here: CoveragePoint | None, wanted: float, split: str) -> str:
    """Return the choice and what it does here; markdown."""
    if chosen is None:
        text = _("The validation rows can’t show a confidence from which {percent} % are surely right. Ask for less, or bring more rows.")
        return text.format(percent=f"{100 * wanted:.4g}")
    if here is None:
        text = _("No answer on the {split} rows is as sure as {confidence}: all go to a person.")
        return text.format(split=split_title(split), confidence=amounts.number(chosen.confidence))
    text = _(
        "**Refer answers below a calibrated confidence of {confidence} to a person.** Chosen on validation. On the {split} rows the "
        "model then answers {share} % itself, and {right} % of those are right ({low} to {high} %)."
    )
    numbers = {name: f"{100 * getattr(here.accuracy, name):.1f}" for name in ("low", "high")}
    return text.format(
        confidence=amounts.number(chosen.confidence),
        split=split_title(split),
        share=f"{100 * here.coverage:.1f}",
        right=f"{100 * (here.accuracy.value or 0):.1f}",
        **numbers,
    )
