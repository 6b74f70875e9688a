"""The interval of the widest gap between groups: the largest difference, or the smallest ratio, of any two of them. Takes figures by group.

The widest gap is a maximum, so neither percentiles nor a single pair's interval cover it: chance alone opens a gap between equal groups,
and a bootstrap of the gap starts from that false gap. Here the interval is the set of gaps that a test keeps:

- lower end: groups are drawn together until they are t apart and no further (weighted least squares, which is the likelihood's answer);
  those within one standard error of an edge are put on it (moment selection, D. W. K. Andrews and G. Soares, Econometrica 78 (2010)), or
  ties at the edge would be taken for real differences. Whole tables are resampled from there. Their errors are those of the rows,
  ``Multinomial(n, T / n)``, scaled to the spread that a figure has at its new place;
- nobody can tell from one table which groups tie, so not the gaps themselves are compared but pivots: how far a gap lies beyond what chance
  opens in that very table, in standard errors of it. The resampled tables are drawn together in their turn, and t is refused when at most
  a share of them has a pivot as large as the observed one (prepivoting, R. Beran, Biometrika 74 (1987));
- upper end: the largest gap of any pair that a score test keeps, corrected for skewness (O. S. Miettinen and M. Nurminen, Statistics
  in Medicine 4 (1985); P. Hall, "The Bootstrap and Edgeworth Expansion" (1992)); for a ratio, limits recovered from those of the parts
  (A. Donner and G. Y. Zou, Statistical Methods in Medical Research 21 (2012));
- a gap can't be below 0, so near 0 the upper end misses less often than half of 1 - level. What it leaves goes to the lower end (as in
  G. J. Feldman and R. D. Cousins, Physical Review D 57 (1998)): the interval holds its level, and at no gap at all it errs in 1 - level.

``benchmarks/coverage.py`` measures how often the truth is inside.
"""

from __future__ import annotations

from dataclasses import replace
from statistics import NormalDist

import numpy as np

from fmcore.stats.group_figures import Figures, z_of
from fmcore.stats.widest_place import SNAP, drawn_together
from fmcore.stats.widest_upper import upper

POINTS = 48  # gaps tried at once, twice, on the way to the lower end
ROUNDS = 2  # times that the line is drawn anew where the search ended
TAIL = 10  # replicates beyond a point before their share is taken as it is; rarer tails are drawn out as a normal one
FAR = 6  # standard errors that chance never bridges
INNER = 16  # errors that tell what chance opens in a table
BLOCK = 400_000  # errors handled at once, which stay in a processor cache
MOST = 20_000_000  # errors of one question's tables, which fit into memory anywhere; fewer tables of very many groups


def widest(figures: Figures, alpha: np.ndarray | float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return gap, low and high of each question, (M,) each: differences 0 to 1, or ratios where low is the smallest plausible one.

    ``alpha`` is 1 - level, one for all or one per question. At least two groups must take part in each.
    """
    alpha = np.broadcast_to(np.asarray(alpha, float), figures.value.shape[:1])
    gap, high = figures.gap, upper(figures, alpha)
    size = max(1, BLOCK // (POINTS * INNER * figures.value[0].size))
    parts = [slice(start, start + size) for start in range(0, len(gap), size)]
    low = np.concatenate([_lower(figures[part], alpha[part], high[part]) for part in parts])
    if not figures.is_ratio:
        return gap, low, np.minimum(high, 1.0)
    return _ratio(figures), np.exp(-high), np.exp(-low)


def _lower(figures: Figures, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    low = np.maximum(2 * figures.gap - figures.reaching(_z(alpha)[:, None, None]), 0)  # where to start
    moved = np.arange(len(low))
    for _ in range(ROUNDS):
        before, searched = low[moved], figures[moved]
        low[moved] = _crossing(searched, _line(searched, before, alpha[moved], high[moved]))
        moved = moved[low[moved] != before]
        if not len(moved):
            break
    return low


def _z(alpha: np.ndarray) -> np.ndarray:
    return np.array([z_of(1 - share) for share in alpha.tolist()])


def _ratio(figures: Figures) -> np.ndarray:
    least, most = figures.value.min(-1), figures.value.max(-1)
    return np.divide(least, most, out=np.full(least.shape, np.nan), where=most > 0).min(-1)


def kept(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return which questions could well have a true gap of ``gap`` or less, (M,) bool. ``high`` is their upper end at ``alpha``."""
    beyond = np.flatnonzero(figures.gap > gap)
    answer = np.ones(len(gap), bool)
    if len(beyond):
        some = figures[beyond]
        answer[beyond] = _pivot(some, gap[beyond]) <= _line(some, gap[beyond], alpha[beyond], high[beyond]) + 1e-6
    return answer


def _crossing(figures: Figures, line: np.ndarray) -> np.ndarray:
    """Return the least true gap at which the observed one no longer reaches its line, (M,)."""
    question = np.arange(len(line))
    near, far = np.zeros(len(line)), figures.gap
    repeated = replace(figures, errors=figures.errors[..., :INNER])[np.repeat(question, POINTS)]
    for _ in range(2):
        tried = np.linspace(near, far, POINTS, axis=-1)
        reaches = _pivot(repeated, tried.ravel()).reshape(tried.shape) > line[:, None]
        reaches[:, -1] = False
        first = reaches.argmin(-1)
        near, far = tried[question, np.maximum(first - 1, 0)], tried[question, first]
    return near


def _line(figures: Figures, gap: np.ndarray, alpha: np.ndarray, high: np.ndarray) -> np.ndarray:
    """Return what a pivot must exceed for a true gap of ``gap`` or less to be refused, (M,): its quantile in tables that have this gap."""
    place, found = drawn_together(figures, gap), []
    z = _z(alpha)
    beyond = (high - figures.gap) / np.maximum(figures.reaching(z[:, None, None]) - figures.gap, 1e-9)
    for i, share in enumerate(alpha.tolist()):
        one = slice(i, i + 1)
        near = _near_an_edge(figures[one], place[one])
        tables = _resampled(figures[one].of_groups(near), place[one][..., near])
        reach = beyond[i] * (tables.reaching(z[i]) - tables.gap)
        missed = float((tables.gap + reach < gap[i]).mean())  # by the upper end
        found.append(_quantile(_pivot(tables, np.full(len(tables.value), gap[i])), share - min(missed, share / 2)))
    return np.array(found, float)


def _near_an_edge(figures: Figures, place: np.ndarray) -> np.ndarray:
    """Return the groups of one question that could be the widest apart in a table from ``place``."""
    value, deviation = figures.deviation(place)
    reach = FAR * (deviation / np.maximum(value, figures.floor) if figures.is_ratio else deviation)
    near = (place - place.min(-1, keepdims=True) < reach) | (place.max(-1, keepdims=True) - place < reach)
    return np.flatnonzero(near.any((0, 1)))


def _resampled(figures: Figures, place: np.ndarray) -> Figures:
    """Return tables of one question, drawn where its true figures lie at ``place``, as so many questions that share their errors."""
    value, deviation = figures.deviation(place, held=False)
    many = max(200, MOST // (INNER * place.size))
    drawn = np.clip(value[..., None] + deviation[..., None] * figures.errors[..., :many], 0, 1)
    drawn = np.moveaxis(drawn[0], -1, 0)  # groups stay outermost in memory, where their extremes are quickest found
    n, kind = (np.broadcast_to(each, (len(drawn), *each.shape[1:])) for each in (figures.n, figures.kind))
    return replace(figures, value=drawn, n=n, kind=kind)


def _pivot(figures: Figures, gap: np.ndarray) -> np.ndarray:
    """Return how far observed gaps lie beyond what chance opens where the true ones are ``gap``, in standard errors, (M,)."""
    centre, spread = _chance(figures, gap)
    return (figures.gap - centre) / spread


def _chance(figures: Figures, gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and the standard error of gaps in tables whose true gap is ``gap``, (M,) each."""
    opened = _opened(replace(figures, errors=figures.errors[..., :INNER]), drawn_together(figures, gap, SNAP / 2))
    return opened.mean(-1), np.maximum(opened.std(-1), 1e-9)


def _opened(figures: Figures, place: np.ndarray) -> np.ndarray:
    """Return the gaps of resampled tables whose true figures lie at ``place``, (M, B)."""
    value, deviation = figures.deviation(place, held=False)
    errors, least = figures.errors, figures.floor
    drawn = errors * deviation.astype(errors.dtype)[..., None]
    drawn += value.astype(errors.dtype)[..., None]
    if figures.is_ratio:  # the order of logarithms is that of the figures, so two per table are enough
        low, high = (np.clip(end, least.min(-1)[..., None], 1).astype(float) for end in (drawn.min(2), drawn.max(2)))
        return np.log(high / low).max(1)
    return (np.minimum(drawn.max(2), 1) - np.maximum(drawn.min(2), 0)).max(1)


def _quantile(values: np.ndarray, share: float) -> float:
    """Return what a share of the values exceeds; beyond the last few of them, as a normal tail would go on."""
    if share * len(values) >= TAIL:
        return float(np.quantile(values, 1 - share))
    middle, far = np.quantile(values, (0.5, 0.975)).tolist()
    return middle + (far - middle) / 1.959964 * NormalDist().inv_cdf(1 - share)
