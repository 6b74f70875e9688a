"""The shapes of what ``verify`` answers: one check per thing that was held against its record."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from fmcore.records import Sentence


class State(enum.StrEnum):
    OK = "ok"
    CHANGED = "changed"
    MISSING = "missing"
    NOT_RECORDED = "not-recorded"
    """Nothing was kept that it could be held against."""
    NOT_AT_HAND = "not-at-hand"
    """It rests on a file of somebody's own that is no longer there; what is kept here of it is unchanged."""


@dataclass(frozen=True)
class Check:
    """One thing that was held against its record."""

    what: str
    """``spec``, ``data``, ``model``, ``predictions/<split>``, ``metrics/<split>``, ``swaps``, ``swaps/<id>``,
    ``explanations``, ``record``, ``listed``, ``fingerprints``, ``looks``, ``card`` or ``audits/<id>``."""
    state: State
    sentence: Sentence
    items: tuple[str, ...] = ()
    """Ids of the rows, or names of the files or figures, that are not as they were; as far as they can be named."""

    @property
    def is_fine(self) -> bool:
        return self.state in (State.OK, State.NOT_RECORDED, State.NOT_AT_HAND)


@dataclass(frozen=True)
class Verified:
    """What became of one run."""

    run_id: str
    checks: tuple[Check, ...]

    @property
    def is_fine(self) -> bool:
        return all(check.is_fine for check in self.checks)
