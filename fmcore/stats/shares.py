"""Two independent shares against each other. Takes counts; knows no group and no word."""

from __future__ import annotations

import math
from collections.abc import Sequence

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


def uneven(first: Sequence[int], second: Sequence[int]) -> float:
    """Return the exact chance of counts that lie as far from an even spread, taken of two groups together, when both spread evenly.

    Each group is (items, items with a property, items with a mark, items with both). Within a group the mark falls on items with the
    property as in a draw without replacement; the two groups' ways from what is expected, as shares of their items, are subtracted.

    Example:
        >>> round(uneven((4, 2, 2, 2), (4, 2, 2, 1)), 4), round(uneven((4, 2, 2, 2), (4, 2, 2, 0)), 4)
        (0.5, 0.0556)
    """
    ways, chances, here = [], [], []
    for n, k, m, x in (first, second):
        log = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
        both = np.arange(max(0, k + m - n), min(k, m) + 1)
        ways.append((both - k * m / n) / n)
        rest = log[k] + log[n - k] + log[m] + log[n - m] - log[n]
        chances.append(np.exp(rest - log[both] - log[k - both] - log[m - both] - log[n - k - m + both]))
        here.append((x - k * m / n) / n)
    apart = np.abs(ways[0][:, None] - ways[1][None, :])
    return min(1.0, float(np.outer(*chances)[apart >= abs(here[0] - here[1]) - 1e-12].sum()))
