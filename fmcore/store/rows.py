"""From records to table rows and back: the only place that knows both shapes of a run."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import BaseModel, Estimate, Json, Metric, Progress, Run, RunSpec, Sentence, Status, from_json, to_json
from fmcore.store.part import dumps, load_sentence
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
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=to_json).encode
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
    return load_runs(connection, [number])[0]


def load_tags(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, list[str]]:
    """Return the tags of each run that has any, in order."""
    tagged: dict[int, list[str]] = {}
    for run, tag in connection.execute(_tag_query, {"numbers": numbers}).all():
        tagged.setdefault(run, []).append(tag)
    return tagged


def make_run(row: Sequence[Any], tagged: Mapping[int, Sequence[str]]) -> Run:
    """Return the run that these columns, those of :data:`RUN`, are."""
    spec, status, at, message, parents, number, *same = row[:_WIDTH]
    return Run(
        **dict(zip(_SAME, same, strict=True)),
        spec=load_spec(json.loads(spec)),
        status=Status(status),
        when=at,
        message=load_sentence(message),
        parents=() if parents == "[]" else tuple(json.loads(parents)),
        tags=tuple(tagged.get(number, ())),
    )


_WIDTH = len(RUN)


def dump_spec(spec: RunSpec) -> str:
    """Return what ``dumps(spec)`` does, in a third of its time: logging a run spends much of it here."""
    if type(spec.settings) is not dict:
        return dumps(spec)
    return _encode({**vars(spec), "base": vars(spec.base)})


_SPEC, _BASE = ({field.name for field in dataclasses.fields(kind)} for kind in (RunSpec, BaseModel))


def load_spec(value: Json) -> RunSpec:
    """Return what ``from_json(RunSpec, value)`` does, 25 times as fast: a page reads fifty."""
    base = BaseModel(**{name: item for name, item in value["base"].items() if name in _BASE})
    return RunSpec(**{name: item for name, item in value.items() if name in _SPEC} | {"base": base})


def sortable(value: Json) -> float | str:
    """Return a setting as it is sorted and filtered: numbers (and yes or no, as 1 or 0) by size, all else by its text."""
    if isinstance(value, (bool, int, float)):
        return float(value)
    return (value if isinstance(value, str) else dumps(value)).replace("\0", "")[:INDEXED]  # PostgreSQL's texts can't hold \0


def dump_figures(settings: Mapping[str, Json], metrics: Iterable[Metric]) -> str:
    """Return what the run can be sorted by: its settings, and its figures that are not about one class."""
    found = {f"metric:{one.split}/{one.name}": one.estimate.value for one in metrics if not one.label}
    given = {f"setting:{name}": sortable(value) for name, value in settings.items() if value is not None}
    # What equals itself is a number: a setting that isn't has no place in an order.
    return _encode({name: value for name, value in (found | given).items() if value is not None and value == value})


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
    return _encode(list(kept.values()))


def load_metrics(text: str) -> list[Metric]:
    """Return figures in the order in which they were stored."""
    return [
        Metric(split, name, label or None, Estimate(value, low, high, level, n, method, reason and from_json(Sentence, reason)))
        for split, name, label, value, low, high, level, n, method, reason in json.loads(text)
    ]


def progress_row(run: int, part: int, points: Sequence[Progress]) -> dict[str, Any]:
    """Return one row with all these points."""
    listed = _encode([(p.step, p.epoch, p.when, p.values if type(p.values) is dict else dict(p.values)) for p in points])
    return {"run": run, "part": part, "last": max(p.step for p in points), "points": listed}


def load_progress(parts: Iterable[str]) -> list[Progress]:
    """Return the points in order of step; of two with the same step the one in the later part."""
    found = {point[0]: point for text in parts for point in json.loads(text)}
    return [Progress(*found[step]) for step in sorted(found)]
