"""What is compared between groups: each measure a plain function of counts. Never sees a row, a score or a group's name.

Counts are those of one answer against all others: ``hits`` (target and answer are the label), ``false_alarms`` (answer only),
``misses`` (target only) and ``rejections`` (neither). For two labels that is the usual table of the favourable answer; for more, one
such table per label.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from fmcore.errors import DataError, unknown
from fmcore.stats.group_figures import F1, PROPORTION
from fmcore.stats.metrics import ratio

EQUALIZED_ODDS = "equalized-odds"


@dataclass(frozen=True, eq=False)
class Counts:
    """The four counts of one answer against all others; arrays of one shape."""

    hits: np.ndarray
    false_alarms: np.ndarray
    misses: np.ndarray
    rejections: np.ndarray

    @property
    def positives(self) -> np.ndarray:
        return self.hits + self.misses

    @property
    def negatives(self) -> np.ndarray:
        return self.false_alarms + self.rejections

    @property
    def answered(self) -> np.ndarray:
        return self.hits + self.false_alarms

    @property
    def unanswered(self) -> np.ndarray:
        return self.misses + self.rejections

    @property
    def rows(self) -> np.ndarray:
        return self.positives + self.negatives


def against_others(table: np.ndarray, label: int) -> Counts:
    """Return the counts of one label against all others from tables of shape (..., C, C), target first."""
    hits, positives, answered = table[..., label, label], table[..., label, :].sum(-1), table[..., label].sum(-1)
    return Counts(hits, answered - hits, positives - hits, table.sum((-2, -1)) - positives - answered + hits)


def of_all(table: np.ndarray) -> Counts:
    """Return right and wrong answers of all labels together as hits and misses."""
    hits = np.trace(table, axis1=-2, axis2=-1)
    zero = np.zeros_like(hits)
    return Counts(hits, zero, table.sum((-2, -1)) - hits, zero)


@dataclass(frozen=True)
class Measure:
    """One measure: a share ``part`` of ``whole``."""

    title: str
    part: Callable[[Counts], np.ndarray]
    whole: Callable[[Counts], np.ndarray]
    higher_is_worse: bool = False
    kind: int = PROPORTION
    per_label: bool = True
    """False: of all labels together."""
    basis: str = "rows"
    """``rows``, ``positives``, ``negatives``, ``answered`` or ``unanswered``: what must be plenty for a comparison."""


def figure(measure: Measure, counts: Counts) -> np.ndarray:
    """Return the measure, NaN where it is not defined."""
    share = ratio(measure.part(counts), measure.whole(counts))
    return 2 * share / (1 + share) if measure.kind == F1 else share


MEASURES: Mapping[str, Measure] = {
    "selection-rate": Measure("selection rate", lambda c: c.answered, lambda c: c.rows),
    "tpr": Measure("true positive rate", lambda c: c.hits, lambda c: c.positives, basis="positives"),
    "fpr": Measure(
        "false positive rate", lambda c: c.false_alarms, lambda c: c.negatives,
        higher_is_worse=True, basis="negatives",
    ),
    "fnr": Measure(
        "false negative rate", lambda c: c.misses, lambda c: c.positives,
        higher_is_worse=True, basis="positives",
    ),
    "tnr": Measure(
        "true negative rate", lambda c: c.rejections, lambda c: c.negatives, basis="negatives"
    ),
    "ppv": Measure("precision", lambda c: c.hits, lambda c: c.answered, basis="answered"),
    "npv": Measure(
        "negative predictive value", lambda c: c.rejections, lambda c: c.unanswered,
        basis="unanswered",
    ),
    "fdr": Measure(
        "false discovery rate", lambda c: c.false_alarms, lambda c: c.answered,
        higher_is_worse=True, basis="answered",
    ),
    "for": Measure(
        "false omission rate", lambda c: c.misses, lambda c: c.unanswered,
        higher_is_worse=True, basis="unanswered",
    ),
    "accuracy": Measure("accuracy", lambda c: c.hits, lambda c: c.hits + c.misses, per_label=False),
    "f1": Measure(
        "F1", lambda c: c.hits, lambda c: c.hits + c.misses + c.false_alarms,
        kind=F1, basis="positives",
    ),
}  # fmt: skip
"""Measure id → how it is counted. F1 is 2 J / (1 + J) of J = hits / (hits + misses + false alarms)."""

SCORED: Mapping[str, str] = {
    "auc": "AUC",
    "auc-bpsn": "AUC, background positives and the group's negatives",
    "auc-bnsp": "AUC, background negatives and the group's positives",
    "ece": "calibration error",
}
"""Measure id → title, of those that need scores (:mod:`fmcore.audit.scored`)."""

USUAL = ("selection-rate", "tpr", "fpr", "fnr", "ppv", "accuracy", "f1", "auc", "ece", EQUALIZED_ODDS)
"""What is shown when nobody chose."""
JUDGED = ("selection-rate", EQUALIZED_ODDS, "ppv", "accuracy", "f1", "auc", "ece")
"""Which of them are questions then: each another one, so that no fact is told, or failed, twice."""
FOLLOWS: Mapping[str, str] = {"tpr": EQUALIZED_ODDS, "fpr": EQUALIZED_ODDS, "fnr": EQUALIZED_ODDS}
"""What is no question of its own then, and the one whose verdict its own hangs on."""
PARTS: Mapping[str, tuple[str, ...]] = {EQUALIZED_ODDS: ("tpr", "fpr")}
"""Measures that are the wider gap of others."""
SAME: Mapping[str, str] = {"fnr": "tpr", "tnr": "fpr", "fdr": "ppv", "for": "npv"}
"""Measures that are 1 minus another, so that their gap is the other's: asked together they are one question."""


def title(measure: str) -> str:
    """Return a measure's name for people."""
    if measure == EQUALIZED_ODDS:
        return "equalized odds"
    return MEASURES[measure].title if measure in MEASURES else SCORED[measure]


def check(measures: tuple[str, ...], judged: tuple[str, ...] = ()) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the measures, each once, and those that get a verdict; the usual ones for none. No ``judged``: all that were chosen.

    Raises:
        DataError: there is no such measure.
    """
    known = (*MEASURES, *SCORED, EQUALIZED_ODDS)
    for name in (*measures, *judged):
        if name not in known:
            raise DataError("{sentence}", sentence=unknown("measure", name, known))
    if not measures:
        return USUAL, judged or JUDGED
    strange = [name for name in judged if name not in measures]
    if strange:
        raise DataError("A verdict on {measure} needs it among the measures.", measure=strange[0])
    return tuple(dict.fromkeys(measures)), judged
