"""Chances in the tails, exactly: Student's t, and so many successes in n trials. Takes counts and values; knows no metric."""

from __future__ import annotations

import math

import numpy as np

from fmcore.records import Estimate
from fmcore.stats.intervals import legendre


def beyond(t: float, degrees: int) -> float:
    """Return the chance that Student's t of these degrees of freedom lies farther out than ``t`` on either side.

    Example:
        >>> round(beyond(2.0860, 20), 4), round(beyond(1.96, 10**6), 3)
        (0.05, 0.05)
    """
    nodes, weights = legendre(200)
    whole = math.exp(0.5 * math.log(math.pi) + math.lgamma(degrees / 2) - math.lgamma((degrees + 1) / 2)) / 2
    angle, far = math.atan(t / math.sqrt(degrees)), min(math.pi / 2, 40 / math.sqrt(degrees))
    if angle >= far:
        return 0.0
    half = (far - angle) / 2
    tail = half * float(weights @ np.cos(angle + half * (nodes + 1)) ** (degrees - 1))
    return min(1.0, tail / whole)


def at_least(successes: int, n: int, share: float) -> float:
    """Return the chance of so many successes or more in n trials when this is their true share.

    Example:
        >>> round(at_least(7, 32, 0.05), 5), at_least(0, 5, 0.5)
        (0.00087, 1.0)
    """
    if successes <= 0:
        return 1.0
    if successes > n or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    count = np.arange(n + 1)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    chances = np.exp(factorials[n] - factorials - factorials[::-1] + count * math.log(share) + (n - count) * math.log1p(-share))
    return min(1.0, float(chances[successes:].sum()))


def exact(successes: int, n: int, level: float) -> Estimate:
    """Return a share with the interval of Clopper and Pearson: every share that the exact test keeps. Biometrika 26 (1934).

    Example:
        >>> e = exact(0, 10, 0.95)
        >>> e.value, round(e.high, 4)
        (0.0, 0.3085)
    """
    tail = (1 - level) / 2

    def edge(count: int, chance: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if at_least(count, n, middle) < chance else (low, middle)
        return (low + high) / 2

    low = 0.0 if successes == 0 else edge(successes, tail)
    high = 1.0 if successes == n else edge(successes + 1, 1 - tail)
    return Estimate(successes / n, low, high, level, n, "clopper-pearson")
