"""Figures of groups for several questions at once, how far each spreads at its place, and its own limits. Compares no two groups."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

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
        question, part, low, high = self.outermost
        errors = self.standard_errors(place)[question, part]
        rows = np.arange(len(errors))
        return np.hypot(errors[rows, low], errors[rows, high])

    def standard_errors(self, place: np.ndarray) -> np.ndarray:
        """Return the standard errors of placed figures that lie at ``place``, (M, K, G): those of logarithms for a ratio."""
        value, deviation = self.deviation(place)
        return deviation / np.maximum(value, self.floor) if self.is_ratio else deviation

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


def deviation_at(value: np.ndarray, n: np.ndarray, kind: int) -> np.ndarray:
    """Return the standard error of a proportion or an F1 of this value that rests on n items; 0 at 0 and 1."""
    variance = value * (1 - value) / np.maximum(n, 1)
    return np.sqrt(variance * (2 - value) ** 2 / 2 if kind == F1 else variance)


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


def z_of(level: float) -> float:
    """Return the normal quantile of a two-sided level."""
    return NormalDist().inv_cdf((1 + level) / 2)
