"""Which of two to six runs answers the same items better, and whether that can be told at all. From stored answers alone. Torch-free.

Paired throughout: an item that is hard for one run is hard for the others too, and only the items that they answer differently tell them
apart. Where figures come from:

- the difference of a figure of counts: 1,000 resamples of the table T[target, answer 1, answer 2] (the paired bootstrap of the rows);
  where the answers all agree these don't vary, and the interval is as wide as no differing item among so many leaves open (Wilson);
- its p for accuracy: McNemar's test on the items that just one of the two got right;
- its p for other figures of counts: the two answers to each item swapped at random 1,999 times (A. Yeh, "More accurate tests for the
  statistical significance of result differences", COLING 2000), drawn on the table, so the number of rows costs nothing;
- loss: the mean of the items' differences, Student's t;
- the order of two runs only turns the sign: the pair is drawn in the order of its ids, whichever was named first;
- many pairs: Holm, over all pairs of one figure. *better* and *worse* need Holm's p below 1 - level and an interval without 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from fmcore.errors import DataError, unknown
from fmcore.evaluation.predictions import LOSS
from fmcore.evaluation.report import codes, counted, estimate_json
from fmcore.evaluation.same_items import align, answered_differently
from fmcore.evaluation.seeds import Experiment, experiments, of_seeds
from fmcore.records import Estimate, RunSpec, Sentence, say, to_json
from fmcore.stats import intervals, paired, tails
from fmcore.stats.metrics import METRICS

SHOWN = ("accuracy", "macro-f1")
LOWER_IS_BETTER = frozenset({LOSS})
MOST = 6
"""Runs that are compared at once; more pairs than 15 tell nobody anything."""
SWAPS = 1999
MCNEMAR, SWAPPED, STUDENT = "McNemar", "answers swapped at random", "Student's t"


@dataclass(frozen=True)
class Difference:
    """One figure of two runs on the same items."""

    first: str
    second: str
    """Run ids."""
    metric: str
    estimate: Estimate
    """First less second."""
    p: float | None
    """Of no difference; None where the figure has no value."""
    holm: float | None
    """The same, for all pairs that were compared."""
    test: str
    word: str
    """Of the first: ``better``, ``worse`` or ``cannot-tell``."""
    won: int
    """Items that only the first answered rightly."""
    lost: int
    """Items that only the second answered rightly."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """All pairs of runs on the same items."""

    runs: tuple[str, ...]
    n: int
    differences: tuple[Difference, ...]
    """Pair after pair in the order of ``runs``, each with every metric that was asked for."""
    experiments: tuple[Experiment, ...]
    answers: pd.DataFrame
    """id, target and one column per run: the items that the runs do not all answer alike."""

    def flipped(self, first: str, second: str) -> pd.DataFrame:
        """Return the items that two runs answer differently: id, target, both answers, and ``change``.

        ``won``: only the first is right; ``lost``: only the second; ``other``: both are wrong, in different ways.
        """
        target, one, other = (self.answers[name] for name in ("target", first, second))
        change = np.where(one == target, "won", np.where(other == target, "lost", "other"))
        found = self.answers[["id", "target", first, second]].assign(change=change)
        return found[(one != other).to_numpy()].reset_index(drop=True)

    def to_json(self) -> dict[str, Any]:
        """Return what ``runs compare --json`` adds."""
        return {
            "n": self.n,
            "pairs": [{**to_json(d), "estimate": estimate_json(d.estimate)} for d in self.differences],
            "experiments": [{**to_json(e), "estimate": estimate_json(e.estimate)} for e in self.experiments],
            "answered_differently": len(self.answers),
        }


def compare(
    answers: Mapping[str, pd.DataFrame],
    labels: Sequence[str],
    *,
    metrics: Sequence[str] = SHOWN,
    specs: Mapping[str, RunSpec] | None = None,
    level: float = 0.95,
    seed: int = 0,
) -> Comparison:
    """Return all pairs of two to six runs. ``answers``: run id → predictions; ``specs``: run id → spec, to find seeds of one experiment.

    Raises:
        DataError: the runs did not answer the same items, there are too few or too many, or a metric is unknown.
    """
    if not 2 <= len(answers) <= MOST:
        raise DataError("Compare two to {most} runs; found {found}.", most=MOST, found=len(answers))
    _check(metrics)
    aligned = align(answers)
    pairs = list(combinations(aligned, 2))
    found = [_pair(aligned, first, second, labels, metrics, level, seed) for first, second in pairs]
    differences = _judged([d for pair in found for d in pair], metrics, level)
    return Comparison(
        tuple(aligned),
        len(next(iter(aligned.values()))),
        tuple(differences),
        tuple(e for group in experiments(specs or {}) for e in of_seeds(group, aligned, labels, metrics, level)),
        answered_differently(aligned),
    )


def against(
    answers: Mapping[str, pd.DataFrame], run_id: str, labels: Sequence[str], metric: str, *, level: float = 0.95, seed: int = 0
) -> dict[str, Difference]:
    """Return the difference of one run to each of the others, by their ids; Holm over these pairs only.

    Raises:
        DataError: as :func:`compare`.
    """
    _check([metric])
    aligned = align(answers)
    found = [_pair(aligned, run_id, other, labels, [metric], level, seed)[0] for other in aligned if other != run_id]
    return {d.second: d for d in _judged(found, [metric], level)}


def sentence(difference: Difference, first: str, second: str) -> Sentence:
    """Return a difference in words; ``first`` and ``second`` are what people call the runs."""
    estimate = difference.estimate
    if estimate.value is None:
        return say("The difference in {metric} has no value: {reason}", metric=difference.metric, reason=str(estimate.reason))
    templates = {
        "better": "{first} is better than {second}: {metric} differs by {value} ({low} to {high}, p = {p}).",
        "worse": "{first} is worse than {second}: {metric} differs by {value} ({low} to {high}, p = {p}).",
        "cannot-tell": "Nobody can tell {first} and {second} apart: {metric} differs by {value} ({low} to {high}, p = {p}).",
    }
    numbers = {"value": estimate.value, "low": estimate.low, "high": estimate.high, "p": difference.holm}
    shown = {name: "–" if number is None else f"{number:.3g}" if name == "p" else _signed(number) for name, number in numbers.items()}
    return say(templates[difference.word], first=first, second=second, metric=difference.metric, **shown)


def _signed(number: float) -> str:
    return f"{number:+.4f}".replace("-", "−")


def _check(metrics: Sequence[str]) -> None:
    for name in metrics:
        if name not in METRICS and name != LOSS:
            raise DataError("{sentence}", sentence=unknown("metric", name, [*METRICS, LOSS]))


def _pair(
    aligned: Mapping[str, pd.DataFrame], first: str, second: str, labels: Sequence[str], metrics: Sequence[str], level: float, seed: int
) -> list[Difference]:
    """Return the differences of two runs; Holm's p and the word are not known yet."""
    if second < first:
        return [_mirrored(found) for found in _pair(aligned, second, first, labels, metrics, level, seed)]
    one, other = aligned[first], aligned[second]
    cells = _Cells.of(one, other, labels)
    figures = {name: cells.difference(METRICS[name]) for name in metrics if name in METRICS}
    drawn = intervals.bootstrap_all(cells.counts, figures, level=level, seed=seed) if figures else {}
    found = []
    for name in metrics:
        if name == LOSS:
            gaps = one[LOSS].to_numpy(float) - other[LOSS].to_numpy(float)
            estimate, test = intervals.mean(gaps, level), STUDENT
            p = None if estimate.value is None else _student_p(gaps)
        else:
            estimate = _not_of_width_0(replace(drawn[name], method="paired bootstrap"), name, cells)
            test = MCNEMAR if name == "accuracy" else SWAPPED
            p = (
                None
                if estimate.value is None
                else paired.mcnemar(cells.won, cells.lost)
                if test == MCNEMAR
                else cells.swapped_p(METRICS[name], seed)
            )
        found.append(Difference(first, second, name, estimate, p, None, test, "cannot-tell", cells.won, cells.lost))
    return found


def _mirrored(found: Difference) -> Difference:
    """Return the same difference, second less first."""
    value, low, high = (None if x is None else 0.0 - x for x in (found.estimate.value, found.estimate.high, found.estimate.low))
    turned = replace(found.estimate, value=value, low=low, high=high)
    return replace(found, first=found.second, second=found.first, estimate=turned, won=found.lost, lost=found.won)


def _not_of_width_0(estimate: Estimate, name: str, cells: _Cells) -> Estimate:
    """Return a difference whose resamples are all alike with the reach of Wilson's interval for none of the items; of other figures than
    accuracy, for none of the rarest label's."""
    of_label = np.bincount(cells.target, weights=cells.counts)
    return intervals.with_reach(estimate, estimate.n if name == "accuracy" else int(of_label[of_label > 0].min()))


def _judged(differences: list[Difference], metrics: Sequence[str], level: float) -> list[Difference]:
    """Return the differences with Holm's p over all pairs of one metric, and the word."""
    found = list(differences)
    for name in metrics:
        places = [place for place, d in enumerate(found) if d.metric == name and d.p is not None]
        for place, p in zip(places, paired.holm([float(found[place].p or 0) for place in places]), strict=True):
            found[place] = replace(found[place], holm=float(p), word=_word(found[place].estimate, float(p), name, level))
    return found


def _word(estimate: Estimate, p: float, metric: str, level: float) -> str:
    if estimate.low is None or estimate.high is None or p >= 1 - level or estimate.low <= 0 <= estimate.high:
        return "cannot-tell"
    return "better" if (estimate.low > 0) != (metric in LOWER_IS_BETTER) else "worse"


@dataclass(frozen=True, eq=False)
class _Cells:
    """The filled cells of T[target, answer 1, answer 2]: with many labels nearly all cells are empty."""

    size: int
    target: np.ndarray
    one: np.ndarray
    other: np.ndarray
    counts: np.ndarray

    @classmethod
    def of(cls, one: pd.DataFrame, other: pd.DataFrame, labels: Sequence[str]) -> _Cells:
        size = len(labels)
        columns = [codes(values, labels) for values in (one["target"], one["answer"], other["answer"])]
        if min(column.min(initial=0) for column in columns) < 0:
            counted(one, labels), counted(other, labels)  # one of them says what is wrong
        keys, counts = np.unique((columns[0] * size + columns[1]) * size + columns[2], return_counts=True)
        return cls(size, keys // size**2, keys // size % size, keys % size, counts)

    @property
    def won(self) -> int:
        return int(self.counts[(self.one == self.target) & (self.other != self.target)].sum())

    @property
    def lost(self) -> int:
        return int(self.counts[(self.one != self.target) & (self.other == self.target)].sum())

    def difference(self, figure: Callable[[np.ndarray], np.ndarray]) -> Callable[[np.ndarray], np.ndarray]:
        """Return the figure of the first run less that of the second, as a function of counts (..., cells)."""
        tables = [_gather(self.target * self.size + answer, self.size) for answer in (self.one, self.other)]
        return lambda counts: figure(tables[0](counts)) - figure(tables[1](counts))

    def swapped_p(self, figure: Callable[[np.ndarray], np.ndarray], seed: int) -> float:
        """Return how often swapping the two answers of items at random moves the figures as far apart as they are, two-sided."""
        low, high = np.minimum(self.one, self.other), np.maximum(self.one, self.other)
        key, place = np.unique((self.target * self.size + low) * self.size + high, return_inverse=True)
        total = np.bincount(place, weights=self.counts, minlength=len(key)).astype(np.int64)
        target, low, high = key // self.size**2, key // self.size % self.size, key % self.size
        both = _Cells(self.size, np.tile(target, 2), np.append(low, high), np.append(high, low), np.append(total, 0 * total))
        difference, rng, far, drawn = both.difference(figure), np.random.default_rng(seed), 0, 0
        observed = abs(float(self.difference(figure)(self.counts)))
        block = max(1, intervals.CELLS_AT_ONCE // max(len(key), self.size**2))
        for start in range(0, SWAPS, block):
            kept = rng.binomial(total, 0.5, size=(min(block, SWAPS - start), len(key)))
            gaps = np.abs(difference(np.concatenate([kept, total - kept], axis=1)))
            far, drawn = far + int((gaps >= observed - 1e-12).sum()), drawn + int(np.isfinite(gaps).sum())
        return (1 + far) / (1 + drawn)


def _gather(keys: np.ndarray, size: int) -> Callable[[np.ndarray], np.ndarray]:
    """Return what adds up cells (..., cells) of the same key into tables (..., size, size)."""
    order = np.argsort(keys, kind="stable")
    there, starts = np.unique(keys[order], return_index=True)

    def tables(counts: np.ndarray) -> np.ndarray:
        found = np.zeros((*counts.shape[:-1], size * size), np.int64)
        if len(keys):
            found[..., there] = np.add.reduceat(counts[..., order], starts, axis=-1)
        return found.reshape(*counts.shape[:-1], size, size)

    return tables


def _student_p(values: np.ndarray) -> float:
    """Return the two-sided p of a mean of 0, Student's t."""
    deviation = float(values.std(ddof=1)) / np.sqrt(len(values))
    if deviation == 0:
        return 1.0 if values.mean() == 0 else 0.0
    return tails.beyond(abs(float(values.mean())) / deviation, len(values) - 1)
