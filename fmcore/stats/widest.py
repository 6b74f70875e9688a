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

import functools
import math
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

SNAP = 1.5  # standard errors: docs/decisions/0007-intervals-of-gaps.md
STEPS = 11  # halvings towards the lower end
FEW = 40  # up to this many groups every pair is looked at
TAIL = 10  # replicates beyond a point before their share is taken as it is; rarer tails are drawn out as a normal one
BLOCK = 400_000  # errors handled at once, which stay in a processor cache
PROPORTION, F1, FIXED = 0, 1, 2
"""How a figure's spread depends on its place: as a proportion's, as an F1's, or not at all."""


@dataclass(frozen=True, eq=False)
class Figures:
    """Figures of groups, for several questions at once. Shapes: questions M, parts K (two for equalized odds), groups G, replicates B."""

    value: np.ndarray
    """(M, K, G), 0 to 1."""
    n: np.ndarray
    """(M, K, G): items that each figure rests on."""
    errors: np.ndarray
    """(M, K, G, B): errors of resampled figures, divided by the spread."""
    kind: np.ndarray
    """(M, K) of PROPORTION, F1, FIXED."""
    spread: np.ndarray | None = None
    """(M, K, G): standard error, read where the kind is FIXED; None where no kind is."""
    is_ratio: bool = False

    def __getitem__(self, chosen: np.ndarray | slice) -> Figures:
        spread = None if self.spread is None else self.spread[chosen]
        return replace(self, value=self.value[chosen], n=self.n[chosen], errors=self.errors[chosen], kind=self.kind[chosen], spread=spread)

    @functools.cached_property
    def floor(self) -> np.ndarray:
        """Half an item: the least figure that has a logarithm, and how near to 0 and 1 a spread is taken."""
        return 0.5 / np.maximum(self.n, 1)

    @functools.cached_property
    def placed(self) -> np.ndarray:
        """The figures where gaps are measured: as they are, or their logarithms."""
        return np.log(np.maximum(self.value, self.floor)) if self.is_ratio else self.value

    @functools.cached_property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and the highest placed figure, (M, K, 1) each."""
        return self.placed.min(-1, keepdims=True), self.placed.max(-1, keepdims=True)

    @functools.cached_property
    def gap(self) -> np.ndarray:
        """The widest observed gap, (M,): a difference, or the logarithm of the larger over the smaller."""
        return (self.ends[1] - self.ends[0]).max((1, 2))

    @functools.cached_property
    def _is_f1(self) -> np.ndarray | None:
        return (self.kind == F1)[..., None] if (self.kind == F1).any() else None

    @functools.cached_property
    def outermost(self) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Where the widest observed gap is: question, part, lowest and highest group, (M,) each."""
        part = (self.ends[1] - self.ends[0])[..., 0].argmax(1)
        question = np.arange(len(part))
        placed = self.placed[question, part]
        return question, part, placed.argmin(-1), placed.argmax(-1)

    def spread_of_gap(self, place: np.ndarray) -> np.ndarray:
        """Return the standard error of the gap between the two outermost groups when figures lie at ``place``, (M,)."""
        value, deviation = self.deviation(place)
        if self.is_ratio:
            deviation = deviation / np.maximum(value, self.floor)
        question, part, low, high = self.outermost
        return np.hypot(deviation[question, part, low], deviation[question, part, high])

    def deviation(self, place: np.ndarray, *, held: bool = True) -> tuple[np.ndarray, np.ndarray]:
        """Return the figure at a place and its standard error there; ``held`` keeps it half an item off the edges, where it would be 0."""
        value = np.exp(place) if self.is_ratio else place
        inside = np.minimum(np.maximum(value, self.floor), 1 - self.floor) if held else np.minimum(np.maximum(value, 0), 1)
        variance = inside * (1 - inside) / np.maximum(self.n, 1)
        if self._is_f1 is not None:
            variance = np.where(self._is_f1, variance * (2 - inside) ** 2 / 2, variance)
        deviation = np.sqrt(variance)
        if self.spread is not None:
            deviation = np.where((self.kind == FIXED)[..., None], self.spread, deviation)
        return value, deviation


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


def critical(figures: Figures, gap: float, alpha: np.ndarray) -> np.ndarray:
    """Return how wide an observed gap must be for a true gap of ``gap`` or less to be refused at ``alpha``, (M,); differences only."""
    opened = _opened(figures, drawn_together(figures, np.full(len(alpha), gap)))
    found = []
    for drawn, share in zip(opened, alpha.tolist(), strict=True):
        middle, far = np.quantile(drawn, (0.5, 0.975)).tolist()
        rare = middle + (far - middle) / 1.959964 * NormalDist().inv_cdf(1 - share)
        found.append(float(np.quantile(drawn, 1 - share)) if share * len(drawn) >= TAIL else rare)
    return np.array(found, float)


def deviation_at(value: np.ndarray, n: np.ndarray, kind: int) -> np.ndarray:
    """Return the standard error of a proportion or an F1 of this value that rests on n items; 0 at 0 and 1."""
    variance = value * (1 - value) / np.maximum(n, 1)
    return np.sqrt(variance * (2 - value) ** 2 / 2 if kind == F1 else variance)


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


def z_of(level: float) -> float:
    """Return the normal quantile of a two-sided level."""
    return NormalDist().inv_cdf((1 + level) / 2)


def upper(figures: Figures, alpha: np.ndarray) -> np.ndarray:
    """Return the largest gap that any pair of groups keeps at ``alpha`` / 2, (M,), in the units of :attr:`Figures.gap`."""
    z = np.array([z_of(1 - float(share)) for share in alpha])[:, None, None]
    pair = _upper_ratio if figures.is_ratio else _upper_difference
    if figures.value.shape[-1] <= FEW:
        return pair(figures, z, None)
    return np.concatenate([pair(figures[i : i + 1], z[i : i + 1], _outer(figures[i : i + 1], z[i : i + 1])) for i in range(len(z))])


def _outer(figures: Figures, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the groups whose limits reach lowest and highest; of very many no other pair can have the largest gap."""
    value, deviation = figures.deviation(figures.placed)
    reach = z * (deviation / np.maximum(value, figures.floor) if figures.is_ratio else deviation)
    low, high = (figures.placed - reach)[0], (figures.placed + reach)[0]
    return np.unique(np.argsort(low, axis=-1)[:, : FEW // 2]), np.unique(np.argsort(-high, axis=-1)[:, : FEW // 2])


def _pairs(values: np.ndarray, ends: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    return values[..., ends[0]], values[..., ends[1]]


def _ends(figures: Figures, ends: tuple[np.ndarray, np.ndarray] | None) -> tuple[np.ndarray, np.ndarray]:
    """Return the lower and the upper group of each pair: all ordered pairs, or those of the outer groups."""
    if ends is None:
        everyone = np.arange(figures.value.shape[-1])
        ends = (everyone, everyone)
    low, high = (grid.ravel() for grid in np.meshgrid(*ends, indexing="ij"))
    return low[low != high], high[low != high]


def _upper_difference(figures: Figures, z: np.ndarray, outer: tuple[np.ndarray, np.ndarray] | None) -> np.ndarray:
    ends = _ends(figures, outer)
    is_f1 = figures._is_f1
    p1, p2 = _pairs(figures.value, ends)
    n1, n2 = _pairs(np.maximum(figures.n, 1).astype(float), ends)
    fixed = (figures.kind == FIXED)[..., None]
    f1, f2 = (0.0, 0.0) if figures.spread is None else _pairs(figures.spread**2, ends)
    skewed = (figures.kind == PROPORTION)[..., None] * (z * z - 1) / 6
    least1, least2 = 0.25 / n1**2, 0.25 / n2**2
    seen = p2 - p1
    gap, w1, w2 = np.clip(seen + z * np.sqrt(0.25 / n1 + 0.25 / n2), 0, 1), n1, n2
    for _ in range(10):
        c1 = np.minimum(np.maximum((w1 * p1 + w2 * (p2 - gap)) / (w1 + w2), 0), 1 - gap)
        c2 = c1 + gap
        v1, v2 = c1 * (1 - c1) / n1, np.maximum(c2 * (1 - c2), 0) / n2
        if is_f1 is not None:
            v1, v2 = np.where(is_f1, v1 * (2 - c1) ** 2 / 2, v1), np.where(is_f1, v2 * (2 - c2) ** 2 / 2, v2)
        if figures.spread is not None:
            v1, v2 = np.where(fixed, f1, v1), np.where(fixed, f2, v2)
        w1, w2 = 1 / np.maximum(v1, least1), 1 / np.maximum(v2, least2)
        variance = np.maximum(v1 + v2, least1 + least2)
        spread = np.sqrt(variance)
        skew = (v2 / n2 * (1 - 2 * c2) - v1 / n1 * (1 - 2 * c1)) / (variance * spread)
        gap = np.clip((gap + seen + spread * (z - skewed * np.clip(skew, -1, 1))) / 2, 0, 1)
    return gap.max((1, 2))


def _upper_ratio(figures: Figures, z: np.ndarray, outer: tuple[np.ndarray, np.ndarray] | None) -> np.ndarray:
    ends = _ends(figures, outer)
    low, high = limits(figures, z)
    (p1, p2), l1, u2 = _pairs(figures.value, ends), low[..., ends[0]], high[..., ends[1]]
    product = p1 * p2
    inside = np.maximum(product**2 - l1 * u2 * (2 * p1 - l1) * (2 * p2 - u2), 0)
    below = u2 * (2 * p2 - u2)
    least = np.divide(product - np.sqrt(inside), below, out=np.zeros_like(product), where=below > 0)
    # Where the upper end is over twice the figure the formula has no root; the parts' own ends are wide enough to be safe
    least = np.where(below > 0, least, np.divide(l1, u2, out=np.zeros_like(product), where=u2 > 0))
    reach = -np.log(np.clip(least, 1e-6, 1))
    return np.maximum(np.where(p1 <= p2, reach, 0.0).max((1, 2)), figures.gap)


def limits(figures: Figures, z: float | np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the limits of each figure, (M, K, G) each: Wilson's for a proportion, carried over for F1, value ± z spread else."""
    n, value = np.maximum(figures.n, 1), figures.value
    is_f1 = (figures.kind == F1)[..., None]
    share = np.where(is_f1, value / (2 - value), value)
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(np.maximum(share * (1 - share), 0) / n + z * z / (4 * n * n))
    low, high = np.maximum(centre - half, 0), np.minimum(centre + half, 1)
    low, high = np.where(is_f1, 2 * low / (1 + low), low), np.where(is_f1, 2 * high / (1 + high), high)
    if figures.spread is None:
        return low, high
    fixed, reach = (figures.kind == FIXED)[..., None], z * figures.spread
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
