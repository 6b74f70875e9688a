"""What a comparison could have shown, and how much more data would settle it. Takes a gap's spread, knows no group."""

from __future__ import annotations

import math
from statistics import NormalDist

POWER = 0.8
MOST_TIMES = 1000.0  # more than a thousand times the rows is no advice


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

    The standard error shrinks with the square root of the rows, so the distance to the tolerance must be z(alpha) + z(power) of it.

    Example:
        >>> rows_needed(0.2, 0.1, 100, 0.05, alpha=0.05)
        55
    """
    distance = abs(gap - tolerance)
    one_sided = alpha if gap > tolerance else alpha / 2
    reach = NormalDist().inv_cdf(1 - one_sided) + NormalDist().inv_cdf(power)
    if distance <= 0 or reach * deviation > math.sqrt(MOST_TIMES) * distance:
        return None
    return max(0, math.ceil(rows * (reach * deviation / distance) ** 2) - rows)
