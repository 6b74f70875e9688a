"""From records to table rows and back: the only place that knows both shapes of a run."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import BaseModel, Estimate, Json, Metric, Progress, Run, RunSpec, Status, to_json
from fmcore.store.part import dump_sentence, dumps, load_sentence
from fmcore.store.tables import runs, specs, tags

RUN = sa.select(runs, specs.c.spec).join(specs, specs.c.run == runs.c.number)
_SAME = (
    *("id", "name", "who", "device", "started", "ended", "seconds", "step", "steps", "attempts"),
    *("stop_requested", "notes", "version", "deleted"),
)
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=to_json).encode
INDEXED = 500
"""Longest text of a setting that is kept for sorting, in characters: PostgreSQL refuses index entries over 2,704 bytes."""


def load_runs(connection: sa.Connection, numbers: Sequence[int]) -> list[Run]:
    """Return the runs of these numbers, in their order; numbers that are gone are left out."""
    if not numbers:
        return []
    found = {row["number"]: row for row in connection.execute(RUN.where(runs.c.number.in_(numbers))).mappings()}
    tagged: dict[int, list[str]] = {}
    for run, tag in connection.execute(sa.select(tags.c.run, tags.c.tag).where(tags.c.run.in_(numbers)).order_by(tags.c.tag)):
        tagged.setdefault(run, []).append(tag)
    return [_run(found[number], tagged.get(number, ())) for number in numbers if number in found]


def load_run(connection: sa.Connection, number: int) -> Run:
    return load_runs(connection, [number])[0]


def _run(row: Mapping[str, Any], tagged: Iterable[str]) -> Run:
    return Run(
        **{name: row[name] for name in _SAME},
        spec=load_spec(json.loads(row["spec"])),
        status=Status(row["status"]),
        when=row["at"],
        message=load_sentence(row["message"]),
        parents=() if row["parents"] == "[]" else tuple(json.loads(row["parents"])),
        tags=tuple(tagged),
    )


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
    return (value if isinstance(value, str) else dumps(value))[:INDEXED]


def setting_rows(run: int, values: Mapping[str, Json]) -> list[dict[str, Any]]:
    """Return one row per setting that has a value."""
    rows = []
    for name, value in values.items():
        if value is None:
            continue
        what = sortable(value)
        is_text = isinstance(what, str)
        rows.append({"run": run, "name": name, "is_text": is_text, "number": 0.0 if is_text else what, "text": what if is_text else ""})
    return rows


def metric_rows(run: int, metrics: Iterable[Metric], start: int = 0) -> list[dict[str, Any]]:
    """Return one row per figure.

    Raises:
        StoreError: a figure is not a number; what can't be computed is None with a reason.
    """
    rows = []
    for place, metric in enumerate(metrics, start):
        e = metric.estimate
        if e.value is not None and e.value != e.value:
            raise StoreError("{name} on {split} is not a number; store None and the reason.", name=metric.name, split=metric.split)
        rows.append(
            {"run": run, "split": metric.split, "name": metric.name, "label": metric.label or "", "value": e.value, "low": e.low,
             "high": e.high, "level": e.level, "n": e.n, "method": e.method, "reason": dump_sentence(e.reason), "place": place}
        )  # fmt: skip
    return rows


def load_metric(row: Any) -> Metric:
    estimate = Estimate(row.value, row.low, row.high, row.level, row.n, row.method, load_sentence(row.reason))
    return Metric(row.split, row.name, row.label or None, estimate)


def progress_rows(run: int, points: Iterable[Progress]) -> list[dict[str, Any]]:
    return [{"run": run, "step": p.step, "epoch": p.epoch, "at": p.when, "figures": _encode(dict(p.values))} for p in points]


def load_progress(row: Any) -> Progress:
    return Progress(row.step, row.epoch, row.at, json.loads(row.figures))
