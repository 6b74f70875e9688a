"""The interval of the widest gap between groups: the largest difference, or the smallest ratio, of any two of them. Takes figures by group.

The widest gap is a maximum, so neither percentiles nor a single pair's interval cover it: chance alone opens a gap between equal groups,
and a bootstrap of the gap starts from that false gap. Here the interval is the set of gaps that a test keeps:

- lower end: groups are drawn together until they are t apart and no further (weighted least squares, which is the likelihood's answer);
  those within 1.5 standard errors of an edge are put on it (moment selection, D. W. K. Andrews and G. Soares, Econometrica 78 (2010)), or
  ties at the edge would be taken for real differences. Whole tables are resampled from there. Their errors are those of the rows,
  ``Multinomial(n, T / n)``, scaled to the spread that a figure has at its new place;
- what is compared is not the gap itself, which a single small group can open by chance, but how far two groups lie more than t apart in
  standard errors of theirs, of the two for which that is farthest (studentised, as J. P. Romano and M. Wolf, Journal of the American
  Statistical Association 100 (2005), advise): what is sure of two large groups stays sure beside a small one. t is refused when at most a
  share of the resampled tables has two groups that far beyond it;
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
from statistics import NormalDist

import numpy as np

from fmcore.stats.group_figures import Figures, z_of
from fmcore.stats.widest_place import drawn_together
from fmcore.stats.widest_upper import upper

STEPS = 6  # towards the lower end: what a test says changes so evenly with the gap that fewer would do
TAIL = 10  # replicates beyond a point before their share is taken as it is; rarer tails are drawn out as a normal one
FAR = 6  # standard errors that chance never bridges
FEW = 16  # groups that are all looked at, near an edge or not
BLOCK = 400_000  # errors handled at once, which stay in a processor cache


def widest(figures: Figures, alpha: np.ndarray | float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return gap, low and high of each question, (M,) each: differences 0 to 1, or ratios where low is the smallest plausible one.

    ``alpha`` is 1 - level, one for all or one per question. At least two groups must take part in each.
    """
    alpha = np.broadcast_to(np.asarray(alpha, float), figures.value.shape[:1])
    gap, high = figures.gap, upper(figures, alpha)
    low, against = np.zeros(len(gap)), _against(figures, np.zeros(len(gap)), alpha, high)
    refused = against > 0
    if refused.any():
        low[refused] = _turn(figures[refused], alpha[refused], high[refused], against[refused])
    if not figures.is_ratio:
        return gap, low, np.minimum(high, 1.0)
    return _ratio(figures), np.exp(-high), np.exp(-low)


def _turn(figures: Figures, alpha: np.ndarray, high: np.ndarray, against: np.ndarray) -> np.ndarray:
    """Return the gap from which on the test keeps it, (M,); ``against`` is what it says of none. On a line between the last two sides."""
    near, far, at_near = np.zeros(len(alpha)), figures.gap.copy(), against
    at_far = -np.array([NormalDist().inv_cdf(1 - share) for share in alpha.tolist()])  # about half of the tables reach the gap itself
    for _ in range(STEPS):
        share = np.clip(at_near / (at_near - at_far), 0.05, 0.95)
        found = near + share * (far - near)
        says = _against(figures, found, alpha, high)
        is_near = says > 0
        near, at_near = np.where(is_near, found, near), np.where(is_near, says, at_near)
        far, at_far = np.where(is_near, far, found), np.where(is_near, at_far, says)
    return near + at_near / (at_near - at_far) * (far - near)


def _ratio(figures: Figures) -> np.ndarray:
    least, most = figures.value.min(-1), figures.value.max(-1)
    return np.divide(least, most, out=np.full(least.shape, np.nan), where=most > 0).min(-1)


def kept(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return which questions could well have a true gap of ``gap`` or less, (M,) bool. ``high`` is their upper end at ``alpha``."""
    return _against(figures, gap, alpha, high) <= 0


def _against(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return how much tells against a true gap of ``gap``, (M,): normal quantiles more than it takes to refuse it."""
    size = max(1, BLOCK // max(1, math.prod(figures.errors.shape[1:])))
    parts = [slice(start, start + size) for start in range(0, len(gap), size)]
    return np.concatenate([_against_some(figures[part], gap[part], alpha[part], high[part]) for part in parts])


def _against_some(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    tables = Tables(figures, drawn_together(figures, gap))
    tail = _tail(tables.spans(-_beyond(figures, gap, tables.errors)), gap, alpha)
    allowed, least = share_of_lower(tables, gap, alpha, high), 0.25 / figures.errors.shape[-1]
    seen, quantile = np.clip(tail, np.minimum(least, allowed / 4), 1 - least), NormalDist().inv_cdf
    return np.array([quantile(share) - quantile(p) for share, p in zip(allowed.tolist(), seen.tolist(), strict=True)])


def _beyond(figures: Figures, gap: np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Return how far the two groups that tell most against a gap of ``gap`` lie beyond it, in the sum of their standard errors, (M,)."""
    seen = figures.placed
    further = seen[:, :, None, :] - seen[:, :, :, None] - gap[:, None, None, None]
    return (further / (errors[:, :, None, :] + errors[:, :, :, None])).max((1, 2, 3))


class Tables:
    """Resampled tables whose true figures lie at ``place``, (M, K, G)."""

    def __init__(self, figures: Figures, place: np.ndarray) -> None:
        self.figures, self.place, self.errors = figures, place, figures.standard_errors(place)
        self.is_many = figures.errors.shape[0] == 1 and figures.errors.shape[2] > FEW

    @functools.cached_property
    def drawn(self) -> np.ndarray:
        """The figures of all groups, (M, K, G, B), 0 to 1, or at least half an item for a ratio."""
        return self._drawn(slice(None))

    def _drawn(self, groups: np.ndarray | slice) -> np.ndarray:
        value, deviation = self.figures.deviation(self.place, held=False)
        errors, least = self.figures.errors[:, :, groups], self.figures.floor if self.figures.is_ratio else np.zeros_like(value)
        value, deviation, least = (part[..., groups].astype(errors.dtype)[..., None] for part in (value, deviation, least))
        made = errors * deviation
        made += value
        return np.clip(made, least, 1, out=made)

    def spans(self, reach: np.ndarray | float = 0.0) -> np.ndarray:
        """Return how far apart groups are in each table, (M, B), when each reaches ``reach``, (M,), of its standard errors farther out; a
        negative one draws them in. With 0 these are the gaps that chance opens."""
        reached = np.broadcast_to(np.asarray(reach, float), len(self.place))[:, None, None] * self.errors
        groups = self._could_be_outermost(reached) if self.is_many else slice(None)
        drawn = self._drawn(groups) if self.is_many else self.drawn
        reached = reached[..., groups].astype(drawn.dtype)[..., None]
        if not self.figures.is_ratio:
            return ((drawn + reached).max(2) - (drawn - reached).min(2)).max(1)
        reached = np.exp(reached)  # the order of logarithms is that of the figures, so two per table are enough
        return np.log((drawn * reached).max(2).astype(float) / (drawn / reached).min(2)).max(1)

    def _could_be_outermost(self, reached: np.ndarray) -> np.ndarray:
        """Return the groups of one question that could lie outermost in a table."""
        chance, top, bottom = FAR * self.errors, self.place + reached, self.place - reached
        near = (top + chance >= (top - chance).max(-1, keepdims=True)) | (bottom - chance <= (bottom + chance).min(-1, keepdims=True))
        return np.flatnonzero(near.any((0, 1)))


def share_of_lower(tables: Tables, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return how often the lower end may miss, (M,): what the upper end leaves of ``alpha`` in these tables, and half at least."""
    missed = (tables.spans(_reach_of_upper(tables.figures, alpha, high)) < gap[:, None]).mean(-1)
    return alpha - np.minimum(missed, alpha / 2)


def _reach_of_upper(figures: Figures, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return how many standard errors farther out each group would have to lie for a gap as wide as the upper end, (M,), about."""
    reach = np.array([z_of(1 - share) for share in alpha.tolist()]) / math.sqrt(2)  # z of two alike
    errors = reach[:, None, None] * figures.standard_errors(figures.placed)
    usual = ((figures.placed + errors).max(-1) - (figures.placed - errors).min(-1)).max(1) - figures.gap
    return reach * (high - figures.gap) / np.maximum(usual, 1e-9)


def _tail(opened: np.ndarray, gap: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    """Return the share of resampled spans that reach ``gap``; beyond the last few of them, as a normal tail would go on."""
    size = opened.shape[-1]
    reaching = (opened >= gap[:, None] - 1e-6).sum(-1)
    share = reaching / size
    thin = (reaching < TAIL) & (alpha * size < 5 * TAIL)
    for index in np.flatnonzero(thin):
        far = normal_tail(opened[index])
        if far.stdev > 0:
            share[index] = min(far.cdf(2 * far.mean - float(gap[index])), TAIL / size)
    return share


def normal_tail(values: np.ndarray) -> NormalDist:
    """Return the normal distribution with the median and the far quantile of these values: how their upper tail would go on."""
    middle, far = np.quantile(values, (0.5, 0.975)).tolist()
    return NormalDist(middle, (far - middle) / 1.959964)
