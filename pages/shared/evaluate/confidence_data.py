"""What the views of a run's confidence draw from, each computed once per file of answers and shared by everybody who looks.

Counts no look at the test split: a view asks here only after the seal (seal.py) let it pass. Temperatures are fitted on validation alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import Run
from pages.shared.evaluate import evaluate_data

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.evaluation.thresholds import Calibration, CoveragePoint, Temperature, ThresholdCurve
    from fmcore.stats.scores import Bin

Labels = tuple[str, ...]


def temperature(run: Run, labels: Labels) -> Temperature:
    """Return the temperature of least loss on the validation rows.

    Raises:
        DataError: there are no validation answers, or they hold no scores.
    """
    return _temperature(run, labels, evaluate_data.version(run, "validation"))


def calibration(run: Run, split: str, labels: Labels, value: float) -> Calibration:
    """Return loss and calibration error of a split before and after this temperature."""
    return _calibration(run, split, labels, value, evaluate_data.version(run, split))


def reliability(run: Run, split: str, labels: Labels, value: float | None) -> tuple[Bin, ...]:
    """Return how often answers of each confidence are right; at this temperature where one is given."""
    return _reliability(run, split, labels, value, evaluate_data.version(run, split))


def coverage(run: Run, split: str, labels: Labels) -> tuple[CoveragePoint, ...]:
    """Return accuracy against the share of rows that are answered, by the calibrated confidence that people are shown elsewhere."""
    return _coverage(run, split, labels, temperature(run, labels).value, evaluate_data.version(run, split))


def threshold_curve(run: Run, split: str, labels: Labels, positive: str) -> ThresholdCurve:
    """Return what every threshold on one of two labels would do."""
    return _threshold_curve(run, split, labels, positive, evaluate_data.version(run, split))


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _temperature(run: Run, labels: Labels, version: str) -> Temperature:
    from fmcore.evaluation.thresholds import fit_temperature

    return fit_temperature(evaluate_data.answers(run, "validation"), labels)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _calibration(run: Run, split: str, labels: Labels, value: float, version: str) -> Calibration:
    from fmcore.evaluation import thresholds

    return thresholds.calibration(evaluate_data.answers(run, split), labels, value, split)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _reliability(run: Run, split: str, labels: Labels, value: float | None, version: str) -> tuple[Bin, ...]:
    from fmcore.evaluation import thresholds
    from fmcore.stats import scores

    return scores.reliability(*thresholds.confidence_and_right(_at(run, split, labels, value), labels))


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _coverage(run: Run, split: str, labels: Labels, value: float | None, version: str) -> tuple[CoveragePoint, ...]:
    from fmcore.evaluation import thresholds

    return thresholds.coverage_curve(_at(run, split, labels, value), labels)


@st.cache_resource(max_entries=64, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _threshold_curve(run: Run, split: str, labels: Labels, positive: str, version: str) -> ThresholdCurve:
    from fmcore.evaluation import thresholds

    return thresholds.threshold_curve(evaluate_data.answers(run, split), labels, positive)


def _at(run: Run, split: str, labels: Labels, value: float | None) -> pd.DataFrame:
    """Return the answers of a split, at this temperature where one is given."""
    from fmcore.evaluation.thresholds import with_temperature

    answers = evaluate_data.answers(run, split)
    return answers if value is None else with_temperature(answers, labels, value)
