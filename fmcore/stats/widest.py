"""The interval of the widest gap between groups: the largest difference, or the smallest ratio, of any two of them. Takes figures by group.

The widest gap is a maximum, so neither percentiles nor a single pair's interval cover it: chance alone opens a gap between equal groups,
and a bootstrap of the gap starts from that false gap. Here the interval is the set of gaps that a test keeps:

- lower end: a gap of t is refused when, with the groups drawn together until they are t apart and no further (weighted least squares, which
  is the likelihood's answer), at most a share ``hi`` of the resampled tables opens a gap as wide as the one observed. Resampled errors are
  those of the rows, ``Multinomial(n, T / n)``, scaled to the spread that a figure has at its new place; the gap is resampled whole. Groups
  within 1.5 standard errors of an edge are put on it (moment selection, D. W. K. Andrews and G. Soares, Econometrica 78 (2010)), or ties at
  the edge would be taken for real differences;
- upper end: the largest gap of any pair that a score test keeps, corrected for skewness (O. S. Miettinen and M. Nurminen, Statistics
  in Medicine 4 (1985); P. Hall, "The Bootstrap and Edgeworth Expansion" (1992)); for a ratio, limits recovered from those of the parts
  (A. Donner and G. Y. Zou, Statistical Methods in Medical Research 21 (2012));
- a gap can't be below 0, so near 0 the upper end misses less often than half of 1 - level. What it leaves goes to the lower end (as in
  G. J. Feldman and R. D. Cousins, Physical Review D 57 (1998)): the interval holds its level, and at no gap at all it errs in 1 - level.

``benchmarks/coverage.py`` measures how often the truth is inside.
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np

from fmcore.stats.group_figures import Figures
from fmcore.stats.widest_upper import upper

SNAP = 1.5  # standard errors: docs/decisions/0007-intervals-of-gaps.md
STEPS = 11  # halvings towards the lower end
TAIL = 10  # replicates beyond a point before their share is taken as it is; rarer tails are drawn out as a normal one
BLOCK = 400_000  # errors handled at once, which stay in a processor cache


def widest(figures: Figures, alpha: np.ndarray | float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return gap, low and high of each question, (M,) each: differences 0 to 1, or ratios where low is the smallest plausible one.

    ``alpha`` is 1 - level, one for all or one per question. At least two groups must take part in each.
    """
    alpha = np.broadcast_to(np.asarray(alpha, float), figures.value.shape[:1])
    gap, high = figures.gap, upper(figures, alpha)
    low = np.zeros(len(gap))
    beyond = ~kept(figures, low, alpha, high)
    if beyond.any():
        searched = figures[beyond]
        near, far = np.zeros(beyond.sum()), gap[beyond].copy()
        for _ in range(STEPS):
            middle = (near + far) / 2
            keeps = kept(searched, middle, alpha[beyond], high[beyond])
            near, far = np.where(keeps, near, middle), np.where(keeps, middle, far)
        low[beyond] = near
    if not figures.is_ratio:
        return gap, low, np.minimum(high, 1.0)
    return _ratio(figures), np.exp(-high), np.exp(-low)


def _ratio(figures: Figures) -> np.ndarray:
    least, most = figures.value.min(-1), figures.value.max(-1)
    return np.divide(least, most, out=np.full(least.shape, np.nan), where=most > 0).min(-1)


def kept(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return which questions could well have a true gap of ``gap`` or less, (M,) bool. ``high`` is their upper end at ``alpha``."""
    size = max(1, BLOCK // max(1, math.prod(figures.errors.shape[1:])))
    parts = [slice(start, start + size) for start in range(0, len(gap), size)]
    return np.concatenate([_kept(figures[part], gap[part], alpha[part], high[part]) for part in parts])


def _kept(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    observed, place = figures.gap, drawn_together(figures, gap)
    opened = _opened(figures, place)
    tail = _tail(opened, observed, alpha)
    reach = (high - observed) * figures.spread_of_gap(place) / figures.spread_of_gap(figures.placed)
    unused = (opened < (gap - reach)[:, None]).mean(-1)  # how often the upper end would miss
    return tail >= alpha - np.minimum(unused, alpha / 2)


def _opened(figures: Figures, place: np.ndarray) -> np.ndarray:
    """Return the gaps of resampled tables whose true figures lie at ``place``, (M, B)."""
    value, deviation = figures.deviation(place, held=False)
    errors, least = figures.errors, figures.floor
    if errors.shape[0] == 1 and errors.shape[2] > 16:  # only groups near an edge can be the widest apart
        reach = 6 * (deviation / np.maximum(value, least) if figures.is_ratio else deviation)
        near = (place - place.min(-1, keepdims=True) < reach) | (place.max(-1, keepdims=True) - place < reach)
        chosen = np.flatnonzero(near.any((0, 1)))
        value, deviation, errors, least = value[..., chosen], deviation[..., chosen], errors[:, :, chosen], least[..., chosen]
    drawn = errors * deviation.astype(errors.dtype)[..., None]
    drawn += value.astype(errors.dtype)[..., None]
    if figures.is_ratio:  # the order of logarithms is that of the figures, so two per table are enough
        low, high = (np.clip(end, least.min(-1)[..., None], 1).astype(float) for end in (drawn.min(2), drawn.max(2)))
        return np.log(high / low).max(1)
    return (np.minimum(drawn.max(2), 1) - np.maximum(drawn.min(2), 0)).max(1)


def drawn_together(figures: Figures, gap: np.ndarray) -> np.ndarray:
    """Return where the figures lie when their true gap is ``gap``: as near as can be to the observed ones, (M, K, G)."""
    seen, (lowest, highest) = figures.placed, figures.ends
    gap = gap[:, None, None]
    edge = (lowest + highest - gap) / 2
    weight = np.maximum(figures.n, 1)
    for step in range(5):
        if step:
            value, deviation = figures.deviation(np.minimum(np.maximum(seen, edge), edge + gap))
            weight = (np.maximum(value, figures.floor) / deviation if figures.is_ratio else 1 / deviation) ** 2
        above, below = weight * (seen > edge + gap), weight * (seen < edge)
        total = (above + below).sum(-1, keepdims=True)
        moved = (above * (seen - gap) + below * seen).sum(-1, keepdims=True)
        edge = np.where(total > 0, moved / np.where(total > 0, total, 1), edge)
    if not figures.is_ratio:
        edge = np.minimum(np.maximum(edge, 0), np.maximum(1 - gap, 0))
    place = np.minimum(np.maximum(seen, edge), edge + gap)
    wide = highest - lowest > gap
    if place.shape[1] > 1 or place.shape[-1] > 2:  # of two groups in one part both are on an edge
        value, deviation = figures.deviation(place)
        near = SNAP * (deviation / np.maximum(value, figures.floor) if figures.is_ratio else deviation)
        wide |= (place.shape[1] > 1) & (highest - lowest > gap - near.max(-1, keepdims=True))  # parts may tie as groups may
        to_low, to_high = place - edge, edge + gap - place
        place = np.where((to_low <= to_high) & (to_low < near), edge, np.where(to_high < near, edge + gap, place))
    return np.where(wide, place, seen)


def _tail(opened: np.ndarray, observed: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return the share of resampled gaps that reach the observed one; beyond the last few of them, as a normal tail would go on."""
    size = opened.shape[-1]
    reaching = (opened >= observed[:, None] * (1 - 1e-6)).sum(-1)
    share = reaching / size
    thin = (reaching < TAIL) & (alpha * size < 5 * TAIL)
    for index in np.flatnonzero(thin):
        middle, far = np.quantile(opened[index], (0.5, 0.975))
        spread = (far - middle) / 1.959964
        if spread > 0:
            share[index] = min(NormalDist().cdf(-float(observed[index] - middle) / float(spread)), TAIL / size)
    return share
