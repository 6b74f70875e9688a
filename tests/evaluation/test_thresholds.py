"""Thresholds, referral and temperature: by hand, and never a choice without its uncertainty."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fmcore.errors import DataError, SettingsError
from fmcore.evaluation.thresholds import (
    Prices,
    best_threshold,
    calibration,
    choice,
    coverage_curve,
    fit_temperature,
    referral,
    threshold_curve,
    with_temperature,
)

LABELS = ("no", "yes")


def scored(yes: list[float], targets: str) -> pd.DataFrame:
    """Predictions of ``yes`` with these scores; targets as a string of y and n."""
    given = np.array(yes)
    frame = pd.DataFrame({"id": [str(i) for i in range(len(yes))], "target": ["yes" if t == "y" else "no" for t in targets]})
    frame["answer"] = np.where(given > 0.5, "yes", "no")
    of_target = np.where(frame["target"] == "yes", given, 1 - given)
    return frame.assign(p_no=1 - given, p_yes=given, loss=-np.log(of_target))


ROWS = scored([0.1, 0.2, 0.4, 0.6, 0.7, 0.9], "nnynyy")


def test_every_threshold_by_hand() -> None:
    curve = threshold_curve(ROWS, LABELS, "yes")
    assert curve.thresholds.tolist() == [0.1, 0.2, 0.4, 0.6, 0.7, 0.9, np.inf]
    assert curve.false_alarms.tolist() == [3, 2, 1, 1, 0, 0, 0]
    assert curve.misses.tolist() == [0, 0, 0, 1, 1, 2, 3]
    assert curve.costs(Prices(1, 5)).tolist() == pytest.approx([0.5, 2 / 6, 1 / 6, 1, 5 / 6, 10 / 6, 15 / 6])


def test_dear_misses_lower_the_threshold_and_dear_alarms_raise_it() -> None:
    curve = threshold_curve(ROWS, LABELS, "yes")
    assert best_threshold(curve, Prices(1, 5)).threshold == pytest.approx(0.3)
    assert best_threshold(curve, Prices(5, 1)).threshold == pytest.approx(0.65)
    assert best_threshold(curve, Prices(1, 0)).threshold > 0.6


def test_a_choice_has_cost_and_rates_with_intervals() -> None:
    found = best_threshold(threshold_curve(ROWS, LABELS, "yes"), Prices(1, 5))
    assert found.cost.value == pytest.approx(1 / 6) and found.cost.low < 1 / 6 < found.cost.high
    assert (found.false_alarm_rate.value, found.miss_rate.value, found.precision.value) == (pytest.approx(1 / 3), 0, 0.75)
    assert found.miss_rate.high > 0.5  # none of three missed tells little


def test_a_threshold_of_other_rows_is_looked_up() -> None:
    curve = threshold_curve(ROWS, LABELS, "yes")
    assert choice(curve, 0.65, Prices()).cost.value == pytest.approx(1 / 6)
    assert choice(curve, 0.7, Prices()).cost.value == pytest.approx(1 / 6)
    assert choice(curve, 1.5, Prices()).precision.value is None


def test_what_can_not_be_meant_is_refused() -> None:
    with pytest.raises(DataError, match="between two labels; found 3"):
        threshold_curve(ROWS, ("a", "b", "c"), "a")
    with pytest.raises(DataError, match="no probabilities"):
        threshold_curve(ROWS.drop(columns="p_yes"), LABELS, "yes")
    with pytest.raises(SettingsError, match="cost 0 or more"):
        Prices(-1, 2)


def test_coverage_by_hand_with_ties_kept_together() -> None:
    rows = scored([0.9, 0.9, 0.2, 0.6], "ynny")
    curve = coverage_curve(rows, LABELS)
    assert [(round(p.confidence, 3), p.coverage, p.accuracy.value) for p in curve] == [
        (0.9, 0.5, 0.5),
        (0.8, 0.75, pytest.approx(2 / 3)),
        (0.6, 1.0, 0.75),
    ]
    assert coverage_curve(rows[:0], LABELS) == ()


def test_who_is_referred_is_sure() -> None:
    sure, unsure = scored([0.95] * 200, "y" * 198 + "nn"), scored([0.6] * 100, "yn" * 50)
    curve = coverage_curve(pd.concat([sure, unsure], ignore_index=True), LABELS)
    assert referral(curve, 0.95).coverage == pytest.approx(2 / 3)
    assert referral(curve, 0.999) is None


def test_many_items_make_few_points_and_end_with_all() -> None:
    rng = np.random.default_rng(0)
    curve = coverage_curve(scored(rng.uniform(0.01, 0.99, 5000).tolist(), "yn" * 2500), LABELS)
    assert len(curve) <= 200 and curve[-1].coverage == 1.0


def test_a_model_that_is_twice_too_sure_gets_the_temperature_2() -> None:
    rng = np.random.default_rng(0)
    truth = rng.normal(0, 1.5, 20_000)
    targets = "".join("y" if hit else "n" for hit in rng.random(20_000) < 1 / (1 + np.exp(-truth)))
    rows = scored((1 / (1 + np.exp(-2 * truth))).tolist(), targets)
    found = fit_temperature(rows, LABELS)
    assert found.value == pytest.approx(2, abs=0.06)
    said = calibration(rows, LABELS, found.value, "validation")
    assert said.change.high < 0 and said.after["ece"].value < said.before["ece"].value / 3
    assert said.change.value == pytest.approx(said.after["loss"].value - said.before["loss"].value)


def test_a_temperature_keeps_answers_and_probabilities() -> None:
    rows = with_temperature(ROWS, LABELS, 3.0)
    assert (rows["answer"] == ROWS["answer"]).all()
    assert (rows["p_no"] + rows["p_yes"]).tolist() == pytest.approx([1] * 6)
    assert rows["p_yes"][5] == pytest.approx(1 / (1 + (1 / 9) ** (1 / 3)))


def test_rows_that_are_all_right_have_no_best_temperature() -> None:
    found = fit_temperature(scored([0.9, 0.1], "yn"), LABELS)
    assert found.value is None and "no best temperature" in str(found.reason)
    assert fit_temperature(ROWS[:0], LABELS).reason is not None


def test_no_items_have_no_threshold_and_no_temperature_is_0() -> None:
    with pytest.raises(DataError, match="no items to draw a threshold on"):
        threshold_curve(ROWS.head(0), LABELS, "yes")
    for wrong in (0.0, -1.0, float("nan"), float("inf")):
        with pytest.raises(SettingsError, match="a number above 0"):
            with_temperature(ROWS, LABELS, wrong)
