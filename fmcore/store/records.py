"""What the store takes and gives back: frozen records, never database rows. Knows no table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fmcore.records import Metric, Progress, Run, RunSpec, Sentence, Status


@dataclass(frozen=True)
class Identity:
    """A process, known by boot, pid and start time together: a pid alone comes back after a restart."""

    boot_id: str
    pid: int
    started: float
    """Seconds since 1970."""
    host: str


@dataclass(frozen=True)
class Claim:
    """A run that one worker holds. Every write of the job shows the token; a later claim makes it void."""

    run: Run
    token: int


@dataclass(frozen=True)
class Abandoned:
    """A running job that was silent for longer than its lease."""

    run_id: str
    token: int
    identity: Identity

    def __iter__(self):
        return iter((self.run_id, self.token, self.identity))


@dataclass(frozen=True)
class Where:
    """A condition on one column: ``Where("metric:test/accuracy", ">=", 0.9)``, ``Where("setting:seed", "=", 0)``.

    Runs that lack the figure never match, whatever the operator.
    """

    column: str
    operator: str
    """One of ``= != < <= > >=``."""
    value: float | str


@dataclass(frozen=True)
class RunQuery:
    """Which runs, in which order, with which figures."""

    search: str = ""
    """Words that must all occur in the id, name, notes, data set, base model, owner or a tag; the case of A to Z is ignored."""
    status: Status | None = None
    stages: tuple[str, ...] = ()
    """Only runs of these stages; () means all."""
    dataset: str | None = None
    tag: str | None = None
    deleted: bool = False
    """True lists the bin instead."""
    where: tuple[Where, ...] = ()
    sort: str = "when"
    """``when``, ``name``, ``seconds``, ``status``, ``metric:<split>/<name>`` or ``setting:<name>``.

    Runs without it come last, either way."""
    descending: bool = True
    offset: int = 0
    limit: int = 50
    columns: tuple[str, ...] = ()
    """``metric:…`` and ``setting:…`` figures to return with each run."""


@dataclass(frozen=True)
class RunRow:
    """A run and the figures asked for; a figure that it lacks is absent."""

    run: Run
    values: Mapping[str, float | str]


@dataclass(frozen=True)
class Page:
    """One page of runs and how many there are in all."""

    runs: list[RunRow]
    total: int
    damaged: tuple[str, ...] = ()
    """Ids of the runs of this page whose record can't be read; they count in ``total``."""


@dataclass(frozen=True)
class NewRun:
    """A run to be queued."""

    spec: RunSpec
    name: str
    who: str
    key: str
    """Names the wish, not the run: the same key gives the first run again, so a triple click is one run."""
    parents: tuple[str, ...] = ()
    id: str | None = None
    """Chosen by the store when None."""


@dataclass(frozen=True)
class LoggedRun:
    """A run that happened elsewhere and is recorded whole, after the fact."""

    new: NewRun
    progress: Sequence[Progress] = ()
    metrics: Sequence[Metric] = ()
    status: Status = Status.DONE
    seconds: float | None = None
    device: str | None = None
    tags: tuple[str, ...] = ()
    notes: str = ""


@dataclass(frozen=True)
class Look:
    """One look at a sealed test split."""

    who: str
    when: str
    how: str


@dataclass(frozen=True)
class Token:
    """An API key, without its secret."""

    id: str
    run: str
    """Id of the one run that it opens."""
    who: str
    """Who made it."""
    when: str
    expires: str
    revoked: str | None
    """When it was taken back, or None."""
    name: str


@dataclass(frozen=True)
class Example:
    """A text to click, and its second text where a run was trained on pairs."""

    text: str
    pair: str | None = None


@dataclass(frozen=True)
class DemoSettings:
    """How a demo link shows its run."""

    level: float = 0.7
    """Below this confidence the answer is "I'd rather ask a person"; 0 to 1."""
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class Link:
    """A demo link, without its secret."""

    id: str
    run: str
    """Id of the one run that it shows."""
    who: str
    """Who made it."""
    when: str
    expires: str
    revoked: str | None
    """When it was taken back, or None."""
    title: str
    settings: DemoSettings
    visits: int


@dataclass(frozen=True)
class Feedback:
    """What one person said of one answer."""

    id: str
    run: str
    text: str
    pair: str | None
    answer: str
    scores: Mapping[str, float]
    wrong: bool
    right: str | None
    """The answer that would be right, where the person knew."""
    comment: str
    who: str
    when: str
    link: str | None
    """Id of the demo link through which it came; None from inside the lab."""


@dataclass(frozen=True)
class Event:
    """One act that changed something."""

    who: str
    when: str
    what: str
    """Kebab-case id: ``run-added``, ``run-edited`` …"""
    subject: str
    """Id of the run or data set."""
    sentence: Sentence
