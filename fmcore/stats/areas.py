"""Areas under ROC curves by group: AUC within a group, and its two relatives that mix a group with the rest.

Takes scores, who is positive and group codes; knows no label's name. Values are exact, ties counted half; their spread comes from
histograms of shape (groups, 2, bins), negatives first. What no grouping changes is computed once (:class:`Ranking`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fmcore.stats.metrics import ratio

RANK_BINS = 512  # a spread from this many equal shares of the rows agrees with the exact one to 1 in 10,000
KINDS = ("auc", "auc-bpsn", "auc-bnsp")


@dataclass(frozen=True, eq=False)
class Ranking:
    """Rows by their score, lowest first, and what each wins against all others, whatever their groups."""

    order: np.ndarray
    positive: np.ndarray
    """bool, in this order as everything below."""
    ties: np.ndarray
    """int32: the same for rows of one score."""
    shares: np.ndarray
    """int32: bins of about equal size; rows of one score share a bin."""
    wins: np.ndarray
    """Of a positive, over how many negatives it wins; of a negative, how many positives win over it."""

    @classmethod
    def of(cls, scores: np.ndarray, positive: np.ndarray) -> Ranking:
        """Return the ranking of these scores."""
        order = np.argsort(scores, kind="stable").astype(np.int32 if len(scores) < 2**31 else np.int64)
        ranked, positive = scores[order], positive[order]
        starts = np.flatnonzero(np.concatenate([[True], ranked[1:] != ranked[:-1]])) if len(ranked) else np.empty(0, int)
        sizes = np.diff(np.append(starts, len(ranked)))
        positives = np.add.reduceat(positive.astype(np.int64), starts) if len(ranked) else np.empty(0, int)
        negatives = sizes - positives
        below = np.repeat(np.cumsum(negatives) - negatives / 2, sizes)
        above = np.repeat(positives.sum() - np.cumsum(positives) + positives / 2, sizes)
        ties = np.repeat(np.arange(len(starts), dtype=np.int32), sizes)
        shares = np.repeat((starts * RANK_BINS // max(len(ranked), 1)).astype(np.int32), sizes)
        return cls(order, positive, ties, shares, np.where(positive, below, above))


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


def areas(ranking: Ranking, groups: np.ndarray, *, n_groups: int, kinds: Sequence[str] = KINDS) -> list[Areas]:
    """Return what is asked of ``auc`` within each group, ``auc-bpsn`` of the background's positives against the group's negatives, and
    ``auc-bnsp`` the other way round.

    D. Borkan et al., "Nuanced metrics for measuring unintended bias", WWW (2019).
    """
    group = groups[ranking.order]
    cells = group.astype(np.int64) * 2 + ranking.positive
    seen = np.bincount(cells * RANK_BINS + ranking.shares, minlength=n_groups * 2 * RANK_BINS).reshape(n_groups, 2, RANK_BINS).astype(float)
    within, wins = _wins(ranking, group, n_groups), np.bincount(cells, weights=ranking.wins, minlength=2 * n_groups).reshape(-1, 2)
    negatives, positives = seen.sum(-1).T
    rest_negatives, rest_positives = negatives.sum() - negatives, positives.sum() - positives
    found = []
    for kind in kinds:
        if kind == "auc":
            found.append(Areas(ratio(within, positives * negatives), deviation(seen), positives, negatives))
            continue
        rest = seen.sum(0) - seen
        if kind == "auc-bpsn":
            spread = deviation(np.stack([seen[:, 0], rest[:, 1]], 1))
            found.append(Areas(ratio(wins[:, 0] - within, rest_positives * negatives), spread, rest_positives, negatives))
        else:
            spread = deviation(np.stack([rest[:, 0], seen[:, 1]], 1))
            found.append(Areas(ratio(wins[:, 1] - within, positives * rest_negatives), spread, positives, rest_negatives))
    return found


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


def _wins(ranking: Ranking, group: np.ndarray, n_groups: int) -> np.ndarray:
    """Return how many pairs within each group the positive wins, ties half."""
    if not len(group):
        return np.zeros(n_groups)
    narrow = group.astype(np.uint16) if n_groups < 2**16 else group  # numpy sorts 16 bits by counting
    by_group = np.argsort(narrow, kind="stable")
    group, ties, positive = group[by_group], ranking.ties[by_group], ranking.positive[by_group]
    starts = np.flatnonzero(np.concatenate([[True], (group[1:] != group[:-1]) | (ties[1:] != ties[:-1])]))
    positives = np.add.reduceat(positive.astype(np.int64), starts)
    negatives = np.diff(np.append(starts, len(group))) - positives
    before = np.cumsum(negatives) - negatives
    of_group = group[starts]
    first = np.searchsorted(of_group, np.arange(n_groups))
    before = before - before[np.minimum(first, len(before) - 1)][of_group]
    return np.bincount(of_group, weights=positives * (before + negatives / 2), minlength=n_groups)
