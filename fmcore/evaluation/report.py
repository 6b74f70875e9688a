"""Every figure of a run on one split, with its interval, from the stored predictions alone. Never sees a model. Torch-free.

Where the intervals come from (definitions: :mod:`fmcore.stats.metrics`):

- accuracy, precision and recall of a class: proportions, Wilson (micro figures and weighted recall are the accuracy);
- F1 of a class: 2J / (1 + J) of J = hits / (hits + misses + false alarms), a proportion of the items that are or were called so:
  Wilson of J, carried over, good for rare classes and never of width 0;
- macro and weighted figures: 1,000 resamples of the whole table; where these have width 0 (a faultless table) or often lack a class
  (a class of one or two items), the interval is recovered from those of the classes ("mover"); a class that is always or never right
  does not vary over resamples, so what its own interval leaves open is added (:mod:`fmcore.stats.edges`);
- MCC and kappa: the same resamples; where these have width 0 or often have no value, from Wilson's interval of the accuracy, carried
  over by kappa's formula with the chance agreement of this table; where a class is never found they reach at least as high as that,
  where one is always found as low;
- all of these are 1 only if all is right, so where an error was seen none ends at 1;
- loss: the mean, in nats, with Student's t;
- Brier, ROC-AUC, PR-AUC, ECE, top-k: :mod:`fmcore.stats.scores`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from fmcore.errors import DataError
from fmcore.evaluation.predictions import SCORE
from fmcore.records import Estimate, Metric, Sentence, say, to_json
from fmcore.stats import edges, intervals, metrics, scores
from fmcore.stats.counts import confusion

OVERLAP = {"precision": 1.0, "recall": 1.0, "f1": 2.0}  # a mistake lowers the F1 of two classes
NO_ITEMS = say("There are no items in this split.")
NO_SCORES = say("The predictions hold no probabilities, only answers.")
AREAS = ("roc-auc", "pr-auc")
AGREEMENT = {
    "mcc": say("The targets, or the answers, are all of one label, so there is nothing to correlate."),
    "kappa": say("The targets and the answers are all of one label, so chance alone agrees always."),
}
"""Figure → why it may have no value."""


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All figures of one split."""

    split: str
    labels: tuple[str, ...]
    metrics: tuple[Metric, ...]
    """Over all classes; ``label`` is None."""
    per_class: tuple[Metric, ...]
    """``precision``, ``recall``, ``f1``, ``roc-auc`` and ``pr-auc`` of each class, in the order of ``labels``."""
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
    table = counted(predictions, labels)
    classes = [_of_class(table, index, label, level) for index, label in enumerate(labels)]
    whole = {**_proportions(table, level), **_averages(table, labels, classes, level, seed)}
    whole["loss"] = _loss(predictions["loss"].to_numpy(float), level)
    of_scores, of_classes = _of_scores(predictions, labels, level, seed)
    whole |= of_scores
    figures = [Metric(split, name, None, estimate) for name, estimate in whole.items()]
    per_class = [
        Metric(split, name, label, e)
        for label, found, more in zip(labels, classes, of_classes, strict=True)
        for name, e in {**found, **more}.items()
    ]
    order = {name: place for place, name in enumerate(metrics.METRICS)}
    figures.sort(key=lambda metric: order.get(metric.name, len(order)))
    return Evaluation(split, labels, tuple(figures), tuple(per_class), table)


def macro_f1(table: np.ndarray, labels: Sequence[str], level: float = 0.95, *, seed: int = 0) -> Estimate:
    """Return the macro-F1 of a counts table (target, answer) as a whole evaluation has it; also of a faultless or a small one."""
    classes = [_of_class(table, index, label, level) for index, label in enumerate(labels)]
    return _averages(table, tuple(labels), classes, level, seed)["macro-f1"]


def probabilities(predictions: pd.DataFrame, labels: Sequence[str]) -> np.ndarray | None:
    """Return the score columns, float64 (n, labels), or None where the predictions hold none for some label."""
    columns = [SCORE + label for label in labels]
    return predictions[columns].to_numpy(float) if all(name in predictions for name in columns) else None


def counted(predictions: pd.DataFrame, labels: Sequence[str]) -> np.ndarray:
    """Return the counts table (target, answer) of predictions: :func:`fmcore.stats.counts.confusion`, quicker for long columns.

    Raises:
        DataError: a target or an answer is none of the labels.
    """
    targets, answers, size = codes(predictions["target"], labels), codes(predictions["answer"], labels), len(labels)
    if min(targets.min(initial=0), answers.min(initial=0)) < 0:
        return confusion(predictions["target"], predictions["answer"], labels)  # which says what is wrong
    return np.bincount(targets * size + answers, minlength=size * size).reshape(size, size).astype(np.int64)


def codes(values: pd.Series, labels: Sequence[str]) -> np.ndarray:
    """Return each value's place among the labels, int64 (n,); -1 where it is none of them."""
    return pd.Index(labels, dtype=object).get_indexer(pd.Index(values, dtype=object)).astype(np.int64)


def score_names(labels: Sequence[str]) -> tuple[str, ...]:
    """Return the ids of the figures that need probabilities, in their order."""
    return ("brier", *AREAS, "ece", *(f"top-{k}" for k in scores.TOPS if k < len(labels)))


def _loss(losses: np.ndarray, level: float) -> Estimate:
    return intervals.mean(losses, level) if len(losses) else intervals.none(NO_ITEMS, n=0, level=level, method="t")


def _of_scores(
    predictions: pd.DataFrame, labels: tuple[str, ...], level: float, seed: int
) -> tuple[dict[str, Estimate], list[dict[str, Estimate]]]:
    """Return the figures of the probabilities: over all classes, and of each class."""
    given, n = probabilities(predictions, labels), len(predictions)
    if given is None or n == 0 or not np.isfinite(given).all():
        reason = NO_ITEMS if n == 0 else NO_SCORES if given is None else say("Some probabilities are not finite numbers.")
        nothing = intervals.none(reason, n=n, level=level, method="none")
        return dict.fromkeys(score_names(labels), nothing), [dict.fromkeys(AREAS, nothing)] * len(labels)
    targets, answers = codes(predictions["target"], labels), codes(predictions["answer"], labels)
    roc, pr = scores.areas(given, targets, labels, level)
    confidence = given[np.arange(n), answers]
    whole = {
        "brier": scores.brier(given, targets, level),
        "roc-auc": roc.macro,
        "pr-auc": pr.macro,
        "ece": scores.ece(confidence, answers == targets, level, seed=seed),
        **{f"top-{k}": scores.top(given, targets, k, level) for k in scores.TOPS if k < len(labels)},
    }
    return whole, [{"roc-auc": a, "pr-auc": b} for a, b in zip(roc.classes, pr.classes, strict=True)]


def _proportions(table: np.ndarray, level: float) -> dict[str, Estimate]:
    share = intervals.wilson(np.trace(table), table.sum(), level, reason=NO_ITEMS)
    return dict.fromkeys(("accuracy", *metrics.SAME), share)


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
    statistics |= {name: metrics.METRICS[name] for name in AGREEMENT}
    drawn = intervals.bootstrap_all(table, statistics, level=level, seed=seed)
    for name, estimate in drawn.items():
        if name in AGREEMENT:
            found[name] = _agreement(name, estimate, table, level)
        else:
            kind, weights = plans[name]
            found[name] = _or_recovered(estimate, [part[kind] for part in classes], np.asarray(weights, float), n, OVERLAP[kind])
        found[name] = edges.below_1(found[name], int(np.trace(table)), n)
    return found


def _agreement(name: str, estimate: Estimate, table: np.ndarray, level: float) -> Estimate:
    """Return MCC or kappa with the drawn interval, or with the accuracy's carried over where resamples tell nothing, or too little."""
    value, n = float(metrics.METRICS[name](table)), int(table.sum())
    if np.isnan(value):
        return intervals.none(AGREEMENT[name] if n else NO_ITEMS, n=n, level=level, method=estimate.method)
    is_drawn, recall = intervals.has_width(estimate), metrics.recall(table)
    never, always = bool((recall == 0).any()), bool((recall == 1).any())
    if is_drawn and not (never or always):
        return estimate
    share = intervals.wilson(np.trace(table), n, level)
    by_chance = float((table.sum(0) / n) @ (table.sum(1) / n))
    below, above = ((end - float(share.value or 0)) / (1 - by_chance) for end in (share.low or 0.0, share.high or 1.0))
    low, high = max(-1.0, value + below), min(1.0, value + above)
    if not is_drawn or estimate.low is None or estimate.high is None:
        return Estimate(value, low, high, level, n, "wilson of the accuracy")
    low, high = min(low, estimate.low) if always else estimate.low, max(high, estimate.high) if never else estimate.high
    return estimate if (low, high) == (estimate.low, estimate.high) else replace(estimate, low=low, high=high, method=edges.METHOD)


def _figure(name: str, kind: str, weights: np.ndarray) -> metrics.Figure:
    """Return the figure over the classes of the original table; weighted ones weigh every resample by its own targets."""
    return metrics.METRICS[name] if name.startswith("weighted") else metrics.over(metrics.PER_CLASS[kind], weights)


def _or_recovered(estimate: Estimate, parts: list[Estimate], weights: np.ndarray, n: int, overlap: float) -> Estimate:
    if intervals.has_width(estimate):
        return edges.opened(estimate, parts, weights, overlap=overlap)
    kept = np.flatnonzero(weights)
    return intervals.mover([parts[index] for index in kept], weights[kept], n=n, overlap=overlap)
