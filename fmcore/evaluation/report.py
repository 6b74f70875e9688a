"""Every figure of a run on one split, with its interval, from the stored predictions alone. Never sees a model. Torch-free.

Where the intervals come from (definitions: :mod:`fmcore.stats.metrics`):

- accuracy, precision and recall of a class: proportions, Wilson (micro figures and weighted recall are the accuracy);
- F1 of a class: 2J / (1 + J) of J = hits / (hits + misses + false alarms), a proportion of the items that are or were called so:
  Wilson of J, carried over, good for rare classes and never of width 0;
- macro and weighted figures: 1,000 resamples of the whole table; where these have width 0 (a faultless table) or often lack a class
  (a class of one or two items), the interval is recovered from those of the classes ("mover");
- loss: the mean, in nats, with Student's t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from fmcore.errors import DataError
from fmcore.records import Estimate, Metric, Sentence, say, to_json
from fmcore.stats import intervals, metrics
from fmcore.stats.counts import confusion

OVERLAP = {"precision": 1.0, "recall": 1.0, "f1": 2.0}  # a mistake lowers the F1 of two classes
NO_ITEMS = say("There are no items in this split.")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All figures of one split."""

    split: str
    labels: tuple[str, ...]
    metrics: tuple[Metric, ...]
    """Over all classes; ``label`` is None."""
    per_class: tuple[Metric, ...]
    """``precision``, ``recall`` and ``f1`` of each class, in the order of ``labels``."""
    confusion: np.ndarray
    """int64, shape (labels, labels): target first, then answer."""

    def to_json(self) -> dict[str, Any]:
        """Return what ``python -m fmcore evaluate --json`` prints, less the run."""
        classes: dict[str, dict[str, Any]] = {label: {} for label in self.labels}
        for metric in self.per_class:
            classes[str(metric.label)][metric.name] = estimate_json(metric.estimate)
        return {
            "split": self.split,
            "metrics": {metric.name: estimate_json(metric.estimate) for metric in self.metrics},
            "per_class": classes,
            "confusion": {"labels": list(self.labels), "counts": self.confusion.tolist()},
        }


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as people's scripts read it: the reason in words, and only where there is no value."""
    fields = to_json(replace(estimate, reason=None))
    del fields["reason"]
    return fields if estimate.reason is None else {**fields, "reason": str(estimate.reason)}


def evaluate(predictions: pd.DataFrame, labels: Sequence[str], split: str, level: float = 0.95, *, seed: int = 0) -> Evaluation:
    """Return the figures of predictions (columns of :mod:`fmcore.evaluation.predictions`); the same input gives the same output.

    Raises:
        DataError: a target or an answer is none of the labels, or a column is missing.
    """
    missing = [name for name in ("target", "answer", "loss") if name not in predictions]
    if missing:
        raise DataError("The predictions lack the column {column}.", column=missing[0])
    labels = tuple(labels)
    table = confusion(predictions["target"], predictions["answer"], labels)
    classes = [_of_class(table, index, label, level) for index, label in enumerate(labels)]
    whole = {**_proportions(table, level), **_averages(table, labels, classes, level, seed)}
    figures = [Metric(split, name, None, whole[name]) for name in metrics.METRICS]
    figures.append(Metric(split, "loss", None, intervals.mean(predictions["loss"].to_numpy(float), level)))
    per_class = [Metric(split, name, label, e) for label, found in zip(labels, classes, strict=True) for name, e in found.items()]
    return Evaluation(split, labels, tuple(figures), tuple(per_class), table)


def _proportions(table: np.ndarray, level: float) -> dict[str, Estimate]:
    share = intervals.wilson(np.trace(table), table.sum(), level, reason=NO_ITEMS)
    return dict.fromkeys(("accuracy", "micro-precision", "micro-recall", "micro-f1", "weighted-recall"), share)


def _of_class(table: np.ndarray, index: int, label: str, level: float) -> dict[str, Estimate]:
    hits, targets, answers = (int(x) for x in (table[index, index], table[index].sum(), table[:, index].sum()))
    unanswered = say("No item was answered with {label}.", label=label)
    untargeted = say("No item of this split is {label}.", label=label)
    neither = say("No item of this split is {label} and none was answered so.", label=label)
    return {
        "precision": intervals.wilson(hits, answers, level, reason=unanswered),
        "recall": intervals.wilson(hits, targets, level, reason=untargeted),
        "f1": _f1(hits, targets + answers - hits, level, neither),
    }


def _f1(hits: int, either: int, level: float, reason: Sentence) -> Estimate:
    """Return F1 of a class with Wilson's interval for hits among the items that are or were called so, carried over by 2J / (1 + J)."""
    jaccard = intervals.wilson(hits, either, level, reason=reason)
    if jaccard.value is None or jaccard.low is None or jaccard.high is None:
        return jaccard
    value, low, high = (2 * j / (1 + j) for j in (jaccard.value, jaccard.low, jaccard.high))
    return replace(jaccard, value=2 * hits / (either + hits), low=min(low, value), high=max(high, value))


def _averages(
    table: np.ndarray, labels: tuple[str, ...], classes: list[dict[str, Estimate]], level: float, seed: int
) -> dict[str, Estimate]:
    """Return the macro and weighted figures: each a weighted mean over the classes that count in it."""
    targets, occurring = table.sum(1), metrics.occurring(table)
    plans = {  # name → (figure of a class, weight of each class)
        "balanced-accuracy": ("recall", metrics.targeted(table)),
        "macro-precision": ("precision", occurring),
        "macro-recall": ("recall", metrics.targeted(table)),
        "macro-f1": ("f1", occurring),
        "weighted-precision": ("precision", targets),
        "weighted-f1": ("f1", targets),
    }
    n, found = int(table.sum()), {}
    for name, (kind, weights) in plans.items():
        lacking = [label for label, weight, part in zip(labels, weights, classes, strict=True) if weight and part[kind].value is None]
        if n == 0:
            found[name] = intervals.none(NO_ITEMS, n=0, level=level, method=intervals.BIAS_CORRECTED)
        elif lacking:
            reason = say("No item was answered with {label}, so there is no mean of the precision of all classes.", label=lacking[0])
            found[name] = intervals.none(reason, n=n, level=level, method=intervals.BIAS_CORRECTED)
    statistics = {name: _figure(name, kind, w) for name, (kind, w) in plans.items() if name not in found}
    drawn = intervals.bootstrap_all(table, statistics, level=level, seed=seed) if statistics else {}
    for name, estimate in drawn.items():
        kind, weights = plans[name]
        found[name] = _or_recovered(estimate, [part[kind] for part in classes], np.asarray(weights, float), n, OVERLAP[kind])
    return found


def _figure(name: str, kind: str, weights: np.ndarray) -> metrics.Figure:
    """Return the figure over the classes of the original table; weighted ones weigh every resample by its own targets."""
    return metrics.METRICS[name] if name.startswith("weighted") else metrics.over(metrics.PER_CLASS[kind], weights)


def _or_recovered(estimate: Estimate, parts: list[Estimate], weights: np.ndarray, n: int, overlap: float) -> Estimate:
    if estimate.value is not None and estimate.low != estimate.high:
        return estimate
    kept = np.flatnonzero(weights)
    return intervals.mover([parts[index] for index in kept], weights[kept], n=n, overlap=overlap)
