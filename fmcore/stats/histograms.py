"""Figures of scores, by group: AUC, its two relatives that mix a group with the rest, calibration error, the spread of scores.

Takes scores, who is positive and group codes; knows no label's name. The values of AUC are exact, ties counted half; their spread and
everything that is resampled come from histograms of shape (groups, 2, bins): negatives first, then positives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fmcore.stats.metrics import ratio

RANK_BINS = 512  # a spread from this many equal shares of the rows agrees with the exact one to 1 in 10,000
CALIBRATION_BINS = 10


@dataclass(frozen=True, eq=False)
class Areas:
    """AUC of each group and what it rests on, (groups,) each; NaN where a side is empty."""

    value: np.ndarray
    deviation: np.ndarray
    """DeLong's standard error: E. R. DeLong, D. M. DeLong, D. L. Clarke-Pearson, Biometrics 44 (1988)."""
    positives: np.ndarray
    negatives: np.ndarray

    @property
    def effective(self) -> np.ndarray:
        """Return how many independent trials a proportion of this value and spread would rest on; the smaller side at 0 and 1."""
        fewest = np.minimum(self.positives, self.negatives).astype(float)
        found = ratio(self.value * (1 - self.value), self.deviation**2)
        return np.where(np.isfinite(found) & (self.value > 0) & (self.value < 1), found, fewest)


def spread(scores: np.ndarray, positive: np.ndarray, groups: np.ndarray, *, n_groups: int, bins: int) -> np.ndarray:
    """Return how scores from 0 to 1 fall into equal bins: int64, (groups, 2, bins)."""
    places = np.clip((scores * bins).astype(np.int32), 0, bins - 1)
    return _histogram(places, positive, groups, n_groups, bins)


def areas(
    scores: np.ndarray, positive: np.ndarray, groups: np.ndarray, *, n_groups: int, order: np.ndarray | None = None
) -> tuple[Areas, Areas, Areas]:
    """Return the AUC within each group, of the background's positives against the group's negatives (BPSN), and the other way (BNSP).

    ``order`` sorts the scores, where it is known. D. Borkan et al., "Nuanced metrics for measuring unintended bias", WWW (2019).
    """
    order = np.argsort(scores, kind="stable") if order is None else order
    ranked, group, is_positive = scores[order], groups[order], positive[order]
    narrow = group.astype(np.uint16) if n_groups < 2**16 else group  # numpy sorts 16 bits by counting
    by_group = np.argsort(narrow, kind="stable")
    within = _wins(ranked[by_group], is_positive[by_group], group[by_group], n_groups)
    wins_of_positives, wins_against_negatives = _wins_over_all(ranked, is_positive, group, n_groups)
    negatives, positives = (np.bincount(groups[positive == side], minlength=n_groups).astype(float) for side in (False, True))
    rest_negatives, rest_positives = negatives.sum() - negatives, positives.sum() - positives
    places = _equal_shares(ranked)
    seen = _histogram(places, is_positive, group, n_groups, RANK_BINS).astype(float)
    rest = seen.sum(0) - seen
    mixed = (np.stack([seen[:, 0], rest[:, 1]], 1), np.stack([rest[:, 0], seen[:, 1]], 1))
    return (
        Areas(ratio(within, positives * negatives), deviation(seen), positives, negatives),
        Areas(ratio(wins_against_negatives - within, rest_positives * negatives), deviation(mixed[0]), rest_positives, negatives),
        Areas(ratio(wins_of_positives - within, positives * rest_negatives), deviation(mixed[1]), positives, rest_negatives),
    )


def auc(histogram: np.ndarray) -> np.ndarray:
    """Return AUC of histograms (..., 2, bins); scores of one bin count as ties. NaN where a side is empty.

    Example:
        >>> float(auc(np.array([[2, 0], [0, 2]]))), float(auc(np.array([[1, 1], [1, 1]])))
        (1.0, 0.5)
    """
    negatives, positives = histogram[..., 0, :], histogram[..., 1, :]
    below = np.cumsum(negatives, -1) - negatives / 2
    return ratio((positives * below).sum(-1), positives.sum(-1) * negatives.sum(-1))


def deviation(histogram: np.ndarray) -> np.ndarray:
    """Return DeLong's standard error of the AUC of histograms (..., 2, bins); NaN where a side has fewer than two rows."""
    negatives, positives = histogram[..., 0, :], histogram[..., 1, :]
    m, n = positives.sum(-1), negatives.sum(-1)
    below = ratio(np.cumsum(negatives, -1) - negatives / 2, n[..., None])
    above = ratio(m[..., None] - np.cumsum(positives, -1) + positives / 2, m[..., None])
    with np.errstate(invalid="ignore", divide="ignore"):
        of_positives = (positives * below**2).sum(-1) / m - ((positives * below).sum(-1) / m) ** 2
        of_negatives = (negatives * above**2).sum(-1) / n - ((negatives * above).sum(-1) / n) ** 2
        found = np.sqrt(np.maximum(of_positives, 0) / (m - 1) + np.maximum(of_negatives, 0) / (n - 1))
    return np.where((m > 1) & (n > 1), found, np.nan)


def calibration_error(histogram: np.ndarray, mean_score: np.ndarray) -> np.ndarray:
    """Return the expected calibration error of histograms (..., 2, bins): the mean over rows of |share of positives - mean score| by bin.

    ``mean_score`` is the mean score of the cells, of the last three shapes. M. P. Naeini et al., "Obtaining well calibrated probabilities
    using Bayesian binning", AAAI (2015).
    """
    scored = (histogram * mean_score).sum(-2)
    return ratio(np.abs(histogram[..., 1, :] - scored).sum(-1), histogram.sum((-2, -1)))


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


def _equal_shares(ranked: np.ndarray) -> np.ndarray:
    """Return bins of about equal size for sorted scores; equal scores share a bin."""
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]])) if len(ranked) else np.empty(0, int)
    sizes = np.diff(np.append(starts, len(ranked)))
    return np.repeat(starts * RANK_BINS // max(len(ranked), 1), sizes)


def _wins(ranked: np.ndarray, positive: np.ndarray, group: np.ndarray, n_groups: int) -> np.ndarray:
    """Return, for rows sorted by group and score, how many pairs within each group the positive wins, ties half."""
    if not len(ranked):
        return np.zeros(n_groups)
    starts = np.flatnonzero(np.concatenate([[True], (group[1:] != group[:-1]) | (ranked[1:] != ranked[:-1])]))
    positives = np.add.reduceat(positive.astype(np.int64), starts)
    negatives = np.diff(np.append(starts, len(ranked))) - positives
    before = np.cumsum(negatives) - negatives
    of_group = group[starts]
    first = np.searchsorted(of_group, np.arange(n_groups))
    before = before - before[np.minimum(first, len(before) - 1)][of_group]
    return np.bincount(of_group, weights=positives * (before + negatives / 2), minlength=n_groups)


def _wins_over_all(ranked: np.ndarray, positive: np.ndarray, group: np.ndarray, n_groups: int) -> tuple[np.ndarray, np.ndarray]:
    """Return, per group, the pairs that its positives win over all negatives, and those that all positives win over its negatives."""
    starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]]))
    sizes = np.diff(np.append(starts, len(ranked)))
    positives = np.add.reduceat(positive.astype(np.int64), starts)
    negatives = sizes - positives
    below = np.repeat(np.cumsum(negatives) - negatives / 2, sizes)
    above = np.repeat(positives.sum() - np.cumsum(positives) + positives / 2, sizes)
    return (
        np.bincount(group, weights=np.where(positive, below, 0.0), minlength=n_groups),
        np.bincount(group, weights=np.where(positive, 0.0, above), minlength=n_groups),
    )
