"""The upper end of the widest gap: the largest gap of any two groups that a score test keeps (see :mod:`fmcore.stats.widest`)."""

from __future__ import annotations

import numpy as np

from fmcore.stats.group_figures import FIXED, PROPORTION, Figures, limits, z_of

FEW = 40  # up to this many groups every pair is looked at


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
