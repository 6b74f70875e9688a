"""What a comparison of groups could have shown: the smallest true gap that would have failed, and how much more data would settle it.

Both ask the test that decides (:mod:`fmcore.stats.widest`), not a formula beside it: the observed gap at which it refuses the tolerance,
with the two outermost groups moved until they are that far apart. Takes figures by group; knows no group's name. Differences only.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from statistics import NormalDist

import numpy as np

from fmcore.stats.group_figures import Figures
from fmcore.stats.power import MOST_TIMES, POWER
from fmcore.stats.widest import BLOCK, FAR, TAIL, Tables, normal_tail, share_of_lower
from fmcore.stats.widest_place import drawn_together
from fmcore.stats.widest_upper import upper

ROUNDS = 3  # each brings the answer nearer by the square root's law; a forecast is told to two digits
DRAWN = 500  # resamples that a forecast needs
HALVINGS = 9  # how finely it is told by how many standard errors two groups must lie beyond the limit
Reach = Callable[[Figures, float, np.ndarray], np.ndarray]


def smallest_gap(figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    """Return the smallest true gap that is found to be beyond ``limit`` with power 0.8, (M,); at most 1."""
    return _in_parts(_smallest, figures, limit, alpha)


def times_needed(figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    """Return how many times the rows would settle, with power 0.8, on which side of ``limit`` a true gap as wide as the observed one lies,
    (M,); infinite where a thousand times would not."""
    return _in_parts(_times, figures, limit, alpha)


def _in_parts(asked: Reach, figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    figures = replace(figures, errors=figures.errors[..., :DRAWN])
    size = max(1, BLOCK // max(1, math.prod(figures.errors.shape[1:])))
    parts = [slice(start, start + size) for start in range(0, len(alpha), size)]
    return np.concatenate([asked(figures[part], limit, alpha[part]) for part in parts])


def _smallest(figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    by_power = NormalDist().inv_cdf(POWER)
    gap = np.full(len(alpha), limit) + figures.spread_of_gap(figures.placed)
    for _ in range(ROUNDS):
        moved = _apart(figures, np.minimum(gap, 1.0))
        gap = _refused_from(moved, limit, alpha) + by_power * moved.spread_of_gap(moved.placed)
    return np.minimum(gap, 1.0)


def _times(figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    times, fails = np.full(len(alpha), np.inf), figures.gap > limit
    for chosen, reach_of in ((fails, _reach_of_fail), (figures.gap < limit, _reach_of_pass)):
        if chosen.any():
            times[chosen] = _times_of(reach_of, figures[chosen], limit, alpha[chosen])
    return times


def _times_of(reach_of: Reach, figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    distance, times = np.abs(figures.gap - limit), np.ones(len(alpha))
    for _ in range(ROUNDS):
        reach = np.maximum(reach_of(_scaled(figures, times), limit, alpha), 0)
        times = np.clip(times * (reach / distance) ** 2, 1e-3, 2 * MOST_TIMES)
    return np.where(times > MOST_TIMES, np.inf, np.maximum(times, 1.0))


def _reach_of_pass(figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    """Return how far below the limit the true gap must lie for the upper end to lie below it with power 0.8."""
    by_chance = np.quantile(Tables(figures, figures.placed).spans(), POWER, axis=-1) - figures.gap
    return upper(figures, alpha) - figures.gap + np.maximum(by_chance, 0)


def _reach_of_fail(figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    """Return how far beyond the limit the true gap must lie for the limit to be refused with power 0.8."""
    by_chance = figures.gap - np.quantile(Tables(figures, figures.placed).spans(), 1 - POWER, axis=-1)
    return _refused_from(figures, limit, alpha) - limit + np.maximum(by_chance, 0)


def _refused_from(figures: Figures, limit: float, alpha: np.ndarray) -> np.ndarray:
    """Return how wide an observed gap must be for a true one of ``limit`` or less to be refused by :func:`fmcore.stats.widest.kept`."""
    limits = np.full(len(alpha), limit)
    tables = Tables(figures, drawn_together(figures, limits))
    share = share_of_lower(tables, limits, alpha, upper(figures, alpha))
    low, high = np.zeros(len(alpha)), np.full(len(alpha), float(FAR))
    for _ in range(HALVINGS):  # for how far beyond it, in standard errors, two groups must lie
        middle = (low + high) / 2
        is_common = _quantiles(tables.spans(-middle), share) >= limits
        low, high = np.where(is_common, middle, low), np.where(is_common, high, middle)
    question, part, lowest, highest = figures.outermost
    errors = tables.errors
    return limits + high * (errors[question, part, lowest] + errors[question, part, highest])


def _quantiles(drawn: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return what a share of each row exceeds; beyond the last few of a row, as a normal tail would go on."""
    found = []
    for row, one in zip(drawn, share.tolist(), strict=True):
        found.append(float(np.quantile(row, 1 - one)) if one * len(row) >= TAIL else _rare(row, one))
    return np.array(found, float)


def _rare(drawn: np.ndarray, share: float) -> float:
    tail = normal_tail(drawn)
    return tail.inv_cdf(1 - share) if tail.stdev else tail.mean


def _apart(figures: Figures, gap: np.ndarray) -> Figures:
    """Return the figures with the two outermost groups of each question ``gap`` apart, the others as they are or drawn between them."""
    value = np.where((figures.gap > gap)[:, None, None], drawn_together(figures, gap), figures.value)
    question, part, low, high = figures.outermost
    high = np.where(low == high, (low + 1) % figures.value.shape[-1], high)  # all alike: still two groups
    middle = (figures.value[question, part, low] + figures.value[question, part, high]) / 2
    edge = np.clip(middle - gap / 2, 0, 1 - gap)
    value[question, part, low], value[question, part, high] = edge, edge + gap
    return replace(figures, value=value)


def _scaled(figures: Figures, times: np.ndarray) -> Figures:
    """Return the same figures of so many times the rows."""
    times = times[:, None, None]
    spread = None if figures.spread is None else figures.spread / np.sqrt(times)
    return replace(figures, n=figures.n * times, spread=spread)
