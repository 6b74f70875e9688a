"""Where the answers of an audit came from when they came as a table: enough to read the same once more. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class File:
    """One file, as it was read."""

    path: str
    name: str
    """What people call it."""
    sha256: str
    reading: Mapping[str, str | None] = field(default_factory=dict)
    """Options of :func:`fmcore.data.read.read_table`."""


@dataclass(frozen=True)
class Origin:
    """A table of answers, and what else the groups came from."""

    answers: File
    target: str
    answer: str
    score: str | None = None
    scored: str | None = None
    """The answer that a high score speaks for; None: the one that 1, true or yes stand for."""
    scores_both: bool = False
    """Whether one score was read as speaking for one of two answers and against the other."""
    id: str | None = None
    groups: File | None = None
    """A second table with group columns."""
    groups_id: str | None = None
    """Its column that is matched with ``id``."""
    text: str | None = None
    """The column of texts in which words were looked for."""
    lexicon: File | None = None
    """A person's own words; None: those that ship."""

    @property
    def files(self) -> tuple[File, ...]:
        return tuple(one for one in (self.answers, self.groups, self.lexicon) if one is not None)
