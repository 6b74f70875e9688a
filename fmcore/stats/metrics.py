"""Figures of a classifier, each a plain function of its counts table T[..., target, answer]. Never sees a model, an item or a score.

Inside, undefined is NaN; :mod:`fmcore.evaluation` turns it into *no value and the reason*. What is defined, decided once:

- precision of a class needs an answer of it, recall an item of it, F1 one of the two;
- a macro figure is the mean over the classes that occur: among targets or answers for precision and F1, among targets for recall.
  A class that occurs but is never answered has no precision, so macro- and weighted-precision have none either: scikit-learn's 0 would
  claim that answers were wrong, and leaving the class out would reward never answering it. Macro- and weighted-F1 stay defined,
  with an F1 of 0;
- with one label per item the micro figures are all the accuracy, and weighted recall is too;
- balanced accuracy is macro recall;
- Matthews' correlation needs two classes among the targets and two among the answers: without, there is nothing to correlate, and 0 would
  claim that there was;
- Cohen's kappa needs that agreement by chance alone is not certain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

Figure = Callable[[np.ndarray], np.ndarray]


def ratio(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    """Return above / below, NaN where below is 0."""
    above, below = np.asarray(above, float), np.asarray(below, float)
    return np.divide(above, below, out=np.full(np.broadcast(above, below).shape, np.nan), where=below != 0)


def hits(table: np.ndarray) -> np.ndarray:
    """Return the right answers per class, shape (..., C)."""
    return np.diagonal(table, axis1=-2, axis2=-1)


def precision(table: np.ndarray) -> np.ndarray:
    """Return precision per class, shape (..., C); 1 means that every answer of the class was right."""
    return ratio(hits(table), table.sum(-2))


def recall(table: np.ndarray) -> np.ndarray:
    """Return recall per class, shape (..., C); 1 means that every item of the class was found."""
    return ratio(hits(table), table.sum(-1))


def f1(table: np.ndarray) -> np.ndarray:
    """Return F1 per class, shape (..., C): 2 hits / (targets + answers), the harmonic mean of precision and recall."""
    return ratio(2 * hits(table), table.sum(-1) + table.sum(-2))


def targeted(table: np.ndarray) -> np.ndarray:
    """Return which classes occur among targets."""
    return table.sum(-1) > 0


def occurring(table: np.ndarray) -> np.ndarray:
    """Return which classes occur among targets or answers."""
    return (table.sum(-1) + table.sum(-2)) > 0


def accuracy(table: np.ndarray) -> np.ndarray:
    """Return the share of right answers."""
    return ratio(hits(table).sum(-1), table.sum((-2, -1)))


def mcc(table: np.ndarray) -> np.ndarray:
    """Return Matthews' correlation coefficient, -1 to 1; 0 means that the answers say nothing about the targets.

    J. Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", Computational Biology and Chemistry 28
    (2004).
    """
    n, targets, answers = (np.asarray(x, float) for x in (table.sum((-2, -1)), table.sum(-1), table.sum(-2)))
    together = n * hits(table).sum(-1) - (targets * answers).sum(-1)
    apart = (n**2 - (targets**2).sum(-1)) * (n**2 - (answers**2).sum(-1))
    return ratio(together, np.sqrt(apart))


def kappa(table: np.ndarray) -> np.ndarray:
    """Return Cohen's kappa, at most 1: how much more often than by chance the answers are right; 0 means no more often.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960).
    """
    n = np.asarray(table.sum((-2, -1)), float)
    by_chance = (table.sum(-1).astype(float) * table.sum(-2)).sum(-1)
    return ratio(n * hits(table).sum(-1) - by_chance, n**2 - by_chance)


def _macro(values: Figure, counted: Figure) -> Figure:
    def figure(table: np.ndarray) -> np.ndarray:
        present = counted(table)
        return ratio(np.where(present, values(table), 0.0).sum(-1), present.sum(-1))

    return figure


def _weighted(values: Figure) -> Figure:
    def figure(table: np.ndarray) -> np.ndarray:
        weights = table.sum(-1)
        return ratio(np.where(weights > 0, values(table) * weights, 0.0).sum(-1), weights.sum(-1))

    return figure


METRICS: Mapping[str, Figure] = {
    "accuracy": accuracy,
    "balanced-accuracy": _macro(recall, targeted),
    "macro-precision": _macro(precision, occurring),
    "macro-recall": _macro(recall, targeted),
    "macro-f1": _macro(f1, occurring),
    "micro-precision": accuracy,
    "micro-recall": accuracy,
    "micro-f1": accuracy,
    "weighted-precision": _weighted(precision),
    "weighted-recall": accuracy,
    "weighted-f1": _weighted(f1),
    "mcc": mcc,
    "kappa": kappa,
}
"""Metric id → function of tables of shape (..., C, C), answering with shape (...)."""

SAME = ("micro-precision", "micro-recall", "micro-f1", "weighted-recall")
"""Metrics that are the accuracy where an item has one label; one sentence says so."""

PER_CLASS: Mapping[str, Figure] = {"precision": precision, "recall": recall, "f1": f1}
"""Metric id → function of tables of shape (..., C, C), answering with shape (..., C)."""


def over(values: Figure, weights: np.ndarray) -> Figure:
    """Return the weighted mean of a per-class figure over a fixed set of classes (those of weight above 0), NaN where one has no value.

    Resamples are averaged over the classes of the original table: a resample that lost a class would otherwise answer another question.
    """
    kept = np.flatnonzero(weights)
    share = weights[kept] / weights.sum()
    return lambda table: values(table)[..., kept] @ share
