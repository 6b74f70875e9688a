"""The shapes of an audit: what was asked, what was found, what follows. Frozen; JSON by :mod:`fmcore.records`; knows no formula.

A *grouping* is one way to sort everybody into groups: the columns in ``by``. A *question* is one measure, for one answer, over one
grouping, and gets one verdict.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fmcore.audit.situation import Situation
from fmcore.records import Estimate, Sentence, to_json

Group = Mapping[str, str]
"""Column → value; one entry for a plain group, several for an intersection."""
MISSING = "missing"
"""The group of the rows whose column is empty."""


class Finding(enum.StrEnum):
    PASS = "pass"
    FAIL = "fail"
    UNCERTAIN = "not-enough-evidence"


@dataclass(frozen=True)
class GroupBy:
    """How one column sorts rows into groups."""

    column: str
    kind: str = "values"
    """``values`` (each value a group), ``bins`` (numbers, cut at ``edges``), ``terms`` (words found in the text; the column holds them)."""
    edges: tuple[float, ...] = ()
    """Where ``bins`` cut, ascending; a bin holds its lower edge. Empty: ``bins`` equal shares of the rows."""
    bins: int = 4
    reference: str | None = None
    """The group that every other one is held against; None: the two that lie furthest apart."""


@dataclass(frozen=True)
class AuditSpec:
    """Everything a person chose before looking. The same spec on the same answers gives the same audit."""

    groups: tuple[GroupBy, ...]
    source: str | None = None
    """Run id; None for a table from elsewhere."""
    split: str | None = None
    fingerprint: str = ""
    """sha256 of the answers and groups that were audited."""
    intersections: bool = False
    """Compare combinations of all group columns as well."""
    favourable: str | None = None
    """The answer that people hope for. None: the engine says which it took, or asks each label in turn where there are more than two."""
    measures: tuple[str, ...] = ()
    """Ids of :mod:`fmcore.audit.measures`; none: the usual ones, as far as the answers allow."""
    judged: tuple[str, ...] = ()
    """Those of them that get a verdict; none: all that were chosen, and of the usual ones those that don't repeat each other."""
    tolerance: float = 0.1
    """The widest difference that is acceptable, 0 to 1."""
    control: str | None = None
    """Compare only rows that share a value of this column."""
    minimum_rows: int = 30
    minimum_positives: int = 20
    minimum_negatives: int = 20
    level: float = 0.95
    replicates: int = 1000
    seed: int = 0
    correction: str = "holm"
    """``holm`` over all questions asked, or ``none``."""
    told: Situation | None = None
    """What the person said from which the measures follow; None: they were chosen directly."""

    @property
    def asked(self) -> tuple[str, ...]:
        """The measures that get a verdict."""
        return self.judged or self.measures


@dataclass(frozen=True)
class GroupCounts:
    """How many rows a group has, by target and by answer."""

    group: Group
    rows: int
    targets: Mapping[str, int]
    answers: Mapping[str, int]
    within: Group = field(default_factory=dict)
    """Value of the control column; empty where none was chosen."""


@dataclass(frozen=True)
class GroupFigure:
    """One measure of one group."""

    measure: str
    label: str | None
    """The answer that counts as positive; None for measures of all labels together."""
    group: Group
    estimate: Estimate
    within: Group = field(default_factory=dict)


@dataclass(frozen=True)
class Gap:
    """The gap of one measure between two groups that are large enough: of a grouping the widest, or of a group and the reference."""

    measure: str
    label: str | None
    by: tuple[str, ...]
    kind: str
    """``difference`` (0: served alike) or ``ratio`` of the smaller to the larger (1: served alike)."""
    groups: tuple[Group, ...]
    """Worst, best; empty where there is nothing to compare. Of equalized odds: of the wider of its two gaps."""
    estimate: Estimate
    within: Group = field(default_factory=dict)
    part: str | None = None
    """Of equalized odds: ``tpr`` or ``fpr``, whichever gap is wider."""
    pair: tuple[Group, ...] = ()
    """The group that was asked about and the reference; empty where any two groups were compared."""


@dataclass(frozen=True)
class Verdict:
    """The answer to one question, and what it rests on."""

    measure: str
    label: str | None
    by: tuple[str, ...]
    verdict: Finding
    sentence: Sentence
    tolerance: float
    """Of a difference the most, of a ratio the least that is acceptable."""
    gap: Estimate
    """The gap with the interval that decided: its level is corrected for the number of questions."""
    groups: tuple[Group, ...] = ()
    """Worst, best."""
    within: Group = field(default_factory=dict)
    kind: str = "difference"
    smallest_gap: float | None = None
    """The smallest true gap that these rows would have shown to be beyond the tolerance, with power 0.8."""
    rows_needed: int | None = None
    """How many more rows of the same make-up would settle it if the gap is as wide as it looks. 0: settled. None: no number would."""
    fact: Sentence | None = None
    """What was seen in the two groups, in everyday words."""
    caveat: Sentence | None = None
    """Which groups were left out, by name."""
    narrower: Sentence | None = None
    """Of equalized odds: what was seen in the narrower of the two gaps."""
    pair: tuple[Group, ...] = ()
    """The group that was asked about and the reference; empty where any two groups were compared."""

    def words(self) -> str:
        """Return fact, verdict, narrower gap and caveat, a sentence each."""
        return " ".join(str(part) for part in (self.fact, self.sentence, self.narrower, self.caveat) if part is not None)


@dataclass(frozen=True)
class Part(Verdict):
    """The verdict on a part of a question: it fails only where the question does."""

    follows: str = ""
    """The measure of that question."""


@dataclass(frozen=True)
class LeftOut:
    """A group that was too small to compare, by name."""

    group: Group
    measure: str
    label: str | None
    rows: int
    positives: int
    negatives: int
    sentence: Sentence
    within: Group = field(default_factory=dict)


@dataclass(frozen=True)
class ScoreCounts:
    """How the scores for one answer are spread in one group: counts in equal bins from 0 to 1."""

    label: str
    group: Group
    positives: tuple[int, ...]
    """Rows whose target is the label."""
    negatives: tuple[int, ...]
    within: Group = field(default_factory=dict)


@dataclass(frozen=True)
class Audit:
    """One audit, whole. Never changes once stored."""

    id: str
    """``a-`` and 12 hex digits of its content's sha256: the same answers and spec give the same id."""
    spec: AuditSpec
    rows: int
    labels: tuple[str, ...]
    counts: tuple[GroupCounts, ...]
    by_group: tuple[GroupFigure, ...]
    gaps: tuple[Gap, ...]
    """Widest first within each measure kind."""
    verdicts: tuple[Verdict, ...]
    """One per question: those that fail first, then by the size of the gap."""
    parts: tuple[Part, ...] = ()
    """Where nobody chose: verdicts on measures that are parts of a question, and so are counted in none."""
    four_fifths: tuple[Verdict, ...] = ()
    """Disparate impact: the ratio of selection rates against 0.8."""
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[Sentence, ...] = ()
    scores: tuple[ScoreCounts, ...] = ()
    who: str = ""
    when: str = ""
    version: str = ""
    """Of the code that computed it; empty in records from before it was kept."""

    def to_json(self) -> dict[str, Any]:
        """Return what ``python -m fmcore audit --json`` prints, sentences in words; :func:`fmcore.records.to_json` is what is stored."""
        return {
            "id": self.id,
            "by_group": [_flat(figure) for figure in self.by_group],
            "gaps": [_flat(gap) for gap in self.gaps],
            "verdicts": [*map(_verdict, self.verdicts), *map(_verdict, self.parts)],
            "four_fifths": [_verdict(verdict) for verdict in self.four_fifths],
            "left_out": [{**to_json(group), "sentence": str(group.sentence)} for group in self.left_out],
            "notes": [str(note) for note in self.notes],
            "counts": to_json(self.counts),
            "scores": to_json(self.scores),
            "rows": self.rows,
            "labels": list(self.labels),
            "spec": to_json(self.spec),
            "fingerprint": self.spec.fingerprint,
            "who": self.who,
            "when": self.when,
            "version": self.version,
        }


def estimate_json(estimate: Estimate) -> dict[str, Any]:
    """Return an estimate as people's scripts read it: the reason in words, and only where there is no value."""
    fields = to_json(replace(estimate, reason=None))
    del fields["reason"]
    return fields if estimate.reason is None else {**fields, "reason": str(estimate.reason)}


def _flat(record: GroupFigure | Gap) -> dict[str, Any]:
    fields = to_json(replace(record, estimate=replace(record.estimate, reason=None)))
    del fields["estimate"]
    if not fields.get("pair", True):
        del fields["pair"]
    return {**fields, **estimate_json(record.estimate)}


def _verdict(verdict: Verdict) -> dict[str, Any]:
    fields = to_json(verdict)
    del fields["fact"], fields["caveat"], fields["narrower"]
    if not verdict.pair:
        del fields["pair"]
    return {**fields, "sentence": verdict.words(), "gap": estimate_json(verdict.gap)}
