"""How far a figure may be from the truth. Takes counts or values, returns an Estimate: a value with its interval, or none and the reason.

Knows neither metrics nor models: a proportion, a mean, or any function of a counts table.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from fmcore.errors import DataError
from fmcore.records import Estimate, Sentence, say

REPLICATES = 1000
ENOUGH_DEFINED = 0.95  # share of resamples in which a figure must exist before their percentiles mean anything
BIAS_CORRECTED, PERCENTILE = "bootstrap, bias-corrected", "bootstrap, percentile"
ALIKE = 1e-9  # figures nearer to each other than this are the same; a sum of thirds is not quite 1
CELLS_AT_ONCE = 250_000  # counts held in memory: 2 MB, which stays in a processor cache


def none(reason: Sentence, *, n: int, level: float, method: str) -> Estimate:
    """Return the estimate of a figure that has no value."""
    return Estimate(None, None, None, level, n, method, reason)


def wilson(successes: int, n: int, level: float = 0.95, *, reason: Sentence | None = None) -> Estimate:
    """Return a proportion with Wilson's score interval; never outside 0 to 1, never of width 0. ``reason`` is what to say for n = 0.

    E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    Example:
        >>> e = wilson(8, 10)
        >>> round(e.low, 3), e.value, round(e.high, 3)
        (0.49, 0.8, 0.943)
    """
    successes, n = int(successes), int(n)
    if not 0 <= successes <= n:
        raise DataError("Found {successes} successes in {n} trials; there must be between none and all.", successes=successes, n=n)
    z = _z(level)
    if n == 0:
        return none(reason or say("There are no items to count."), n=0, level=level, method="wilson")
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    # At none or all the formula meets the edge exactly; floating point may miss it by a hair
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == n else min(1.0, centre + half)
    return Estimate(share, low, high, level, n, "wilson")


def has_width(estimate: Estimate) -> bool:
    """Return whether an estimate has a value and an interval around it; one of width 0 says only that resamples did not vary."""
    return estimate.low is not None and estimate.high is not None and estimate.high - estimate.low > ALIKE


def reach_at_edge(n: float | np.ndarray, level: float = 0.95) -> float | np.ndarray:
    """Return how far a share of 0 or 1 of n items may be from the truth, by Wilson: the reach of any figure whose items all agree.

    Example:
        >>> round(reach_at_edge(30), 3), round(1 - wilson(30, 30).low, 3)
        (0.114, 0.114)
    """
    return _z(level) ** 2 / (n + _z(level) ** 2)


def with_reach(estimate: Estimate, n: float) -> Estimate:
    """Return a difference of shares whose resamples were all alike with the reach of none of n items; any other estimate as it is."""
    if estimate.value is None or has_width(estimate):
        return estimate
    reach = float(reach_at_edge(n, estimate.level))
    return replace(estimate, low=max(-1.0, estimate.value - reach), high=min(1.0, estimate.value + reach), method="wilson")


def mean(values: np.ndarray, level: float = 0.95) -> Estimate:
    """Return the mean of values with Student's t interval.

    Example:
        >>> e = mean([1.0, 2.0, 3.0])
        >>> round(e.low, 3), e.value, round(e.high, 3)
        (-0.484, 2.0, 4.484)
    """
    values = np.asarray(values, float).ravel()
    n, bad = len(values), int((~np.isfinite(values)).sum())
    _z(level)
    if bad:
        return none(say("{bad} of {n} values are not finite numbers.", bad=bad, n=n), n=n, level=level, method="t")
    if n < 2:
        return none(say("A mean with an interval needs 2 values or more; found {n}.", n=n), n=n, level=level, method="t")
    centre = float(values.mean())
    half = student(level, n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    return Estimate(centre, centre - half, centre + half, level, n, "t")


def bootstrap(
    table: np.ndarray,
    statistic: Callable[[np.ndarray], np.ndarray],
    *,
    level: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = 0,
    method: str = BIAS_CORRECTED,
) -> Estimate:
    """Return a figure of a counts table with the interval that it keeps to over resampled tables.

    Resampling rows with replacement *is* Multinomial(n, table / n) on the cells, so the cost does not grow with n. ``statistic`` takes
    tables of shape (..., *table.shape) and answers with shape (...), NaN where undefined.
    """
    return bootstrap_all(table, {"": statistic}, level=level, replicates=replicates, seed=seed, method=method)[""]


def bootstrap_all(
    table: np.ndarray,
    statistics: dict[str, Callable[[np.ndarray], np.ndarray]],
    *,
    level: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = 0,
    method: str = BIAS_CORRECTED,
) -> dict[str, Estimate]:
    """Return :func:`bootstrap` of several figures over the same resampled tables."""
    table = np.asarray(table)
    n = int(table.sum())
    _z(level)
    if n == 0:
        return {name: none(say("There are no items to count."), n=0, level=level, method=method) for name in statistics}
    drawn: dict[str, list[np.ndarray]] = {name: [] for name in statistics}
    for tables in resamples(table, replicates=replicates, seed=seed):
        for name, statistic in statistics.items():
            drawn[name].append(statistic(tables))
    return {
        name: _percentiles(float(statistic(table)), np.concatenate(drawn[name]), n=n, level=level, method=method)
        for name, statistic in statistics.items()
    }


def resamples(table: np.ndarray, *, replicates: int = REPLICATES, seed: int = 0) -> Iterator[np.ndarray]:
    """Yield resampled tables in blocks of shape (some, *table.shape); the same seed gives the same tables."""
    table = np.asarray(table)
    filled = np.flatnonzero(table)
    counts = table.ravel()[filled]
    generator, block = np.random.default_rng(seed), max(1, CELLS_AT_ONCE // table.size)
    for start in range(0, replicates, block):
        size = min(block, replicates - start)
        tables = np.zeros((size, table.size), np.int64)
        tables[:, filled] = generator.multinomial(int(counts.sum()), counts / counts.sum(), size=size)  # empty cells stay empty
        yield tables.reshape(size, *table.shape)


def _percentiles(value: float, drawn: np.ndarray, *, n: int, level: float, method: str) -> Estimate:
    if not math.isfinite(value):
        return none(say("The figure is not defined for these counts."), n=n, level=level, method=method)
    defined = drawn[np.isfinite(drawn)]
    if len(defined) < ENOUGH_DEFINED * len(drawn):
        return none(say("The figure rests on too few items: many resamples of them have none."), n=n, level=level, method=method)
    low, high = np.quantile(defined, _tails(value, defined, level, method))
    # Percentiles of a figure that resampling biases can pass by the figure itself; an interval without its value helps nobody
    return Estimate(value, min(float(low), value), max(float(high), value), level, n, method)


def _tails(value: float, drawn: np.ndarray, level: float, method: str) -> tuple[float, float]:
    """Return which quantiles of the resampled figures bound the interval."""
    z, normal = _z(level), NormalDist()
    if method == PERCENTILE or drawn.min() == drawn.max():
        return (1 - level) / 2, (1 + level) / 2
    below = (np.count_nonzero(drawn < value) + np.count_nonzero(drawn == value) / 2) / len(drawn)
    shift = 2 * normal.inv_cdf(min(max(below, 1 / len(drawn)), 1 - 1 / len(drawn)))
    return normal.cdf(shift - z), normal.cdf(shift + z)


def mover(parts: list[Estimate], weights: np.ndarray, *, n: int, overlap: float = 1.0) -> Estimate:
    """Return the weighted mean of independent estimates, its interval recovered from theirs ("method of variance estimates recovery").

    For counts too small or too perfect for resampling: a bootstrap of a faultless table has width 0, this has not. ``overlap`` is how much
    larger the variance may be because the parts share items: 2 when each item touches at most two of them, 1 when they share none.
    G. Y. Zou and A. Donner, "Construction of confidence limits about effect measures", Statistics in Medicine 27 (2008).
    """
    share = np.asarray(weights, float) / np.sum(weights)
    values, lows, highs = (np.array([getattr(part, name) for part in parts], float) for name in ("value", "low", "high"))
    centre = float(share @ values)
    low = centre - math.sqrt(overlap * float((share**2) @ (values - lows) ** 2))
    high = centre + math.sqrt(overlap * float((share**2) @ (highs - values) ** 2))
    return Estimate(centre, max(low, float(share @ lows)), min(high, float(share @ highs)), parts[0].level, n, "mover")


@functools.lru_cache(maxsize=64)
def student(level: float, degrees: int) -> float:
    """Return the t beyond which a share of 1 - level lies on both sides together.

    With t = sqrt(degrees) tan(a) the density becomes cos(a) ** (degrees - 1): smooth, so Gauss-Legendre and bisection find it to 1e-9.

    Example:
        >>> round(student(0.95, 2), 6), round(student(0.95, 10**6), 4)
        (4.302653, 1.96)
    """
    _z(level)
    nodes, weights = legendre(200)
    whole = math.exp(0.5 * math.log(math.pi) + math.lgamma(degrees / 2) - math.lgamma((degrees + 1) / 2)) / 2
    low, high = 0.0, min(math.pi / 2, 40 / math.sqrt(degrees))
    for _ in range(60):
        angle = (low + high) / 2
        share = angle / 2 * float(weights @ np.cos(angle * (nodes + 1) / 2) ** (degrees - 1)) / whole
        low, high = (angle, high) if share < level else (low, angle)
    return math.sqrt(degrees) * math.tan(angle)


@functools.cache
def legendre(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Return nodes and weights of the Gauss-Legendre rule; kept, because finding them costs more than using them."""
    return np.polynomial.legendre.leggauss(count)


def _z(level: float) -> float:
    """Return the normal quantile of a two-sided level."""
    if not 0 < level < 1:
        raise DataError("The level of an interval must lie between 0 and 1; found {level}.", level=level)
    return NormalDist().inv_cdf((1 + level) / 2)
