"""One measure over the groups of a grouping: figures by group, and the widest gap with its interval.

Works on counts and histograms; sees no row. A gap is resampled whole (:mod:`fmcore.stats.widest`).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from fmcore.audit import measures
from fmcore.audit.enough import has_enough, lacks, left_out, too_few
from fmcore.audit.measures import MEASURES, PARTS, Counts, Measure, title
from fmcore.audit.records import AuditSpec, Gap, Group, GroupFigure, LeftOut
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals
from fmcore.stats.group_figures import F1, FIXED, Figures, deviation_at, errors_of
from fmcore.stats.intervals import none
from fmcore.stats.widest import widest

METHOD = "bootstrap, whole gap"


@dataclass(frozen=True, eq=False)
class Compared:
    """The counts of one grouping in one stratum, and their resamples."""

    by: tuple[str, ...]
    within: Group
    groups: tuple[Group, ...]
    table: np.ndarray
    """int64, (G, C, C): group, target, answer."""
    labels: tuple[str, ...]
    replicates: int
    seed: int
    made: dict = field(default_factory=dict, repr=False)

    def counts(self, label: int | None, *, resampled: bool = False) -> Counts:
        """Return the counts of a label (None: of right and wrong answers): observed (G,), or resampled (G, B)."""
        if (label, resampled) not in self.made:
            table = self.resampled if resampled else self.table
            self.made[label, resampled] = measures.of_all(table) if label is None else measures.against_others(table, label)
        return self.made[label, resampled]

    @functools.cached_property
    def resampled(self) -> np.ndarray:
        """The table of resampled rows, Multinomial(n, table / n): float32, (G, B, C, C). Drawn when first asked for."""
        filled = np.flatnonzero(self.table)
        counts = self.table.ravel()[filled]
        whole = np.zeros((self.table.size, self.replicates), np.float32)  # exact up to 16 million rows in a cell, to 1 in 10 million beyond
        if len(filled):
            generator = np.random.default_rng(self.seed)
            whole[filled] = generator.multinomial(int(counts.sum()), counts / counts.sum(), size=self.replicates).T
        return np.moveaxis(whole.reshape(*self.table.shape, self.replicates), -1, 1)


@dataclass(frozen=True, eq=False)
class Question:
    """One measure of one answer over one grouping: what is compared and what it takes to say how sure."""

    measure: str
    label: str | None
    by: tuple[str, ...]
    within: Group
    groups: tuple[Group, ...]
    parts: tuple[str, ...]
    """The measures that are compared: one, or two for equalized odds."""
    seen: np.ndarray
    """(K, G): figures as they are reported; NaN where undefined or left out."""
    value: np.ndarray
    """(K, G): the same with resampling's bias taken off, where it has one."""
    n: np.ndarray
    errors: np.ndarray
    """float32, (K, G, B)."""
    kind: np.ndarray
    spread: np.ndarray
    sizes: np.ndarray
    """(G,): rows of each group."""
    rows: int
    """Rows of the groups that take part."""
    lacking: Sentence | None = None
    """Why there is nothing to compare."""
    pair: tuple[Group, ...] = ()
    """The group that is asked about and the reference; empty where any two groups are compared."""

    @property
    def items(self) -> int:
        """Rows that the compared figures rest on: of a rate those that it is a share of, of figures of scores all rows of their groups."""
        is_counted = all(part in MEASURES for part in self.parts)
        return int(self.n[np.isfinite(self.seen)].sum()) if is_counted else self.rows


def compared(
    by: tuple[str, ...],
    groups: tuple[Group, ...],
    table: np.ndarray,
    labels: tuple[str, ...],
    spec: AuditSpec,
    *,
    within: Group | None = None,
) -> Compared:
    """Return the counts of a grouping, with ``spec.replicates`` resamples of its rows at hand."""
    return Compared(by, within or {}, groups, table, labels, spec.replicates, spec.seed)


def figures(found: Compared, measure: str, label: int | None, spec: AuditSpec) -> list[GroupFigure]:
    """Return the measure in every group, small ones included, each with Wilson's interval."""
    how, counts = MEASURES[measure], found.counts(label)
    part, whole = how.part(counts).tolist(), how.whole(counts).tolist()
    name = None if label is None else found.labels[label]
    made = []
    for group, hits, n in zip(found.groups, part, whole, strict=True):
        reason = None if n else lacks(how, name)
        estimate = intervals.wilson(hits, n, spec.level, reason=reason)
        made.append(GroupFigure(measure, name, group, _as_f1(estimate) if how.kind == F1 else estimate, found.within))
    return made


def question(found: Compared, measure: str, label: int | None, spec: AuditSpec) -> tuple[Question, list[LeftOut]]:
    """Return what is asked of one measure, and the groups that are too small for it, by name."""
    parts = PARTS.get(measure, (measure,))
    counts, resampled = found.counts(label), found.counts(label, resampled=True)
    name = None if label is None else found.labels[label]
    each = [has_enough(MEASURES[part], counts, spec) for part in parts]
    enough, scarce = np.logical_and.reduce(each), parts[int(np.argmin([some.sum() for some in each]))]
    made = [_part(MEASURES[part], counts, resampled, enough, spec.seed) for part in parts]
    seen, n, errors = (np.stack([part[i] for part in made]) for i in range(3))
    kinds = np.array([MEASURES[part].kind for part in parts])
    asked = Question(
        measure, name, found.by, found.within, found.groups, parts, seen, seen, n, errors, kinds, np.zeros(seen.shape), counts.rows,
        int(counts.rows[enough].sum()), None if enough.sum() > 1 else too_few(found.groups, MEASURES[scarce], counts, name, spec),
    )  # fmt: skip
    return asked, left_out(found.groups, found.within, measure, name, counts, enough)


def gaps(questions: Sequence[Question], spec: AuditSpec) -> list[Gap]:
    """Return the widest difference and the smallest ratio of each question, with intervals."""
    found: dict[int, list[Gap]] = {index: [_nothing(asked, kind, spec) for kind in KINDS] for index, asked in enumerate(questions)}
    for indices, stacked in stack(questions):
        for place, kind in enumerate(KINDS):
            chosen = [i for i, index in enumerate(indices) if kind == "difference" or _has_ratio(questions[index])]
            if not chosen:
                continue
            figures = replace(stacked[np.array(chosen)], is_ratio=kind == "ratio")
            _, low, high = widest(figures, 1 - spec.level)
            for i, at_least, at_most in zip(chosen, low.tolist(), high.tolist(), strict=True):
                found[indices[i]][place] = gap(questions[indices[i]], kind, at_least, at_most, spec.level)
    return [one for index in range(len(questions)) for one in found[index] if _is_meant(questions[index], one)]


KINDS = ("difference", "ratio")


def stack(questions: Sequence[Question]) -> Iterable[tuple[list[int], Figures]]:
    """Yield questions of one shape together, with their places; groups that are left out and questions without two groups fall away."""
    shapes: dict[tuple[int, int, bool], list[int]] = {}
    for index, asked in enumerate(questions):
        if asked.lacking is None:
            taking = int(np.isfinite(asked.value[0]).sum())
            shapes.setdefault((len(asked.parts), taking, bool((asked.kind == FIXED).any())), []).append(index)
    for (_, _, is_fixed), indices in shapes.items():
        some = [questions[index] for index in indices]
        taking = [np.flatnonzero(np.isfinite(asked.value[0])) for asked in some]
        value, n, errors, spread = (
            np.stack([getattr(asked, name)[:, chosen] for asked, chosen in zip(some, taking, strict=True)])
            for name in ("value", "n", "errors", "spread")
        )
        yield indices, Figures(value, n, errors, np.stack([asked.kind for asked in some]), spread if is_fixed else None)


def gap(asked: Question, kind: str, low: float, high: float, level: float) -> Gap:
    """Return the record of one gap: its value as seen, and an interval that holds it."""
    value, part, worst, best = extremes(asked, kind)
    if value is None:
        reason = say("The {measure} is 0 in every group, so there is no ratio.", measure=title(asked.measure))
        return replace(_nothing(asked, kind, None), groups=(), estimate=none(reason, n=asked.items, level=level, method=METHOD))
    estimate = Estimate(value, min(low, value), max(high, value), level, asked.items, METHOD)
    groups = (asked.groups[worst], asked.groups[best])
    of = asked.parts[part] if len(asked.parts) > 1 else None
    return Gap(asked.measure, asked.label, asked.by, kind, groups, estimate, asked.within, of, asked.pair)


def extremes(asked: Question, kind: str = "difference") -> tuple[float | None, int, int, int]:
    """Return the gap as seen, which part it is of, and the places of the worst and the best group."""
    least, most = np.nanargmin(asked.seen, -1), np.nanargmax(asked.seen, -1)
    for part in np.flatnonzero(least == most):  # all alike: still two groups, and not one beside itself
        most[part] = np.flatnonzero(np.isfinite(asked.seen[part]))[-1]
    parts = np.arange(len(asked.parts))
    small, large = asked.seen[parts, least], asked.seen[parts, most]
    if kind == "difference":
        part = int(np.argmax(large - small))
        value: float | None = float(large[part] - small[part])
    else:
        shares = np.divide(small, large, out=np.full(len(parts), np.inf), where=large > 0)
        part = int(np.argmin(shares))
        value = float(shares[part]) if np.isfinite(shares[part]) else None
    ends = int(least[part]), int(most[part])
    worst, best = ends[::-1] if higher_is_worse(asked.parts[part]) else ends
    return value, part, worst, best


def higher_is_worse(measure: str) -> bool:
    return MEASURES[measure].higher_is_worse if measure in MEASURES else measure == "ece"


def _part(how: Measure, counts: Counts, resampled: Counts, enough: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return figures, items they rest on, and standardised errors of the resamples."""
    value = np.where(enough, measures.figure(how, counts), np.nan)
    n = how.whole(counts).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = how.part(resampled) / how.whole(resampled)
        drawn = 2 * drawn / (1 + drawn) if how.kind == F1 else drawn
    return value, n, errors_of(drawn, value, deviation_at(value, n, how.kind), seed=seed + 1)


def _as_f1(jaccard: Estimate) -> Estimate:
    if jaccard.value is None or jaccard.low is None or jaccard.high is None:
        return jaccard
    value, low, high = (2 * j / (1 + j) for j in (jaccard.value, jaccard.low, jaccard.high))
    return replace(jaccard, value=value, low=min(low, value), high=max(high, value))


def _nothing(asked: Question, kind: str, spec: AuditSpec | None) -> Gap:
    reason = asked.lacking or say("There is no ratio of {measure}.", measure=title(asked.measure))
    estimate = none(reason, n=asked.items, level=spec.level if spec else 0.95, method=METHOD)
    return Gap(asked.measure, asked.label, asked.by, kind, (), estimate, asked.within, pair=asked.pair)


def _has_ratio(asked: Question) -> bool:
    return not (asked.kind == FIXED).any()


def _is_meant(asked: Question, one: Gap) -> bool:
    return one.kind == "difference" or _has_ratio(asked)
