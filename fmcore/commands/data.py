"""``data add | check | list | show | without-overlap | remove``: from a file to a data set that runs can use."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.commands.answer import Answer, UsageError, plain, table
from fmcore.commands.data_source import add_source, asked, say_how_read
from fmcore.commands.options import Parser, command
from fmcore.errors import StoreError
from fmcore.records import Dataset, Json, Problem, to_json
from fmcore.store import open_store
from fmcore.store.part import damaged

if TYPE_CHECKING:
    from fmcore.data.prepare import Inspection

MEANINGLESS = "Results on this data would mean nothing"


def add_to(commands: Any) -> None:
    parser = commands.add_parser(
        "data", help="add, check and list data sets", description="Data sets: add, check, list, show, make without overlap, remove."
    )
    acts = parser.add_subparsers(title="acts", metavar="ACT", dest="act", required=True)
    add = command(
        acts,
        "add",
        _add,
        "Read a file, check it, split it and store it as a data set.",
        "python -m fmcore data add reviews.csv --name reviews --text review --label stars --group city --json",
    )
    add_source(add)
    add.add_argument("--name", help="name of the data set; the same name again makes its next version")
    add.add_argument("--accept-problems", action="store_true", help="you know the problems that make results meaningless; this is recorded")
    _without(add)
    check = command(
        acts,
        "check",
        _check,
        "Say what is wrong with a file, and store nothing; ends with 1 where results on it would mean nothing.",
        "python -m fmcore data check reviews.csv --text review --label stars",
    )
    add_source(check)
    listing = command(acts, "list", _list, "List the data sets.", "python -m fmcore data list --search reviews")
    listing.add_argument("--search", default="", metavar="WORDS", help="only sets whose name or source has these words")
    show = command(acts, "show", _show, "Show one data set's card.", "python -m fmcore data show d-0123456789ab")
    show.add_argument("data", metavar="DATA", help="id or name of a data set")
    apart = command(
        acts,
        "without-overlap",
        _without_overlap,
        "Make the next version of a data set, without the training rows whose text also stands in validation or test.",
        "python -m fmcore data without-overlap reviews --near",
    )
    apart.add_argument("data", metavar="DATA", help="id or name of a data set")
    apart.add_argument("--near", action="store_true", help="also leave out training rows whose text is nearly the same")
    apart.add_argument("--accept-problems", action="store_true", help="you know problems that only the new version has; this is recorded")
    remove = command(acts, "remove", _remove, "Delete a data set that no run uses.", "python -m fmcore data remove d-0123456789ab")
    remove.add_argument("data", metavar="DATA", help="id of a data set")


def _without(parser: Parser) -> None:
    parser.add_argument(
        "--leave-out-overlap",
        choices=("same", "near"),
        help="leave out training rows whose text also stands in validation or test (near: or nearly so); this is recorded",
    )


def _add(args: argparse.Namespace) -> Answer:
    from fmcore.data.overlap import has_overlap, leave_out
    from fmcore.data.prepare import HOPELESS
    from fmcore.data.read import plain_name
    from fmcore.pipeline import datasets

    if args.sample:
        return _added(datasets.add_sample(args.sample))
    if not args.name:
        raise UsageError("data add needs --name.")
    train, options = asked(args)
    inspection = datasets.inspect(train, **options)
    if args.leave_out_overlap:
        inspection = leave_out(inspection, options["columns"], task=args.task, near=args.leave_out_overlap == "near")
    if any(p.kind in HOPELESS for p in inspection.blocking):
        return _refused(inspection, "Nothing can be learned from this data", "Repair it, or choose other columns.")
    if inspection.blocking and not args.accept_problems:
        leave_out_too = ", take --leave-out-overlap same," if has_overlap(inspection.blocking) else ","
        return _refused(inspection, MEANINGLESS, f"Repair it{leave_out_too} or say with --accept-problems that you know.")
    options["reading"] = None
    source = ", ".join(plain_name(Path(file).name) for file in (args.public or args.file, args.validation, args.test) if file)
    if args.public and not Path(args.public).is_absolute():
        source = f"hub:{args.public}"
    added = datasets.add(train, name=args.name, source=source, accept_problems=args.accept_problems, inspection=inspection, **options)
    say_how_read(train, options)
    if added.name != args.name:
        text = "This content is already there as {old} ({id}). Nothing was added, and the name {new} was not used."
        print(plain(text.format(old=added.name, id=added.id, new=args.name)), file=sys.stderr)
    return _added(added)


def _refused(seen: Inspection, what: str, way_out: str) -> Answer:
    """Return why nothing was stored: every problem on a line of its own, then in one sentence what it comes to and what to do."""
    found = {"dataset": None, "rows": dict(seen.rows), "labels": [], "problems": _problems(seen.problems)}
    text = "\n".join([_rows(seen.rows), *_told(seen.problems)])
    return Answer(found, text, exit_code=1, error=f"Nothing was stored. {_because(what, seen)} {way_out}")


def _because(what: str, seen: Inspection) -> str:
    """Return the sentence with the kinds of problems that it rests on."""
    return f"{what}: {', '.join(p.kind for p in seen.blocking)}."


def _added(dataset: Dataset) -> Answer:
    found = {"dataset": dataset.id, "name": dataset.name, "version": dataset.version, "rows": dict(dataset.rows)}
    found |= {"labels": list(dataset.labels), "problems": _problems(dataset.problems)}
    lines = [f"{dataset.id}: {plain(dataset.name)}, version {dataset.version}", _rows(dataset.rows), *_told(dataset.problems)]
    return Answer(found, "\n".join(lines))


def _check(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import datasets

    if args.sample:
        from fmcore.data.samples import SAMPLES

        if args.sample not in SAMPLES:
            raise UsageError(f"There is no sample called {args.sample}. Known: {', '.join(SAMPLES)}.")
        train, options = SAMPLES[args.sample].path, {"columns": SAMPLES[args.sample].columns}
    else:
        train, options = asked(args)
    seen = datasets.inspect(train, **options)
    say_how_read(train, options)
    found = {"rows": dict(seen.rows), "dropped": dict(seen.dropped), "problems": _problems(seen.problems)}
    text = "\n".join([_rows(seen.rows), *(_told(seen.problems) or ["No problems found."])])
    if not seen.blocking:
        return Answer(found, text)
    return Answer(found, text, exit_code=1, error=_because(MEANINGLESS, seen))


def _list(args: argparse.Namespace) -> Answer:
    sets = open_store().datasets(search=args.search)
    found = [
        {"dataset": d.id, "name": d.name, "version": d.version, "task": d.task, "rows": dict(d.rows), "labels": list(d.labels)}
        | {"source": d.source, "who": d.who, "when": d.when}
        for d in sets
    ]
    lost = open_store().damaged_datasets()
    whole: dict[str, Json] = {"datasets": found} | ({"damaged": list(lost)} if lost else {})
    told = "".join(f"\n{damaged(f'data set {one}')}" for one in lost)
    if not sets:
        return Answer(whole, f"No data sets yet. Add one: python -m fmcore data add FILE --name NAME --text COL --label COL{told}")
    rows = [[d.id, d.name, d.version, sum(d.rows.values()), len(d.labels), d.source, d.when[:10]] for d in sets]
    return Answer(whole, table(["data", "name", "version", "rows", "labels", "source", "added"], rows) + told)


def _show(args: argparse.Namespace) -> Answer:
    from fmcore.data import shelf
    from fmcore.report import data_card

    dataset = find(args.data)
    profile = shelf.profile(dataset.id)
    return Answer({**to_json(dataset), "problems": _problems(dataset.problems), "profile": profile}, data_card.markdown(dataset, profile))


def _without_overlap(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import datasets

    dataset = find(args.data)
    inspection = datasets.look_without_overlap(dataset.id, near=args.near)
    answer = _added(datasets.without_overlap(dataset.id, near=args.near, accept_problems=args.accept_problems, inspection=inspection))
    left_out = sum(inspection.dropped.values())
    return Answer({**answer.json, "parent": dataset.id, "left_out": left_out}, f"{inspection.changes[-1]}\n{answer.text}")


def _remove(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import datasets

    datasets.remove(args.data)
    return Answer({"removed": args.data}, f"{args.data} is deleted.")


def find(name: str) -> Dataset:
    """Return the data set with this id, or the newest version with this name.

    Raises:
        StoreError: there is neither, or its record is damaged.
    """
    if open_store().has_dataset(name):
        return open_store().dataset(name)
    sets = open_store().datasets()
    chosen = sorted((d for d in sets if d.name == name), key=lambda d: d.version)
    if not chosen:
        raise StoreError("There is no data set {name}; see `python -m fmcore data list`.", name=name)
    return chosen[-1]


def _problems(problems: tuple[Problem, ...]) -> Json:
    return [{"kind": p.kind, "severity": p.severity.value, "count": p.count, "sentence": str(p.sentence)} for p in problems]


def _told(problems: tuple[Problem, ...]) -> list[str]:
    return [f"  {p.severity.value}: {plain(p.sentence)}" for p in problems]


def _rows(rows: Any) -> str:
    return "rows: " + ", ".join(f"{name} {count}" for name, count in rows.items())
