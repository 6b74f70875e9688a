"""Two classifiers on the same items, and many questions at once. Takes counts and p-values; knows no run.

A difference of two figures on the same items is resampled whole from the table of (target, first answer, second answer), so what both get
right or wrong together does not blur it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from fmcore.errors import DataError
from fmcore.records import Estimate
from fmcore.stats import intervals

EXACT_BELOW = 25  # discordant items; from here on the corrected chi-square is close


def mcnemar(first_only: int, second_only: int) -> float:
    """Return the p-value that two classifiers err alike, from the items that only one of them gets right.

    Exact (binomial, two-sided) below 25 such items, else the chi-square with continuity correction. 1 when there are none.
    Q. McNemar, Psychometrika 12 (1947); A. L. Edwards, Psychometrika 13 (1948).

    Example:
        >>> mcnemar(1, 5), round(mcnemar(10, 30), 5)
        (0.21875, 0.00266)
    """
    if first_only < 0 or second_only < 0:
        raise DataError("Counts can't be below 0; found {first} and {second}.", first=first_only, second=second_only)
    n, fewer = first_only + second_only, min(first_only, second_only)
    if n == 0:
        return 1.0
    if n < EXACT_BELOW:
        return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n)
    chi_square = max(0, abs(first_only - second_only) - 1) ** 2 / n
    return math.erfc(math.sqrt(chi_square / 2))


def paired_table(targets: np.ndarray, first: np.ndarray, second: np.ndarray, *, n_labels: int) -> np.ndarray:
    """Return how often each target got each pair of answers from codes: int64, (labels, labels, labels), target first."""
    cells = (targets.astype(np.int64) * n_labels + first) * n_labels + second
    return np.bincount(cells, minlength=n_labels**3).reshape(n_labels, n_labels, n_labels)


def paired_difference(
    table: np.ndarray, figure: Callable[[np.ndarray], np.ndarray], *, level: float = 0.95, replicates: int = 1000, seed: int = 0
) -> Estimate:
    """Return figure(second) - figure(first) with its paired interval.

    ``table`` counts (target, first answer, second answer); ``figure`` is one of :data:`fmcore.stats.metrics.METRICS`.

    Example:
        >>> from fmcore.stats.metrics import accuracy
        >>> table = np.zeros((2, 2, 2), int); table[0, 0, 0] = 70; table[0, 1, 0] = 20; table[0, 0, 1] = 10
        >>> round(paired_difference(table, accuracy).value, 3)
        0.1
    """
    if table.ndim < 3 or len(set(table.shape[-3:])) != 1:
        said = "A table of pairs counts target, first and second answer over the same labels; found shape {shape}."
        raise DataError(said, shape=str(table.shape))

    def difference(tables: np.ndarray) -> np.ndarray:
        return figure(tables.sum(-2)) - figure(tables.sum(-1))

    return intervals.bootstrap(table, difference, level=level, replicates=replicates, seed=seed)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values adjusted so that all together err with the chance of one: S. Holm, Scandinavian Journal of Statistics 6 (1979).

    Example:
        >>> [round(p, 2) for p in holm([0.01, 0.04, 0.03])]
        [0.03, 0.06, 0.06]
    """
    count, highest = len(p_values), 0.0
    adjusted = [0.0] * count
    for rank, index in enumerate(sorted(range(count), key=lambda i: p_values[i])):
        highest = max(highest, min(1.0, (count - rank) * p_values[index]))
        adjusted[index] = highest
    return adjusted
