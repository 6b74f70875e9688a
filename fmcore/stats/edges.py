"""What resampling can't see: a label that was always or never right looks the same in every resample, and few errors vanish from some.

Takes an interval and what is known of its parts, returns one that is as open as those leave it. Where no label lies at an edge and no
interval reaches 1, it comes back as it was, to the bit.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from fmcore.records import Estimate
from fmcore.stats.intervals import ALIKE, reach_at_edge, wilson

METHOD = "bootstrap and Wilson"


def reach_together(n: np.ndarray, shares: np.ndarray, level: float = 0.95) -> float:
    """Return how far a weighted sum of shares may be from the truth when each was 0 of its ``n`` items, or each was all of them.

    The most that Σ share·q can be while the score statistics Σ n·q / (1 - q) stay within z²: of one share Wilson's reach, of shares alike
    that of all their items together. Adding each one's own reach would let all be unlucky at once.

    Example:
        >>> round(reach_together(np.array([30]), np.array([1.0])), 3)
        0.114
        >>> round(reach_together(np.array([15, 15]), np.array([0.5, 0.5])), 3)
        0.114
    """
    order = np.argsort(-np.asarray(shares, float) / n, kind="stable")
    n, shares = np.asarray(n, float)[order], np.asarray(shares, float)[order]
    z2 = float(reach_at_edge(1.0, level))
    z2 /= 1 - z2
    roots, items = np.cumsum(np.sqrt(shares * n)), np.cumsum(n)
    price = roots / (z2 + items)  # √λ of the Lagrangian 1 - q = √(λ n / share), were these the only shares that may be off
    used = np.flatnonzero(np.sqrt(shares / n) > price)[-1]
    q = 1 - price[used] * np.sqrt(n / shares)
    return float(shares[: used + 1] @ q[: used + 1])


def opened(estimate: Estimate, parts: list[Estimate], weights: np.ndarray, *, overlap: float = 1.0) -> Estimate:
    """Return a resampled weighted mean of parts, its ends moved out by what the parts that are 0 or 1 leave open, in quadrature.

    What varies over resamples and what can't are about different items, so their reaches add as those of independent parts do
    (:func:`fmcore.stats.intervals.mover`). ``overlap``: how many parts one error lowers.
    """
    value, low, high = (float(number) for number in (estimate.value, estimate.low, estimate.high))  # type: ignore[arg-type]
    shares = np.asarray(weights, float) / np.sum(weights)
    above = _open_reach([(part, share) for part, share in zip(parts, shares, strict=True) if share and _is(part, 0.0)], 1.0)
    below = _open_reach([(part, share) for part, share in zip(parts, shares, strict=True) if share and _is(part, 1.0)], overlap)
    if not above and not below:
        return estimate
    low, high = value - math.hypot(value - low, below), value + math.hypot(high - value, above)
    return replace(estimate, low=max(0.0, low), high=min(1.0, high), method=METHOD)


def below_1(estimate: Estimate, right: int, n: int) -> Estimate:
    """Return the estimate of a figure that is 1 only when all is right, its upper end below 1 where an error was seen.

    Resamples that miss the few errors say 1, which can't be. The end goes as much of the way to 1 as Wilson's does from the accuracy.
    """
    if estimate.value is None or estimate.high is None or right == n or estimate.high < 1 - ALIKE:
        return estimate
    accuracy = wilson(right, n, estimate.level)
    left = (1 - float(accuracy.high or 1)) / (1 - right / n)
    return replace(estimate, high=1 - (1 - estimate.value) * left, method=METHOD)


def _is(part: Estimate, edge: float) -> bool:
    return part.value is not None and abs(part.value - edge) < ALIKE


def _open_reach(parts: list[tuple[Estimate, float]], overlap: float) -> float:
    """Return how far the sum of these parts, all 0 or all 1, may be from the truth; an F1 counts as the share
    of items that reaches as far."""
    if not parts:
        return 0.0
    shares = np.array([share for _, share in parts])
    reach = np.array([float(part.high) - float(part.low) for part, _ in parts])  # type: ignore[arg-type]
    level = parts[0][0].level
    unit = float(reach_at_edge(1.0, level))
    n = unit / (1 - unit) * (1 / reach - 1)
    return min(reach_together(n / overlap, shares, level), float(shares @ reach))
