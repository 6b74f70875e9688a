"""Figures of scores, by group, from histograms of shape (groups, 2, bins), negatives first: calibration error, the spread of scores.

Takes scores, who is positive and group codes; knows no label's name.
"""

from __future__ import annotations

import numpy as np

from fmcore.stats.metrics import ratio

CALIBRATION_BINS = 10


def spread(scores: np.ndarray, positive: np.ndarray, groups: np.ndarray, *, n_groups: int, bins: int) -> np.ndarray:
    """Return how scores from 0 to 1 fall into equal bins: int64, (groups, 2, bins)."""
    places = np.clip((scores * bins).astype(np.int32), 0, bins - 1)
    return _histogram(places, positive, groups, n_groups, bins)


def calibration_error(histogram: np.ndarray, mean_score: np.ndarray) -> np.ndarray:
    """Return the expected calibration error of histograms (..., 2, bins): the mean over rows of |share of positives - mean score| by bin.

    ``mean_score`` is the mean score of the cells, of the last three shapes. M. P. Naeini et al., "Obtaining well calibrated probabilities
    using Bayesian binning", AAAI (2015).
    """
    scored = (histogram * mean_score).sum(-2)
    return ratio(np.abs(histogram[..., 1, :] - scored).sum(-1), histogram.sum((-2, -1)))


def resampled_errors(counts: np.ndarray, means: np.ndarray, *, replicates: int, seed: int, most_drawn: int | None = None) -> np.ndarray:
    """Return the calibration error of resampled rows, (groups, replicates): Multinomial(n, counts / n) on the cells of each group.

    Where that would draw more than ``most_drawn`` cells, the sums of the bins are drawn from the normal law of the same covariance: ten
    times faster, and as far from the other as two seeds are from each other.
    """
    generator = np.random.default_rng(seed)
    if most_drawn is not None and np.count_nonzero(counts) * replicates > most_drawn:
        return _normal_errors(counts, means, generator, replicates)
    drawn = []
    for found, mean in zip(counts, means, strict=True):
        filled, cells = np.flatnonzero(found), np.zeros((replicates, found.size))
        n = int(found.sum())
        if n:
            cells[:, filled] = generator.multinomial(n, found.ravel()[filled] / n, size=replicates)
        drawn.append(calibration_error(cells.reshape(-1, *found.shape), mean))
    return np.array(drawn)


def _normal_errors(counts: np.ndarray, means: np.ndarray, generator: np.random.Generator, replicates: int) -> np.ndarray:
    """Sums of bins x have the covariance D - x x' / n, D their diagonal: its root is D^½ (I - a u u'), u = D^-½ x / √n."""
    each = np.stack([-means[:, 0], 1 - means[:, 1]], 1)  # what one row of a cell adds to its bin's sum
    n = np.maximum(counts.sum((1, 2)), 1)
    sums, root = (counts * each).sum(1), np.sqrt((counts * each**2).sum(1))
    unit = ratio(sums, root * np.sqrt(n)[:, None])
    unit[~np.isfinite(unit)] = 0
    length = np.minimum((unit**2).sum(1), 1)
    share = np.nan_to_num(ratio(1 - np.sqrt(1 - length), length), nan=0.5)
    errors = generator.standard_normal((*sums.shape, replicates), dtype=np.float32)
    along = share[:, None] * np.einsum("gb,gbr->gr", unit, errors)
    drawn = sums[..., None] + root[..., None] * (errors - unit[..., None] * along[:, None])
    return np.abs(drawn).sum(1) / n[:, None]


def mean_scores(scores: np.ndarray, positive: np.ndarray, groups: np.ndarray, *, n_groups: int, bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the histogram, (groups, 2, bins), and the mean score of its cells, 0 where a cell is empty."""
    places = np.clip((scores * bins).astype(np.int32), 0, bins - 1)
    cells = (groups.astype(np.int64) * 2 + positive) * bins + places
    counts = np.bincount(cells, minlength=n_groups * 2 * bins).reshape(n_groups, 2, bins)
    sums = np.bincount(cells, weights=scores, minlength=n_groups * 2 * bins).reshape(n_groups, 2, bins)
    return counts, np.nan_to_num(ratio(sums, counts))


def _histogram(places: np.ndarray, positive: np.ndarray, groups: np.ndarray, n_groups: int, bins: int) -> np.ndarray:
    cells = (groups.astype(np.int64) * 2 + positive) * bins + places
    return np.bincount(cells, minlength=n_groups * 2 * bins).reshape(n_groups, 2, bins)
