"""Where to draw the line: the threshold that costs least, which answers to refer to a person, and how sure the model should sound.

From stored predictions alone. What is chosen (threshold, confidence, temperature) is chosen on validation rows by whoever calls; the same
functions then say what the choice does on other rows. Torch-free.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fmcore.errors import DataError, SettingsError
from fmcore.evaluation.predictions import LOSS, SCORE
from fmcore.evaluation.report import codes, probabilities
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals, scores

MOST_POINTS = 200
"""Points of a coverage curve: more than a picture shows."""
COLDEST, HOTTEST = 0.01, 100.0
"""Temperatures between which the best one is looked for."""


@dataclass(frozen=True)
class Prices:
    """What the two mistakes cost, in any unit."""

    false_alarm: float = 1.0
    """Answered as the positive label, and it was the other."""
    miss: float = 1.0
    """Was the positive label, and answered as the other."""

    def __post_init__(self) -> None:
        both = (self.false_alarm, self.miss)
        if not all(np.isfinite(price) and price >= 0 for price in both) or not any(both):
            raise SettingsError(
                "A false alarm and a miss cost 0 or more, and one of them more than 0; found {a} and {b}.", a=both[0], b=both[1]
            )


@dataclass(frozen=True, eq=False)
class ThresholdCurve:
    """What every threshold would do. An item is answered as ``positive`` where its score is at or above the threshold."""

    positive: str
    n: int
    n_positive: int
    thresholds: np.ndarray
    """Rising, (k,): each score that occurs, and at last infinity, which answers nobody as positive."""
    false_alarms: np.ndarray
    """int64 (k,)"""
    misses: np.ndarray
    """int64 (k,)"""

    def costs(self, prices: Prices) -> np.ndarray:
        """Return the mean cost per item at each threshold, (k,)."""
        return (prices.false_alarm * self.false_alarms + prices.miss * self.misses) / self.n

    def at(self, threshold: float) -> int:
        """Return the place in the arrays of any threshold."""
        return int(np.searchsorted(self.thresholds, threshold))


@dataclass(frozen=True)
class Choice:
    """What one threshold does on the rows of a curve."""

    threshold: float
    """Infinity: better to answer nobody as positive."""
    cost: Estimate
    """Per item. On the rows that the threshold was chosen on it is a little too low."""
    false_alarm_rate: Estimate
    """Share of the other label's items that are answered as positive."""
    miss_rate: Estimate
    """Share of the positive label's items that are not found."""
    precision: Estimate
    """Share of the positive answers that are right."""


@dataclass(frozen=True)
class CoveragePoint:
    """What the model reaches when it answers only where it is sure enough."""

    confidence: float
    """Answers of this confidence and above are kept, the others go to a person."""
    coverage: float
    """Share of the items that are kept, 0 to 1."""
    accuracy: Estimate
    """Of those that are kept."""


@dataclass(frozen=True)
class Temperature:
    """How much too sure the model is. Above 1: probabilities should be nearer to each other; below 1: further apart."""

    value: float | None
    n: int
    """Validation items that it was fitted on."""
    reason: Sentence | None = None
    """Why there is none."""


@dataclass(frozen=True)
class Calibration:
    """Log-loss and calibration error on one split, before and after a temperature."""

    split: str
    before: Mapping[str, Estimate]
    """``loss`` and ``ece``."""
    after: Mapping[str, Estimate]
    change: Estimate
    """Loss after less loss before, item by item: below 0, the temperature helped."""


def threshold_curve(predictions: pd.DataFrame, labels: Sequence[str], positive: str) -> ThresholdCurve:
    """Return what every threshold on the score of one of two labels would do.

    Raises:
        DataError: there are not two labels, ``positive`` is none of them, or there are no items or no scores.
    """
    if len(labels) != 2 or positive not in labels:
        raise DataError(
            "A threshold is drawn between two labels; found {count} ({labels}), and {positive} as the positive one.",
            count=len(labels),
            labels=", ".join(labels[:5])[:200],
            positive=positive,
        )
    if not len(predictions):
        raise DataError("There are no items to draw a threshold on.")
    score, is_positive = _given(predictions, labels)[:, list(labels).index(positive)], (predictions["target"] == positive).to_numpy(bool)
    order = np.argsort(score, kind="stable")
    thresholds, starts = np.unique(score[order], return_index=True)
    starts = np.append(starts, len(score))  # items below each threshold
    misses = np.append(0, np.cumsum(is_positive[order]))[starts]
    total = int(is_positive.sum())
    false_alarms = (len(score) - starts) - (total - misses)
    return ThresholdCurve(
        positive, len(score), total, np.append(thresholds, np.inf), false_alarms.astype(np.int64), misses.astype(np.int64)
    )


def best_threshold(curve: ThresholdCurve, prices: Prices, *, level: float = 0.95) -> Choice:
    """Return the threshold of least cost on these rows, in the middle of the gap below it; of equal ones the nearest to one half."""
    costs = curve.costs(prices)
    least = np.flatnonzero(costs <= costs.min() + 1e-12)
    below = np.where(least > 0, curve.thresholds[least - 1], 0.0)
    middles = np.where(np.isinf(curve.thresholds[least]), (below + 1) / 2, (below + np.minimum(curve.thresholds[least], 1)) / 2)
    middles = np.where(np.isinf(curve.thresholds[least]) & (below >= 1), np.inf, middles)
    chosen = float(middles[np.argmin(np.abs(np.minimum(middles, 2) - 0.5))])
    return choice(curve, chosen, prices, level=level)


def choice(curve: ThresholdCurve, threshold: float, prices: Prices, *, level: float = 0.95) -> Choice:
    """Return what a threshold does on the rows of this curve: also the one of validation on the test rows."""
    place = curve.at(threshold)
    alarms, misses = int(curve.false_alarms[place]), int(curve.misses[place])
    found = curve.n_positive - misses
    nobody = say("No item of these rows is {label}.", label=curve.positive)
    only = say("Every item of these rows is {label}.", label=curve.positive)
    unanswered = say("At this threshold no item is answered with {label}.", label=curve.positive)
    return Choice(
        threshold,
        _cost(alarms, misses, curve.n, prices, level),
        intervals.wilson(alarms, curve.n - curve.n_positive, level, reason=only),
        intervals.wilson(misses, curve.n_positive, level, reason=nobody),
        intervals.wilson(found, found + alarms, level, reason=unanswered),
    )


def _cost(alarms: int, misses: int, n: int, prices: Prices, level: float) -> Estimate:
    """Return the mean cost per item, its interval recovered from Wilson's of the two shares."""
    parts = [intervals.wilson(count, n, level) for count in (alarms, misses)]
    weights, times = np.array([prices.false_alarm, prices.miss]), prices.false_alarm + prices.miss
    mean = intervals.mover(parts, weights, n=n)
    value, low, high = (float(number) * times for number in (mean.value or 0.0, mean.low or 0.0, mean.high or 0.0))
    return Estimate(value, low, high, level, n, mean.method)


def coverage_curve(
    predictions: pd.DataFrame, labels: Sequence[str], *, level: float = 0.95, points: int = MOST_POINTS
) -> tuple[CoveragePoint, ...]:
    """Return accuracy against the share of items answered, from the surest few to all. Empty without items.

    Raises:
        DataError: there are no scores.
    """
    if not len(predictions):
        return ()
    confidence = _given(predictions, labels)[np.arange(len(predictions)), codes(predictions["answer"], labels)]
    right = (predictions["target"] == predictions["answer"]).to_numpy(bool)
    order = np.argsort(-confidence, kind="stable")
    falling, hits = confidence[order], np.cumsum(right[order])
    ends = np.append(np.flatnonzero(falling[1:] != falling[:-1]), len(falling) - 1)  # equal confidence is kept or referred together
    if len(ends) > points:
        ends = ends[np.unique(np.searchsorted(ends, np.linspace(ends[0], ends[-1], points)))]
    n = len(falling)
    return tuple(
        CoveragePoint(float(falling[end]), (end + 1) / n, intervals.wilson(int(hits[end]), int(end) + 1, level)) for end in ends.tolist()
    )


def referral(curve: Sequence[CoveragePoint], accuracy: float) -> CoveragePoint | None:
    """Return the point that keeps most items with an accuracy surely (the whole interval) of at least this; None where there is none."""
    sure = [point for point in curve if point.accuracy.low is not None and point.accuracy.low >= accuracy]
    return max(sure, key=lambda point: point.coverage, default=None)


def fit_temperature(validation: pd.DataFrame, labels: Sequence[str]) -> Temperature:
    """Return the temperature of least log-loss on the validation rows.

    C. Guo, G. Pleiss, Y. Sun and K. Weinberger, "On calibration of modern neural networks", ICML (2017). The loss is convex in
    1 / temperature, so Newton's steps between fixed bounds find it.

    Raises:
        DataError: there are no scores.
    """
    n = len(validation)
    if n == 0:
        return Temperature(None, 0, say("There are no validation rows to fit a temperature on."))
    logits, targets = np.log(np.maximum(_given(validation, labels), np.finfo(float).tiny)), codes(validation["target"], labels)
    low, high, inverse = 1 / HOTTEST, 1 / COLDEST, 1.0
    for _ in range(100):
        soft = _softmax(logits * inverse)
        mean = (soft * logits).sum(1)
        slope = float((mean - scores.of_target(logits, targets)).mean())
        bend = float(((soft * logits**2).sum(1) - mean**2).mean())
        low, high = (low, inverse) if slope > 0 else (inverse, high)
        step = inverse - slope / bend if bend > 0 else (low + high) / 2
        step = step if low < step < high else (low + high) / 2
        if abs(step - inverse) < 1e-10 * inverse:
            break
        inverse = step
    if not COLDEST * 1.01 < 1 / inverse < HOTTEST / 1.01:
        return Temperature(None, n, say("These {n} validation rows have no best temperature: they are all right, or tell nothing.", n=n))
    return Temperature(1 / inverse, n)


def at_temperature(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Return probabilities (n, labels) nearer to each other (above 1) or further apart (below 1); their order stays."""
    return _softmax(np.log(np.maximum(probabilities, np.finfo(float).tiny)) / temperature)


def with_temperature(predictions: pd.DataFrame, labels: Sequence[str], temperature: float) -> pd.DataFrame:
    """Return the predictions with probabilities and loss at this temperature. Answers stay, since their order does.

    Raises:
        DataError: there are no scores.
        SettingsError: the temperature is not above 0.
    """
    if not 0 < temperature < np.inf:
        raise SettingsError("A temperature is a number above 0; found {found}.", found=temperature)
    soft = at_temperature(_given(predictions, labels), temperature)
    columns = {SCORE + label: soft[:, place] for place, label in enumerate(labels)}
    of_target = scores.of_target(soft, codes(predictions["target"], labels))
    return predictions.assign(**columns, **{LOSS: -np.log(np.maximum(of_target, np.finfo(float).tiny))})


def calibration(predictions: pd.DataFrame, labels: Sequence[str], temperature: float, split: str, *, level: float = 0.95) -> Calibration:
    """Return log-loss and calibration error of these rows before and after a temperature that was fitted on validation."""
    after = with_temperature(predictions, labels, temperature)
    change = after[LOSS].to_numpy(float) - predictions[LOSS].to_numpy(float)
    return Calibration(split, _sureness(predictions, labels, level), _sureness(after, labels, level), intervals.mean(change, level))


def confidence_and_right(predictions: pd.DataFrame, labels: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return each item's confidence in its answer and whether that was right: what :func:`fmcore.stats.scores.reliability` takes."""
    given = _given(predictions, labels)[np.arange(len(predictions)), codes(predictions["answer"], labels)]
    return given, (predictions["target"] == predictions["answer"]).to_numpy(bool)


def _sureness(predictions: pd.DataFrame, labels: Sequence[str], level: float) -> dict[str, Estimate]:
    return {
        "loss": intervals.mean(predictions[LOSS].to_numpy(float), level),
        "ece": scores.ece(*confidence_and_right(predictions, labels), level),
    }


def _given(predictions: pd.DataFrame, labels: Sequence[str]) -> np.ndarray:
    found = probabilities(predictions, labels)
    if found is None:
        raise DataError("The predictions hold no probabilities, only answers, so nothing can be said about thresholds or confidence.")
    return found


def _softmax(logits: np.ndarray) -> np.ndarray:
    soft = np.exp(logits - logits.max(1, keepdims=True))
    return soft / soft.sum(1, keepdims=True)
