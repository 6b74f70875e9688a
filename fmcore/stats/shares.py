"""Two independent shares against each other. Takes counts; knows no group and no word."""

from __future__ import annotations

import math

import numpy as np

from fmcore.records import Estimate, say
from fmcore.stats import intervals


def difference(x_first: int, n_first: int, x_second: int, n_second: int, level: float = 0.95) -> Estimate:
    """Return the difference of two independent shares: R. G. Newcombe, Statistics in Medicine 17 (1998), method 10.

    Example:
        >>> e = difference(56, 70, 48, 80)
        >>> round(e.low, 4), round(e.value, 4), round(e.high, 4)
        (0.0524, 0.2, 0.3339)
    """
    one, other = intervals.wilson(x_first, n_first, level), intervals.wilson(x_second, n_second, level)
    values = (one.value, one.low, one.high, other.value, other.low, other.high)
    if any(value is None for value in values):
        return intervals.none(say("There are no items to count."), n=n_first + n_second, level=level, method="newcombe")
    p, low_p, high_p, q, low_q, high_q = (float(value) for value in values if value is not None)
    centre = p - q
    low = centre - math.hypot(p - low_p, high_q - q)
    high = centre + math.hypot(high_p - p, q - low_q)
    return Estimate(centre, low, high, level, n_first + n_second, "newcombe")


def fisher(x_first: int, n_first: int, x_second: int, n_second: int) -> float:
    """Return the two-sided p-value of Fisher's exact test that two shares are the same: all tables as rare as this one or rarer.

    Example:
        >>> round(fisher(1, 10, 9, 10), 5)
        0.00109
    """
    x, total = x_first + x_second, n_first + n_second

    def choose(n: int, k: np.ndarray) -> np.ndarray:
        return np.array([math.lgamma(n + 1) - math.lgamma(i + 1) - math.lgamma(n - i + 1) for i in k.tolist()])

    possible = np.arange(max(0, x - n_second), min(x, n_first) + 1)
    logs = choose(n_first, possible) + choose(n_second, x - possible) - choose(total, np.array([x]))
    here = logs[x_first - possible[0]]
    return min(1.0, float(np.exp(logs[logs <= here + 1e-7]).sum()))
