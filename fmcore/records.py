"""The frozen shapes that stages hand over. Knows no stage, no store and no screen.

Every record turns into JSON with :func:`to_json` and back with :func:`from_json`, so that what is stored,
exported and printed is one and the same thing.
"""

from __future__ import annotations

import dataclasses
import enum
import functools
import types
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fmcore.language import gettext

Json = Any
SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Sentence:
    """Something the engine tells a person: an English template and its values, put into words where it is shown."""

    template: str
    values: Mapping[str, str | int | float] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.template).format(**self.values)


def say(template: str, **values: str | int | float) -> Sentence:
    """Return a :class:`Sentence`.

    Example:
        >>> str(say("Found {count} empty cells in {column}.", count=3, column="text"))
        'Found 3 empty cells in text.'
    """
    return Sentence(template, dict(values))


@dataclass(frozen=True)
class Estimate:
    """A number with its uncertainty, or no value and the reason. There is no bare float in a report."""

    value: float | None
    low: float | None
    high: float | None
    level: float
    """Coverage of the interval, 0 to 1."""
    n: int
    """How many items the number rests on."""
    method: str
    reason: Sentence | None = None
    """Why there is no value; None when there is one."""


class Severity(enum.StrEnum):
    NOTE = "note"
    WARNING = "warning"
    BLOCKING = "blocking"
    """Makes results meaningless: a run waits until a person confirms it."""


@dataclass(frozen=True)
class Problem:
    """One kind of trouble found in a data set."""

    kind: str
    """Kebab-case id, never renamed: ``duplicate-texts``, ``train-test-overlap`` …"""
    severity: Severity
    count: int
    sentence: Sentence
    examples: tuple[str, ...] = ()
    """Up to five short excerpts, as they stand in the data: escape wherever drawn."""


@dataclass(frozen=True)
class Columns:
    """Which column plays which role."""

    text: str
    label: str
    text_pair: str | None = None
    groups: tuple[str, ...] = ()
    id: str | None = None
    split: str | None = None
    unit: str | None = None
    """Rows that share a value here (a person, a source) stay on one side of every split."""


@dataclass(frozen=True)
class Confirmation:
    """A person's word that blocking problems are known and accepted."""

    who: str
    when: str
    """ISO 8601, UTC."""
    kinds: tuple[str, ...]


@dataclass(frozen=True)
class Dataset:
    """A data set that was read, checked, split and stored. Never changes; another version is another Dataset."""

    id: str
    name: str
    version: int
    """1, 2, 3 … among the sets of the same name."""
    task: str
    columns: Columns
    labels: tuple[str, ...]
    """Sorted; the position is the class index everywhere."""
    rows: Mapping[str, int]
    """Split name → number of rows."""
    fingerprint: str
    """sha256 of the normalised content, the roles and the split."""
    split_seed: int | None
    source: str
    """Where it came from, for people: a file name, ``sample:…`` or ``hub:…``."""
    problems: tuple[Problem, ...]
    confirmation: Confirmation | None
    who: str
    when: str
    parent: str | None = None
    """Id of the data set that this one was made from; None where it was read from files."""
    changes: tuple[Sentence, ...] = ()
    """What was done to the rows on a person's wish, oldest first."""

    @property
    def needs_confirmation(self) -> bool:
        return self.confirmation is None and any(p.severity is Severity.BLOCKING for p in self.problems)


@dataclass(frozen=True)
class BaseModel:
    """A base model that was checked before use."""

    name: str
    """``embedded``, a hub name, or the absolute path of a local folder."""
    model_type: str
    """As in config.json: bert, distilbert, gpt2 …"""
    sha256: str | None
    """Of its weights; None for a hub model that is not downloaded yet."""
    n_parameters: int | None
    max_length: int
    """Longest input in tokens."""
    source: str
    """``embedded``, ``hub`` or ``folder``."""


@dataclass(frozen=True)
class RunSpec:
    """Enough to run it again."""

    stage: str
    """``finetune`` (later: pretrain, search)."""
    task: str
    dataset: str
    """Dataset id."""
    dataset_fingerprint: str
    split_seed: int | None
    base: BaseModel
    settings: Mapping[str, Json]
    """The JSON of the stage's pydantic settings."""
    code_version: str


class Status(enum.StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    STOPPED = "stopped"
    FAILED = "failed"
    DONE = "done"

    @property
    def is_final(self) -> bool:
        return self in (Status.STOPPED, Status.FAILED, Status.DONE)


@dataclass(frozen=True)
class Run:
    """One run and where it stands."""

    id: str
    name: str
    spec: RunSpec
    status: Status
    who: str
    when: str
    device: str | None = None
    started: str | None = None
    ended: str | None = None
    seconds: float | None = None
    """Training time over all attempts."""
    step: int = 0
    steps: int | None = None
    attempts: int = 0
    stop_requested: bool = False
    message: Sentence | None = None
    """Why it failed or stopped, or what it is doing now."""
    parents: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    version: int = 1
    """Grows with every edit by a person; an edit names the version it saw."""
    deleted: str | None = None
    """When it was put into the bin."""


@dataclass(frozen=True)
class Progress:
    """What a run reports at one step. ``values`` holds train_loss, learning_rate, examples_per_second, memory_mb,
    validation_loss, validation_accuracy, validation_macro-f1 … as far as known at that step."""

    step: int
    epoch: float
    when: float
    """Seconds since 1970."""
    values: Mapping[str, float]


@dataclass(frozen=True)
class Metric:
    """One stored figure of a run."""

    split: str
    name: str
    """Kebab-case: accuracy, macro-f1, loss …; per class ``precision``, ``recall``, ``f1`` with ``label``."""
    label: str | None
    estimate: Estimate


def to_json(record: Any) -> Json:
    """Return the record as plain JSON values; tuples become lists, None stays null, ``Sentence`` carries template and values."""
    if dataclasses.is_dataclass(record) and not isinstance(record, type):
        return {f.name: to_json(getattr(record, f.name)) for f in dataclasses.fields(record)}
    if isinstance(record, enum.Enum):
        return record.value
    if isinstance(record, Mapping):
        return {str(key): to_json(value) for key, value in record.items()}
    if isinstance(record, (list, tuple)):
        return [to_json(value) for value in record]
    return record


Record = TypeVar("Record")


def from_json(kind: type[Record], value: Json) -> Record:
    """Return the record of this kind that :func:`to_json` wrote. Unknown keys are ignored, missing ones take their default."""
    return _read(kind, value)


def _read(kind: Any, value: Json) -> Any:
    origin, inner = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _read(next(k for k in inner if k is not type(None)), value)
    if origin is tuple:
        return tuple(_read(inner[0], item) for item in value)
    if origin is not None and issubclass(origin, Mapping):
        return dict(value)
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return kind(value)
    if dataclasses.is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], item) for name, item in value.items() if name in hints})
    return value


@functools.cache
def _hints(kind: type) -> dict[str, Any]:
    """Return a record's field types; asked of typing once, because it reads every annotation anew."""
    hints = typing.get_type_hints(kind)
    return {f.name: hints[f.name] for f in dataclasses.fields(kind)}
