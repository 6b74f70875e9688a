"""How far two orders agree. Takes numbers; knows no model."""

from __future__ import annotations

import math

import numpy as np


def ranks(values: np.ndarray) -> np.ndarray:
    """Return the rank of each value, from 1; equal ones share the mean of theirs.

    Example:
        >>> ranks(np.array([3.0, 1.0, 3.0])).tolist()
        [2.5, 1.0, 2.5]
    """
    values = np.asarray(values, float)
    order = np.argsort(values, kind="stable")
    sorted_values = values[order]
    firsts = np.flatnonzero(np.concatenate([[True], sorted_values[1:] != sorted_values[:-1]])) if len(values) else np.zeros(0, int)
    sizes = np.diff(np.concatenate([firsts, [len(values)]]))
    found = np.empty(len(values))
    found[order] = np.repeat(firsts + (sizes + 1) / 2, sizes)
    return found


def spearman(one: np.ndarray, other: np.ndarray) -> float | None:
    """Return Spearman's rank correlation, -1 to 1; None for fewer than 3 values or where one side has a single value.

    C. Spearman, "The proof and measurement of association between two things", American Journal of Psychology 15 (1904).

    Example:
        >>> spearman(np.array([1, 2, 3, 4]), np.array([10, 20, 40, 30]))
        0.8
    """
    if len(one) < 3:
        return None
    first, second = (ranks(side) - (len(one) + 1) / 2 for side in (one, other))
    size = math.sqrt(float(first @ first) * float(second @ second))
    return None if size == 0 else float(first @ second) / size
