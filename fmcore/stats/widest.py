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
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

SNAP = 1.5  # standard errors; without it 8 to 10 % of the intervals miss where several groups tie at an edge, with it 4 to 6 %
STEPS = 12  # halvings towards the lower end
TAIL = 10  # replicates beyond a point before their share is taken as it is; rarer tails are drawn out as a normal one
BLOCK = 400_000  # errors handled at once, which stay in a processor cache
PROPORTION, F1, FIXED = 0, 1, 2
"""How a figure's spread depends on its place: as a proportion's, as an F1's, or not at all."""


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of groups, for several questions at once. Shapes: questions M, parts K (two for equalized odds), groups G, replicates B."""

    value: np.ndarray
    """(M, K, G), 0 to 1; NaN where a group does not take part."""
    n: np.ndarray
    """(M, K, G): items that each figure rests on."""
    errors: np.ndarray
    """(M, K, G, B): errors of resampled figures, divided by the spread."""
    kind: np.ndarray
    """(M, K) of PROPORTION, F1, FIXED."""
    spread: np.ndarray | None = None
    """(M, K, G): standard error, read where the kind is FIXED."""
    is_ratio: bool = False

    def __getitem__(self, chosen: np.ndarray | slice) -> Figures:
        spread = None if self.spread is None else self.spread[chosen]
        return replace(self, value=self.value[chosen], n=self.n[chosen], errors=self.errors[chosen], kind=self.kind[chosen], spread=spread)

    @property
    def taking_part(self) -> np.ndarray:
        return np.isfinite(self.value)

    def gap(self) -> np.ndarray:
        """Return the widest observed gap, (M,): a difference, or the logarithm of the larger over the smaller."""
        placed = self.placed()
        taking = self.taking_part
        wide = np.where(taking, placed, -np.inf).max(-1) - np.where(taking, placed, np.inf).min(-1)
        return wide.max(-1)

    def floor(self) -> np.ndarray:
        """Return the least figure that has a logarithm: half an item."""
        return 0.5 / np.maximum(self.n, 1)

    def placed(self) -> np.ndarray:
        """Return the figures where gaps are measured: as they are, or their logarithms."""
        value = np.where(self.taking_part, self.value, 0.5)
        return np.log(np.maximum(value, self.floor())) if self.is_ratio else value

    def deviation(self, place: np.ndarray, *, held: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """Return the figure at a place and its standard error there; ``held`` keeps it half an item off the edges, where it would be 0."""
        value = np.exp(np.minimum(place, 0.0)) if self.is_ratio else place
        half = self.floor() if held else 0.0
        inside = np.clip(value, half, 1 - half) if held else np.clip(value, 0.0, 1.0)
        variance = inside * (1 - inside) / np.maximum(self.n, 1)
        kind = self.kind[..., None]
        variance = np.where(kind == F1, variance * (2 - inside) ** 2 / 2, variance)
        deviation = np.sqrt(variance)
        if self.spread is not None:
            deviation = np.where(kind == FIXED, np.nan_to_num(self.spread), deviation)
        return value, deviation


def widest(figures: Figures, alpha: np.ndarray | float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return gap, low and high of each question, (M,) each: differences 0 to 1, or ratios where low is the smallest plausible one.

    ``alpha`` is 1 - level, one for all or one per question. At least two groups must take part in each.
    """
    alpha = np.broadcast_to(np.asarray(alpha, float), figures.value.shape[:1])
    gap, high = figures.gap(), upper(figures, alpha)
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
    taking = figures.taking_part
    least, most = np.where(taking, figures.value, np.inf).min(-1), np.where(taking, figures.value, -np.inf).max(-1)
    return np.divide(least, most, out=np.full(least.shape, np.nan), where=most > 0).min(-1)


def kept(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return which questions could well have a true gap of ``gap`` or less, (M,) bool. ``high`` is their upper end at ``alpha``."""
    size = max(1, BLOCK // max(1, math.prod(figures.errors.shape[1:])))
    parts = [slice(start, start + size) for start in range(0, len(gap), size)]
    return np.concatenate([_kept(figures[part], gap[part], alpha[part], high[part]) for part in parts])


def critical(figures: Figures, gap: float, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return how wide an observed gap must be for a true gap of ``gap`` or less to be refused at ``alpha``, (M,); differences only."""
    found = []
    for index in range(len(alpha)):
        opened = _opened(figures[index : index + 1], np.array([gap]))[0]
        unused = float((opened < gap - float(high[index] - figures[index : index + 1].gap()[0])).mean())
        level = 1 - (float(alpha[index]) - min(unused, float(alpha[index]) / 2))
        middle, far = np.quantile(opened, (0.5, 0.975))
        beyond = middle + (far - middle) / 1.959964 * NormalDist().inv_cdf(level)
        found.append(np.quantile(opened, level) if (1 - level) * len(opened) >= TAIL else beyond)
    return np.array(found, float)


def deviation_at(value: np.ndarray, n: np.ndarray, kind: int) -> np.ndarray:
    """Return the standard error of a proportion or an F1 of this value that rests on n items; 0 at 0 and 1."""
    variance = value * (1 - value) / np.maximum(n, 1)
    return np.sqrt(variance * (2 - value) ** 2 / 2 if kind == F1 else variance)


def _kept(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    observed = figures.gap()
    opened = _opened(figures, gap)
    tail = _tail(opened, observed, alpha)
    unused = (opened < (gap - (high - observed))[:, None]).mean(-1)  # how often the upper end would miss
    return tail >= alpha - np.minimum(unused, alpha / 2)


def _opened(figures: Figures, gap: np.ndarray) -> np.ndarray:
    """Return the gaps of resampled tables whose true gap is ``gap``, (M, B)."""
    place = drawn_together(figures, gap)
    value, deviation = figures.deviation(place, held=False)
    taking = figures.taking_part
    errors = figures.errors
    if errors.shape[0] == 1 and errors.shape[2] > 16:  # only groups near an edge can be the widest apart
        near = (place - place.min(-1, keepdims=True) < 6 * deviation) | (place.max(-1, keepdims=True) - place < 6 * deviation)
        chosen = np.flatnonzero((near & taking if not figures.is_ratio else taking).any((0, 1)))
        value, deviation, taking, errors = value[..., chosen], deviation[..., chosen], taking[..., chosen], errors[:, :, chosen]
        least = figures.floor()[..., chosen]
    else:
        least = figures.floor()
    value, deviation = value.astype(errors.dtype), deviation.astype(errors.dtype)
    drawn = errors * deviation[..., None]
    drawn += value[..., None]
    if figures.is_ratio:
        np.clip(drawn, least[..., None].astype(drawn.dtype), 1, out=drawn)
        np.log(drawn, out=drawn)
    else:
        np.clip(drawn, 0, 1, out=drawn)
    if taking.all():
        return (drawn.max(2) - drawn.min(2)).max(1)
    taking = taking[..., None]
    return (np.where(taking, drawn, -np.inf).max(2) - np.where(taking, drawn, np.inf).min(2)).max(1)


def drawn_together(figures: Figures, gap: np.ndarray) -> np.ndarray:
    """Return where the figures lie when their true gap is ``gap``: as near as can be to the observed ones, (M, K, G)."""
    seen, taking = figures.placed(), figures.taking_part
    gap = gap[:, None, None]
    lowest, highest = np.where(taking, seen, np.inf).min(-1, keepdims=True), np.where(taking, seen, -np.inf).max(-1, keepdims=True)
    wide = highest - lowest > gap
    edge = (lowest + highest - gap) / 2
    weight = np.where(taking, figures.n, 0).astype(float)
    for step in range(8):
        if step > 1:
            value, deviation = figures.deviation(np.clip(seen, edge, edge + gap))
            weight = np.where(taking, (value / deviation if figures.is_ratio else 1 / deviation) ** 2, 0.0)
        above, below = weight * (seen > edge + gap), weight * (seen < edge)
        total = (above + below).sum(-1, keepdims=True)
        moved = (above * (seen - gap) + below * seen).sum(-1, keepdims=True)
        edge = np.divide(moved, total, out=edge.copy(), where=total > 0)
    if not figures.is_ratio:
        edge = np.clip(edge, 0.0, np.maximum(1 - gap, 0.0))
    place = np.clip(seen, edge, edge + gap)
    value, deviation = figures.deviation(place)
    if figures.is_ratio:
        deviation = deviation / np.maximum(value, figures.floor())
    to_low, to_high = place - edge, edge + gap - place
    snapped = np.where((to_low <= to_high) & (to_low < SNAP * deviation), edge, np.where(to_high < SNAP * deviation, edge + gap, place))
    return np.where(wide, snapped, seen)


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


def z_of(level: float) -> float:
    """Return the normal quantile of a two-sided level."""
    return NormalDist().inv_cdf((1 + level) / 2)


def upper(figures: Figures, alpha: np.ndarray) -> np.ndarray:
    """Return the largest gap that any pair of groups keeps at ``alpha`` / 2, (M,), in the units of :meth:`Figures.gap`."""
    levels = 1 - np.asarray(alpha) / 2
    z = np.array([NormalDist().inv_cdf(float(level)) for level in levels])
    pair = _upper_ratio if figures.is_ratio else _upper_difference
    found = [pair(figures[i : i + 1], float(z[i])) if figures.value.shape[-1] > 40 else None for i in range(len(z))]
    if found and found[0] is not None:
        return np.concatenate([part for part in found if part is not None])
    return pair(figures, z[:, None, None, None])


def _ends(figures: Figures, z: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return which groups could be the lowest and the highest, (low, high) index arrays, all of them where they are few."""
    everyone = np.arange(figures.value.shape[-1])
    if len(everyone) <= 40:
        return everyone, everyone
    place = figures.placed()
    value, deviation = figures.deviation(place)
    if figures.is_ratio:
        deviation = deviation / np.maximum(value, figures.floor())
    reach = z * deviation
    low = np.where(figures.taking_part, place - reach, np.inf)[0]
    high = np.where(figures.taking_part, place + reach, -np.inf)[0]
    return np.unique(np.argsort(low, axis=-1)[:, :20]), np.unique(np.argsort(-high, axis=-1)[:, :20])


def _upper_difference(figures: Figures, z: float | np.ndarray) -> np.ndarray:
    ends = _ends(figures, z)
    taking, kind = figures.taking_part, figures.kind[..., None, None]
    p, n = (np.nan_to_num(figures.value), np.maximum(figures.n, 1))
    p1, p2 = p[..., ends[0], None], p[..., None, ends[1]]
    n1, n2 = n[..., ends[0], None].astype(float), n[..., None, ends[1]].astype(float)
    fixed = np.zeros_like(p) if figures.spread is None else np.nan_to_num(figures.spread) ** 2
    f1, f2 = fixed[..., ends[0], None], fixed[..., None, ends[1]]
    seen = p2 - p1
    gap, w1, w2 = np.clip(seen + z * np.sqrt(0.25 / n1 + 0.25 / n2), 0, 1), n1, n2
    for _ in range(12):
        c1 = np.clip((w1 * p1 + w2 * (p2 - gap)) / (w1 + w2), 0, 1 - gap)
        c2 = c1 + gap
        v1, v2 = _variance(c1, n1, f1, kind), _variance(c2, n2, f2, kind)
        w1, w2 = 1 / np.maximum(v1, 0.25 / n1**2), 1 / np.maximum(v2, 0.25 / n2**2)
        variance = v1 + v2
        third = v2 / n2 * (1 - 2 * c2) - v1 / n1 * (1 - 2 * c1)
        skew = np.divide(third, variance**1.5, out=np.zeros_like(variance), where=(variance > 0) & (kind == PROPORTION))
        reach = np.sqrt(variance) * (z - (z * z - 1) * np.clip(skew, -1, 1) / 6)
        gap = np.clip((gap + seen + reach) / 2, 0, 1)
    possible = taking[..., ends[0], None] & taking[..., None, ends[1]] & (ends[0][:, None] != ends[1])
    return np.where(possible, gap, 0.0).max((-3, -2, -1))


def _variance(c: np.ndarray, n: np.ndarray, fixed: np.ndarray, kind: np.ndarray) -> np.ndarray:
    variance = np.maximum(c * (1 - c), 0) / n
    return np.where(kind == FIXED, fixed, np.where(kind == F1, variance * (2 - c) ** 2 / 2, variance))


def _upper_ratio(figures: Figures, z: float | np.ndarray) -> np.ndarray:
    ends = _ends(figures, z)
    low, high = limits(figures, z)
    p = np.nan_to_num(figures.value)
    p1, l1 = p[..., ends[0], None], low[..., ends[0], None]
    p2, u2 = p[..., None, ends[1]], high[..., None, ends[1]]
    product = p1 * p2
    inside = np.maximum(product**2 - l1 * u2 * (2 * p1 - l1) * (2 * p2 - u2), 0)
    below = u2 * (2 * p2 - u2)
    least = np.divide(product - np.sqrt(inside), below, out=np.zeros_like(product), where=below > 0)
    # Where the upper end is over twice the figure the formula has no root; the parts' own ends are wide enough to be safe
    least = np.where(below > 0, least, np.divide(l1, u2, out=np.zeros_like(product), where=u2 > 0))
    taking = figures.taking_part
    possible = taking[..., ends[0], None] & taking[..., None, ends[1]] & (p1 <= p2) & (ends[0][:, None] != ends[1])
    reach = -np.log(np.clip(least, 1e-6, 1))
    return np.maximum(np.where(possible, reach, 0.0).max((-3, -2, -1)), figures.gap())


def limits(figures: Figures, z: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of each figure, (M, K, G) each: Wilson's for a proportion, carried over for F1, value ± z spread else."""
    z = z if isinstance(z, float) else z[..., 0]
    n, value = np.maximum(figures.n, 1), np.nan_to_num(figures.value)
    is_f1 = figures.kind[..., None] == F1
    share = np.where(is_f1, value / (2 - value), value)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(np.maximum(share * (1 - share), 0) / n + z * z / (4 * n * n))
    low, high = np.maximum(centre - half, 0), np.minimum(centre + half, 1)
    low, high = np.where(is_f1, 2 * low / (1 + low), low), np.where(is_f1, 2 * high / (1 + high), high)
    if figures.spread is None:
        return low, high
    fixed, reach = figures.kind[..., None] == FIXED, z * np.nan_to_num(figures.spread)
    return np.where(fixed, np.maximum(value - reach, 0), low), np.where(fixed, np.minimum(value + reach, 1), high)


def errors_of(resampled: np.ndarray, value: np.ndarray, deviation: np.ndarray, *, seed: int) -> np.ndarray:
    """Return standardised errors (…, G, B) from resampled figures (…, G, B).

    Where all resamples agree (a rate of 0 or 1) or lack the figure, resampling says nothing about chance; normal errors take their place.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        errors = (resampled - value[..., None].astype(resampled.dtype)) / deviation[..., None].astype(resampled.dtype)
    blank = ~np.isfinite(errors)
    if blank.any():
        normal = np.random.default_rng(seed).standard_normal(errors.shape[-2:], dtype=np.float32)
        errors = np.where(blank, normal, errors)
    return errors
