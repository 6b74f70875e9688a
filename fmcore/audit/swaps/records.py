"""The shapes of a swap test: what was asked, how often and how far answers moved, what follows. Frozen; knows no formula."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from fmcore.audit.records import Group, Verdict, estimate_json
from fmcore.records import Estimate, Sentence, to_json

FLIP_RATE, SCORE_MOVE, SCORE_DISTANCE = "flip-rate", "score-move", "score-distance"
"""How often the answer changes; how far the favourable score moves, with its sign; how far the scores of all labels move, without one."""


@dataclass(frozen=True)
class SwapSpec:
    """Everything a person chose before looking."""

    source: str | None = None
    """Id of the run that answered."""
    favourable: str | None = None
    """The answer that people hope for. None: the usual one of two; with more labels, scores have no direction."""
    tolerance: float = 0.05
    """The most that is acceptable: of a flip rate as a share, of a move in score, 0 to 1."""
    minimum_sentences: int = 20
    """Pairs of groups with fewer different sentences get no verdict."""
    level: float = 0.95
    worst: int = 20
    """How many of the sentences that move farthest are listed; of each category some at least."""


@dataclass(frozen=True)
class SwapFigure:
    """One measure, of a category or of one pair of groups in it."""

    measure: str
    category: str
    groups: tuple[Group, ...]
    """From, to; empty for the whole category."""
    estimate: Estimate
    """``n`` counts sentences, not swaps: several swaps of one sentence are averaged first."""
    label: str | None = None
    """Whose score moved."""


@dataclass(frozen=True)
class Moved:
    """One swap whose score moved far."""

    item: str
    category: str
    groups: tuple[Group, ...]
    before: str
    """As people wrote it: escape wherever drawn."""
    after: str
    answer_before: str
    answer_after: str
    move: float
    """Of the favourable score, or the distance between all scores where there is none."""


@dataclass(frozen=True)
class SwapLeftOut:
    """A pair of groups with too few sentences for a verdict, by name."""

    category: str
    groups: tuple[Group, ...]
    sentences: int
    sentence: Sentence


@dataclass(frozen=True)
class SwapAudit:
    """One swap test, whole."""

    spec: SwapSpec
    labels: tuple[str, ...]
    pairs: int
    sentences: int
    figures: tuple[SwapFigure, ...]
    verdicts: tuple[Verdict, ...]
    """One per measure and pair of groups: those that fail first, then by size."""
    by_category: Mapping[str, str]
    """Category → ``fail`` if any of its questions fails, ``pass`` if all pass and none was left out, else ``not-enough-evidence``."""
    left_out: tuple[SwapLeftOut, ...] = ()
    worst: tuple[Moved, ...] = ()
    notes: tuple[Sentence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return what ``python -m fmcore swaps --json`` prints; sentences in words."""
        return {
            "figures": [_flat(figure) for figure in self.figures],
            "verdicts": [
                {**to_json(verdict), "sentence": str(verdict.sentence), "gap": estimate_json(verdict.gap)} for verdict in self.verdicts
            ],
            "by_category": dict(self.by_category),
            "left_out": [{**to_json(one), "sentence": str(one.sentence)} for one in self.left_out],
            "worst": to_json(self.worst),
            "notes": [str(note) for note in self.notes],
            "pairs": self.pairs,
            "sentences": self.sentences,
            "labels": list(self.labels),
            "spec": to_json(self.spec),
        }


def _flat(figure: SwapFigure) -> dict[str, Any]:
    fields = to_json(replace(figure, estimate=replace(figure.estimate, reason=None)))
    del fields["estimate"]
    return {**fields, **estimate_json(figure.estimate)}
