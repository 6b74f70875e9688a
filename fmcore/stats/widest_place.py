"""Where groups lie when their true gap is so wide and no wider (see :mod:`fmcore.stats.widest`). Says nothing about chance."""

from __future__ import annotations

import numpy as np

from fmcore.stats.group_figures import Figures

SNAP = 1.5  # standard errors: docs/decisions/0007-intervals-of-gaps.md


def drawn_together(figures: Figures, gap: np.ndarray) -> np.ndarray:
    """Return where the figures lie when their true gap is ``gap``: as near as can be to the observed ones, (M, K, G).

    Groups within ``SNAP`` standard errors of an edge are put on it, and the edge where all that lie on it want it.
    """
    seen, (lowest, highest) = figures.placed, figures.ends
    gap = gap[:, None, None]
    edge = (lowest + highest - gap) / 2
    weight = np.maximum(figures.n, 1)
    for step in range(3):
        if step:
            weight = figures.standard_errors(np.minimum(np.maximum(seen, edge), edge + gap)) ** -2.0
        edge = _edge(seen, gap, weight * (seen < edge), weight * (seen > edge + gap), edge)
    edge = _within(edge, gap, figures)
    place = np.minimum(np.maximum(seen, edge), edge + gap)
    wide = highest - lowest > gap
    if place.shape[1] > 1 or place.shape[-1] > 2:  # of two groups in one part both are on an edge
        near = SNAP * figures.standard_errors(place)
        wide |= (place.shape[1] > 1) & (highest - lowest > gap - near.max(-1, keepdims=True))  # parts may tie as groups may
        to_low, to_high = place - edge, edge + gap - place
        at_low, at_high = (to_low <= to_high) & (to_low < near), (to_high < to_low) & (to_high < near)
        edge = _within(_edge(seen, gap, weight * at_low, weight * at_high, edge), gap, figures)
        place = np.where(at_low, edge, np.where(at_high, edge + gap, np.minimum(np.maximum(seen, edge), edge + gap)))
    return np.where(wide, place, seen)


def _edge(seen: np.ndarray, gap: np.ndarray, low: np.ndarray, high: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the lower edge that is nearest to the groups on either edge, by their weights; ``other`` where there are none."""
    total = (low + high).sum(-1, keepdims=True)
    return np.where(total > 0, (low * seen + high * (seen - gap)).sum(-1, keepdims=True) / np.where(total > 0, total, 1), other)


def _within(edge: np.ndarray, gap: np.ndarray, figures: Figures) -> np.ndarray:
    return edge if figures.is_ratio else np.minimum(np.maximum(edge, 0), np.maximum(1 - gap, 0))
