"""From records to table rows and back: the only place that knows both shapes of a run."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import operator
import struct
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import BaseModel, Estimate, Json, Metric, Progress, Run, RunSpec, Sentence, Status, from_json
from fmcore.store.part import UNREADABLE, Made, damaged, decode, dumps, encode, load_sentence
from fmcore.store.tables import contents, runs, tags

_SAME = (
    *("id", "name", "who", "device", "started", "ended", "seconds", "step", "steps", "attempts"),
    *("stop_requested", "notes", "version", "deleted"),
)
RUN = (
    *(contents.c.spec, runs.c.status, runs.c.at, runs.c.message, runs.c.parents, runs.c.number),
    *(runs.c[name] for name in _SAME),
)
"""The columns that a run is made of, in the order that :func:`make_run` takes them in."""
INDEXED = 500
"""Longest text of a setting that is kept for sorting, in characters: PostgreSQL refuses index entries over 2,704 bytes."""


def load_runs(connection: sa.Connection, numbers: Sequence[int]) -> list[Run]:
    """Return the runs of these numbers, in their order; numbers that are gone are left out."""
    if not numbers:
        return []
    chosen = _run_query.where(runs.c.number.in_(numbers))
    tagged = load_tags(connection, numbers)
    found = {row[5]: make_run(row, tagged) for row in connection.execute(chosen).all()}
    return [found[number] for number in numbers if number in found]


_run_query = sa.select(*RUN).join(contents, contents.c.run == runs.c.number)
_tag_query = sa.select(tags.c.run, tags.c.tag).where(tags.c.run.in_(sa.bindparam("numbers", expanding=True))).order_by(tags.c.tag)


def load_run(connection: sa.Connection, number: int) -> Run:
    """Return one run that is there. Raises DamagedError: it can't be read, or only its row in ``runs`` is left."""
    for run in load_runs(connection, [number]):
        return run
    raise damaged(f"run {connection.execute(sa.select(runs.c.id).where(runs.c.number == number)).scalar()}")


def load_tags(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Return the tags of each run that has any, in order."""
    tagged: dict[int, list[str]] = {}
    for run, tag in connection.execute(_tag_query, {"numbers": numbers}).all():
        tagged.setdefault(run, []).append(tag)
    return tagged


def make_run(row: Sequence[Any], tagged: Mapping[int, Sequence[str]]) -> Run:
    """Return the run that these columns, those of :data:`RUN`, are. Raises DamagedError: one of them can't be read."""
    spec, status, at, message, parents, number = row[:_OWN]
    fields = dict(zip(_SAME, row[_OWN : len(RUN)], strict=True))
    try:
        fields["spec"] = load_spec(decode(spec))
        fields["status"] = _STATUS[status]
        fields["message"] = load_sentence(message)
        fields["parents"] = () if parents == "[]" else tuple(decode(parents))
        datetime.fromisoformat(at)  # a moment that is none would break whoever draws it
    except UNREADABLE as error:
        raise damaged(f"run {fields['id']}") from error
    fields["when"] = at
    fields["tags"] = tuple(tagged[number]) if number in tagged else ()
    return _made(Run, fields)


_OWN = len(RUN) - len(_SAME)
_STATUS = {status.value: status for status in Status}


def _made(kind: type[Made], fields: dict[str, Any]) -> Made:
    """Return the frozen record that has these fields, all of its kind; its own ``__init__`` takes five times as long."""
    made = object.__new__(kind)
    vars(made).update(fields)
    return made


def dump_spec(spec: RunSpec) -> str:
    """Return what ``dumps(spec)`` does, in a third of its time: logging a run spends much of it here."""
    if type(spec.settings) is not dict:
        return dumps(spec)
    return encode({**vars(spec), "base": vars(spec.base)})


_SPEC, _BASE = ({field.name for field in dataclasses.fields(kind)} for kind in (RunSpec, BaseModel))


def load_spec(value: Json) -> RunSpec:
    """Return what ``from_json(RunSpec, value)`` does, 25 times as fast: a page reads fifty. ``value`` becomes the spec's own."""
    if value.keys() == _SPEC:
        value["base"] = _base(tuple(value["base"].items()))
        return _made(RunSpec, value)
    known = value if value.keys() <= _SPEC else {name: item for name, item in value.items() if name in _SPEC}
    return RunSpec(**known | {"base": _base(tuple(value["base"].items()))})


@functools.lru_cache(maxsize=64)
def _base(items: tuple[tuple[str, Json], ...]) -> BaseModel:
    return BaseModel(**{name: item for name, item in items if name in _BASE})


def sortable(value: Json) -> float | str:
    """Return a setting as it is sorted and filtered: numbers (and yes or no, as 1 or 0) by size, all else by its text."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    return (value if isinstance(value, str) else dumps(value)).replace("\0", "")[:INDEXED]  # PostgreSQL's texts can't hold \0


def dump_figures(settings: Mapping[str, Json], metrics: Iterable[Metric]) -> bytes:
    """Return what the run can be sorted by: its settings, and its figures that are not about one class."""
    numbers = {f"metric:{one.split}/{one.name}": one.estimate.value for one in metrics if not one.label}
    texts = {}
    for name, value in settings.items():
        if value is not None:
            what = sortable(value)
            (texts if isinstance(what, str) else numbers)[f"setting:{name}"] = what
    # What equals itself is a number: a setting that isn't has no place in an order.
    numbers = {name: value for name, value in numbers.items() if value is not None and value == value}
    head = _head_of(tuple(numbers), tuple(texts.items()))
    return struct.pack(f"<I{len(head)}s{len(numbers)}d", len(head), head, *numbers.values())


@functools.lru_cache(maxsize=64)
def _head_of(names: tuple[str, ...], texts: tuple[tuple[str, str], ...]) -> bytes:
    return encode([names, dict(texts)]).encode()


def load_figures(packed: bytes) -> dict[str, float | str]:
    """Return a run's figures by column. Runs of one kind share their names, which are read once; a page reads fifty runs.

    Raises:
        DamagedError: they can't be read.
    """
    try:
        (length,) = _LENGTH.unpack_from(packed)
        names, texts, numbers = _head(packed[4 : 4 + length])
        return dict(zip(names, numbers.unpack_from(packed, 4 + length), strict=True)) | texts
    except UNREADABLE as error:
        raise damaged(_SOME_RUN) from error


def pick_figures(packed: bytes, wanted: tuple[str, ...]) -> dict[str, float | str]:
    """Return those of :func:`load_figures` that are wanted, in half its time; raises as it does."""
    try:
        (length,) = _LENGTH.unpack_from(packed)
        names, places, texts, numbers = _picked(packed[4 : 4 + length], wanted)
        return dict(zip(names, places(numbers.unpack_from(packed, 4 + length)), strict=True)) | texts
    except UNREADABLE as error:
        raise damaged(_SOME_RUN) from error


_SOME_RUN = "a run (`python -m fmcore verify` names it)"
_LENGTH = struct.Struct("<I")


@functools.lru_cache(maxsize=256)
def _head(text: bytes) -> tuple[list[str], dict[str, str], struct.Struct]:
    names, texts = decode(text)
    return names, texts, struct.Struct(f"<{len(names)}d")


@functools.lru_cache(maxsize=256)
def _picked(
    text: bytes, wanted: tuple[str, ...]
) -> tuple[list[str], Callable[[tuple[float, ...]], Sequence[float]], dict[str, str], struct.Struct]:
    names, texts, numbers = _head(text)
    place = {name: index for index, name in enumerate(names)}
    found = [name for name in wanted if name in place]
    indices = [place[name] for name in found]
    # itemgetter of one index gives no tuple
    places = operator.itemgetter(*indices) if len(indices) > 1 else lambda values: [values[index] for index in indices]
    return found, places, {name: texts[name] for name in wanted if name in texts}, numbers


def dump_metrics(metrics: Iterable[Metric]) -> str:
    """Return figures as one text; of two with the same split, name and label the later one holds.

    Raises:
        StoreError: a figure is not a number; what can't be computed is None with a reason.
    """
    kept = {}
    for metric in metrics:
        e, what = metric.estimate, (metric.split, metric.name, metric.label or "")
        if e.value is not None and e.value != e.value:
            raise StoreError("{name} on {split} is not a number; store None and the reason.", name=metric.name, split=metric.split)
        kept.pop(what, None)  # a figure that is stored again comes last
        kept[what] = (*what, e.value, e.low, e.high, e.level, e.n, e.method, e.reason)
    return encode(list(kept.values()))


def load_metrics(text: str, run_id: str) -> list[Metric]:
    """Return figures in the order in which they were stored. Raises DamagedError: they can't be read; names the run."""
    try:
        return [
            Metric(split, name, label or None, Estimate(value, low, high, level, n, method, reason and from_json(Sentence, reason)))
            for split, name, label, value, low, high, level, n, method, reason in decode(text)
        ]
    except UNREADABLE as error:
        raise damaged(f"run {run_id}") from error


def progress_rows(run: int, part: int, points: Iterable[Progress]) -> list[dict[str, Any]]:
    """Return the points as rows, one for each stretch of points that hold the same values; ``part`` is the first one's number.

    A row holds the names of the values and, as 8-byte floats, step, epoch, time and values of each point. Numbers as text would take four
    times as long to write and three times the room.
    """
    return [
        {"run": run, "part": number, "last": last, "names": encode(names), "points": packed}
        for number, (last, names, packed) in enumerate(_stretches(points), part)
    ]


def _stretches(points: Iterable[Progress]) -> Iterator[tuple[int, tuple[str, ...], bytes]]:
    """Return, of each stretch of points that hold the same values, its last step, the values' names and its numbers."""
    for names, stretch in itertools.groupby(points, key=lambda point: tuple(point.values)):
        last, numbers = 0, []
        for point in stretch:
            last = max(last, point.step)
            numbers += (point.step, point.epoch, point.when, *point.values.values())
        yield last, names, struct.pack(f"<{len(numbers)}d", *numbers)


def dump_curve(points: Iterable[Progress]) -> bytes | None:
    """Return a whole curve as one value, None where there are no points: to log a run is then one row less, and three pages less."""
    parts = []
    for _, names, packed in _stretches(points):
        text = encode(names).encode()
        parts += (_CURVE.pack(len(text), len(packed)), text, packed)
    return b"".join(parts) or None


def load_curve(packed: bytes | None) -> Iterator[tuple[bytes, bytes]]:
    """Return the stretches of :func:`dump_curve` as :func:`load_progress` takes them."""
    at, packed = 0, packed or b""
    while at < len(packed):
        n_text, n_points = _CURVE.unpack_from(packed, at)
        at += _CURVE.size + n_text + n_points
        yield packed[at - n_points - n_text : at - n_points], packed[at - n_points : at]


_CURVE = struct.Struct("<II")


def load_progress(parts: Iterable[Sequence[Any]]) -> list[Progress]:
    """Return the points of rows of names and points, in order of step; of two with the same step the one in the later row."""
    found = {}
    for text, packed in parts:
        names = decode(text)
        for step, epoch, when, *values in struct.iter_unpack(f"<{3 + len(names)}d", packed):
            found[step] = Progress(int(step), epoch, when, dict(zip(names, values, strict=True)))
    return [found[step] for step in sorted(found)]
