"""Figures of a classifier's probabilities: Brier, areas under the ROC and the precision-recall curve, calibration error, top-k.

Takes probabilities (n, C), one row per item that sums to 1, and the targets' class indices (n,). Never sees a model or a label's name.
Values are exact, from all scores, not from bins; only the calibration error is a figure of bins, and says how many.

Where the intervals come from:

- Brier: the mean over the items, Student's t, cut at the figure's bounds;
- where all items agree (a faultless model that is always as sure), neither t nor resamples vary: Brier and the calibration error get the
  reach of Wilson's interval for a share of 0;
- top-k: a proportion, Wilson;
- ROC-AUC, one class against the rest: the variance of E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, "Comparing the areas under
  two or more correlated receiver operating characteristic curves", Biometrics 44 (1988), from ranks in O(n log n), on the logit scale
  (M. S. Pepe, "The Statistical Evaluation of Medical Tests", 2003). It is a sum over the items, so the sums of several classes over the
  same items give the variance of their mean with all covariances;
- PR-AUC (average precision: the step function, no interpolation): the same idea. The derivative of the figure by each item's weight, the
  infinitesimal jackknife of L. A. Jaeckel (1972), on the logit scale as recommended by K. Boyd, K. H. Eng and C. D. Page, "Area under
  the precision-recall curve", ECML (2013);
- both with Student's t for as many items as the rarer side has (of the rarest class, for a mean), since these carry the variance;
- an area whose items do not vary (a faultless one) would get an interval of width 0: it gets Wilson's for as many trials as the rarer
  side has items instead;
- calibration error: 1,000 resamples of the counts (bin, right or wrong). Noise pushes the error up, in resamples much as in the sample,
  so the lower end is turned around the value ("basic") and the upper end is not lowered for it. The interval starts at 0 where noise
  alone, in a model whose confidences are exactly right, would show as much.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals

BINS = 15
"""Bins of equal width that the calibration error is counted in. C. Guo et al., "On calibration of modern neural networks" (2017)."""
TOPS = (2, 3, 5)
"""The k of top-k, as far as they are below the number of labels."""
NO_ITEMS = say("There are no items in this split.")
DELONG, JACKKNIFE = "DeLong, logit", "jackknife, logit"


@dataclass(frozen=True)
class Areas:
    """Areas under one kind of curve."""

    macro: Estimate
    """Mean over the classes that have one."""
    classes: tuple[Estimate, ...]
    """Each class against the rest, in the order of the labels."""


@dataclass(frozen=True)
class Bin:
    """One bar of a reliability diagram."""

    low: float
    high: float
    """Its bounds on the confidence axis, 0 to 1."""
    confidence: float
    """Mean confidence of its items."""
    accuracy: Estimate
    """Share of them that were right; a calibrated model has them equal. ``n`` is the number of items."""


def of_target(probabilities: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return the probability that each item's target was given, (n,)."""
    return probabilities[np.arange(len(targets)), targets]


def brier_scores(probabilities: np.ndarray, targets: np.ndarray) -> np.ndarray:
    """Return each item's Brier score, (n,): with two classes the squared error of one, 0 to 1; with more its sum over them, 0 to 2.

    The two conventions are those of scikit-learn; with two classes the sum would be twice the one.
    """
    each = (probabilities**2).sum(1) - 2 * of_target(probabilities, targets) + 1
    return np.maximum(each, 0) / (2 if probabilities.shape[1] == 2 else 1)


def brier(probabilities: np.ndarray, targets: np.ndarray, level: float = 0.95) -> Estimate:
    """Return the mean Brier score; 0 is best. See :func:`brier_scores` for its bounds."""
    most = 1.0 if probabilities.shape[1] == 2 else 2.0
    found = intervals.mean(brier_scores(probabilities, targets), level)
    if found.value is not None and not intervals.has_width(found):
        reach = most * float(intervals.reach_at_edge(found.n, level))
        found = replace(found, low=found.value - reach, high=found.value + reach, method="wilson")
    return within(found, 0.0, most)


def top(probabilities: np.ndarray, targets: np.ndarray, k: int, level: float = 0.95) -> Estimate:
    """Return the share of items whose target is among the k likeliest classes; of equal ones the first counts as likelier."""
    given = of_target(probabilities, targets)[:, None]
    ahead = probabilities > given
    ahead |= (probabilities == given) & (np.arange(probabilities.shape[1]) < targets[:, None])
    return intervals.wilson(int((ahead.sum(1) < k).sum()), len(targets), level, reason=NO_ITEMS)


def areas(probabilities: np.ndarray, targets: np.ndarray, labels: Sequence[str], level: float = 0.95) -> tuple[Areas, Areas]:
    """Return (ROC-AUC, PR-AUC), each class against the rest, and the mean over the classes that occur beside others."""
    n, found = len(targets), []
    for place, label in enumerate(labels):
        positive = targets == place
        count = int(positive.sum())
        if count in (0, n):
            template = "No item of this split is {label}." if count == 0 else "Every item of this split is {label}."
            reason = say(template, label=label) if n else NO_ITEMS
            found.append((_Area.missing(reason), _Area.missing(reason)))
        else:
            found.append(_both(probabilities[:, place], positive))
    return _areas([roc for roc, _ in found], n, level, DELONG), _areas([pr for _, pr in found], n, level, JACKKNIFE)


def ece(confidence: np.ndarray, right: np.ndarray, level: float = 0.95, *, bins: int = BINS, seed: int = 0) -> Estimate:
    """Return the expected calibration error, 0 to 1: how far confidence and accuracy lie apart, mean over bins weighed by their items."""
    n, method = len(confidence), f"bootstrap, {bins} bins"
    if n == 0:
        return intervals.none(NO_ITEMS, n=0, level=level, method=method)
    place = bin_of(confidence, bins)
    cell = place * 2 + right
    counts = np.bincount(cell, minlength=2 * bins).reshape(bins, 2)
    sums = np.bincount(cell, weights=confidence, minlength=2 * bins).reshape(bins, 2)
    means = np.divide(sums, counts, out=np.zeros((bins, 2)), where=counts > 0)

    def error(tables: np.ndarray) -> np.ndarray:
        return np.abs(tables[..., 1] - (tables * means).sum(-1)).sum(-1) / n

    value = float(error(counts))
    drawn = np.concatenate([error(tables) for tables in intervals.resamples(counts, seed=seed)])
    tails = (1 - level) / 2, (1 + level) / 2
    first, middle, last = np.quantile(drawn, [tails[0], 0.5, tails[1]])
    low, high = 2 * value - float(last), value + max(value - float(first), float(last - middle))
    if last - first < intervals.ALIKE:  # all items of one kind: resampling says nothing about chance
        reach = float(intervals.reach_at_edge(n, level))
        low, high = value - reach, value + reach
    if value <= _by_noise_alone(counts.sum(1), sums.sum(1), tails[1], seed):
        low = 0.0
    return Estimate(value, max(0.0, min(low, value)), min(1.0, max(high, value)), level, n, method)


def _by_noise_alone(counts: np.ndarray, sums: np.ndarray, quantile: float, seed: int) -> float:
    """Return the calibration error that noise would show in a model whose confidences are exactly right, at this quantile."""
    shares = np.divide(sums, counts, out=np.zeros(len(counts)), where=counts > 0)
    hits = np.random.default_rng(seed).binomial(counts, np.clip(shares, 0, 1), size=(intervals.REPLICATES, len(counts)))
    return float(np.quantile(np.abs(hits - sums).sum(1) / counts.sum(), quantile))


def reliability(confidence: np.ndarray, right: np.ndarray, level: float = 0.95, *, bins: int = BINS) -> tuple[Bin, ...]:
    """Return the bins that hold items, from low to high confidence."""
    place = bin_of(confidence, bins)
    counts, hits = np.bincount(place, minlength=bins), np.bincount(place, weights=right, minlength=bins)
    sums = np.bincount(place, weights=confidence, minlength=bins)
    return tuple(
        Bin(b / bins, (b + 1) / bins, float(sums[b] / counts[b]), intervals.wilson(int(hits[b]), int(counts[b]), level))
        for b in np.flatnonzero(counts)
    )


def bin_of(confidence: np.ndarray, bins: int = BINS) -> np.ndarray:
    """Return which bin (low, high] each confidence falls into; 0 is in the first."""
    return np.clip(np.ceil(np.asarray(confidence) * bins).astype(np.int64) - 1, 0, bins - 1)


def within(estimate: Estimate, low: float, high: float) -> Estimate:
    """Return the estimate with its interval cut at the figure's bounds."""
    if estimate.low is None or estimate.high is None:
        return estimate
    return Estimate(estimate.value, max(low, estimate.low), min(high, estimate.high), estimate.level, estimate.n, estimate.method)


@dataclass(frozen=True)
class _Area:
    """An area and how much each item moves it (n,): the mean of squares / n is its variance; or the reason why there is none."""

    value: float
    pull: np.ndarray
    rarer: int
    reason: Sentence | None = None

    @classmethod
    def missing(cls, reason: Sentence) -> _Area:
        return cls(math.nan, np.zeros(0), 0, reason)


def _both(score: np.ndarray, positive: np.ndarray) -> tuple[_Area, _Area]:
    """Return (ROC, PR) of one class. Items of equal score are one step of either curve."""
    n, n_positive = len(score), int(positive.sum())
    n_negative = n - n_positive
    order = np.argsort(-score)
    falling = score[order]
    ends = np.append(np.flatnonzero(falling[1:] != falling[:-1]), n - 1)  # last item of each step
    seen = ends + 1.0  # items at or above the step
    hits = np.cumsum(positive[order])[ends].astype(float)  # positives among them
    each_hit, each = np.diff(hits, prepend=0.0), np.diff(seen, prepend=0.0)
    misses, each_miss = seen - hits, each - each_hit
    step = np.empty(n, np.int64)
    step[order] = np.repeat(np.arange(len(ends)), each.astype(np.int64))

    below = (n_negative - misses + each_miss / 2) / n_negative  # share of negatives that a positive of this step beats
    above = (hits - each_hit / 2) / n_positive  # share of positives that beat a negative of this step
    area = float((each_hit * below).sum() / n_positive)
    even = [n / size * math.sqrt(size / max(1, size - 1)) for size in (n_positive, n_negative)]
    roc = np.where(positive, (even[0] * (below - area))[step], (even[1] * (above - area))[step])

    precision = hits / seen
    average = float((each_hit * precision).sum() / n_positive)
    down = np.cumsum((each_hit * hits / seen**2)[::-1])[::-1]  # what one more item here takes from the precision of all steps below
    up = np.cumsum((each_hit / seen)[::-1])[::-1]  # and what it brings where it is a positive
    pr = np.where(positive, (precision - average + up - down)[step], -down[step]) * (n / n_positive)
    rarer = min(n_positive, n_negative)
    return _Area(area, roc, rarer), _Area(average, pr, n_positive)


def _areas(found: list[_Area], n: int, level: float, method: str) -> Areas:
    classes = tuple(_interval(area, n, level, method) for area in found)
    there = [area for area in found if area.reason is None]
    if not there:
        return Areas(intervals.none(found[0].reason if found and found[0].reason else NO_ITEMS, n=n, level=level, method=method), classes)
    value = float(np.mean([area.value for area in there]))
    pull = np.mean([area.pull for area in there], axis=0)
    fewest = min(area.rarer for area in there)
    macro = _logit(value, pull, n, level, method, intervals.student(level, fewest - 1)) if fewest > 1 else None
    if macro is None:
        ends = [(e.low, e.high) for e in classes if e.low is not None and e.high is not None]
        low, high = np.mean(np.asarray(ends, float), axis=0)
        macro = Estimate(value, min(float(low), value), max(float(high), value), level, n, "mean of the classes")
    return Areas(macro, classes)


def _interval(area: _Area, n: int, level: float, method: str) -> Estimate:
    if area.reason is not None:
        return intervals.none(area.reason, n=n, level=level, method=method)
    found = _logit(area.value, area.pull, n, level, method, intervals.student(level, area.rarer - 1)) if area.rarer > 1 else None
    if found is not None:
        return found
    # Wilson's formula for a share of so many trials that need not be a whole number of successes
    z2, m, v = _normal(level) ** 2, max(1, area.rarer), area.value
    centre, half = (v + z2 / (2 * m)) / (1 + z2 / m), math.sqrt(z2) / (1 + z2 / m) * math.sqrt(v * (1 - v) / m + z2 / (4 * m * m))
    low, high = (0.0 if v == 0 else max(0.0, centre - half)), (1.0 if v == 1 else min(1.0, centre + half))
    return Estimate(v, low, high, level, n, "wilson")


def _logit(value: float, pull: np.ndarray, n: int, level: float, method: str, times: float) -> Estimate | None:
    """Return the interval of so many standard errors that is even on the logit scale, or None where the items do not vary."""
    deviation = math.sqrt(float(pull @ pull)) / n
    if not 0 < value < 1 or deviation == 0:
        return None
    middle, half = math.log(value / (1 - value)), times * deviation / (value * (1 - value))
    low, high = (_share(middle - half), _share(middle + half))
    return Estimate(value, min(low, value), max(high, value), level, n, method)


def _share(logit: float) -> float:
    return 1 / (1 + math.exp(-logit)) if logit > -700 else 0.0


def _normal(level: float) -> float:
    return NormalDist().inv_cdf((1 + level) / 2)
