"""What a paired comparison could have shown, and how much more data would settle it. Takes a spread or a share; knows no pair.

For gaps between groups, which are the widest of many: :mod:`fmcore.stats.shown`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

from fmcore.stats.tails import at_least

POWER = 0.8
MOST_TIMES = 1000.0  # more than a thousand times the rows is no advice
MOST_TRIALS = 20_000  # and more trials than these take long to count exactly


def smallest_gap(critical: float, deviation: float, *, power: float = POWER) -> float:
    """Return the smallest true gap that is found with this power when an observed one counts from ``critical`` on; at most 1.

    ``deviation`` is the standard error of an observed gap.

    Example:
        >>> round(smallest_gap(0.1, 0.05), 3)
        0.142
    """
    return min(critical + NormalDist().inv_cdf(power) * deviation, 1.0)


def rows_needed(gap: float, tolerance: float, rows: int, deviation: float, *, alpha: float, power: float = POWER) -> int | None:
    """Return how many rows more would settle on which side of the tolerance a true gap of this size lies; None when no number would.

    The standard error shrinks with the square root of the rows, so the distance to the tolerance must be z(alpha / 2) + z(power) of it.

    Example:
        >>> rows_needed(0.2, 0.1, 100, 0.05, alpha=0.05)
        97
    """
    distance = abs(gap - tolerance)
    reach = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    if distance <= 0 or reach * deviation > math.sqrt(MOST_TIMES) * distance:
        return None
    return max(0, math.ceil(rows * (reach * deviation / distance) ** 2) - rows)


def smallest_share(tolerance: float, n: int, *, alpha: float, power: float = POWER) -> float:
    """Return the smallest true share of n trials that the exact test finds to be more than the tolerance, with this power; at most 1.

    Example:
        >>> round(smallest_share(0.05, 60, alpha=0.05), 3)
        0.166
    """
    fewest = _fewest_beyond(tolerance, n, alpha)
    low, high = tolerance, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (middle, high) if at_least(fewest, n, middle) < power else (low, middle)
    return high


def trials_needed(share: float, tolerance: float, n: int, *, alpha: float, power: float = POWER) -> int | None:
    """Return how many trials more would settle, by the exact test, on which side of the tolerance a true share of this size lies; None when
    no number would.

    Example:
        >>> trials_needed(0.0, 0.05, 60, alpha=0.05)
        12
    """

    def settles(trials: int) -> bool:
        if share > tolerance:
            return at_least(_fewest_beyond(tolerance, trials, alpha), trials, share) >= power
        most = _most_within(tolerance, trials, alpha)
        return most >= 0 and 1 - at_least(most + 1, trials, share) >= power

    low, high = n, max(n, min(int(MOST_TIMES * n), MOST_TRIALS))
    if share == tolerance or not settles(high):
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if settles(middle) else (middle + 1, high)
    return high - n


def _fewest_beyond(tolerance: float, n: int, alpha: float) -> int:
    """Return the fewest successes whose chance under the tolerance is at most alpha / 2."""
    return _first(lambda count: at_least(count, n, tolerance) <= alpha / 2, n)


def _most_within(tolerance: float, n: int, alpha: float) -> int:
    """Return the most successes that are as few as a true share of the tolerance gives in alpha / 2 of samples; -1 for none."""
    return _first(lambda count: 1 - at_least(count + 1, n, tolerance) > alpha / 2, n) - 1


def _first(holds: Callable[[int], bool], n: int) -> int:
    """Return the first count from 0 on for which it holds, n + 1 for none; it holds for all after it."""
    low, high = 0, n + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle + 1, high)
    return low
