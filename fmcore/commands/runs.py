"""``runs export | stop | resume | clone | edit | delete | restore | purge``: what is done with runs.

What is read of them: :mod:`fmcore.commands.runs_read`.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fmcore import jobs
from fmcore.commands import runs_read, waiting
from fmcore.commands.answer import Answer, UsageError
from fmcore.commands.options import add_settings, command, given, one_run
from fmcore.commands.runs_read import run_json
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.training.settings import FinetuneSettings


def add_to(commands: Any) -> None:
    parser = commands.add_parser("runs", help="list, show, compare, export, stop and resume runs", description="The history of runs.")
    acts = parser.add_subparsers(title="acts", metavar="ACT", dest="act", required=True)
    runs_read.add_to(acts)
    export = one_run(acts, "export", _export, "Write a run as a folder that plain transformers loads (from_pretrained).", "-o my-model")
    export.add_argument("-o", "--out", required=True, type=Path, metavar="FOLDER", help="must not be there yet, or be empty")
    one_run(acts, "stop", _stop, "Ask a run to stop; one that trains keeps its last checkpoint.")
    resume = one_run(acts, "resume", _resume, "Let a stopped or failed run go on from its last checkpoint, or start over without one.")
    clone = one_run(acts, "clone", _clone, "Start a run like this one, with changes.", "--epochs 5")
    clone.add_argument("--name", help="what the new run is called")
    add_settings(clone, FinetuneSettings)
    for waited in (resume, clone):
        waited.add_argument("--detach", action="store_true", help="do not wait for its end")
    edit = one_run(acts, "edit", _edit, "Change a run's name, notes or tags.", "--tag good --notes 'use this one'")
    edit.add_argument("--name")
    edit.add_argument("--notes")
    edit.add_argument("--tag", action="append", help="replaces the tags; may be given again")
    for name, do, about in (("delete", _delete, "Put runs into the bin."), ("restore", _restore, "Take runs out of the bin.")):
        parser = command(acts, name, do, about, f"python -m fmcore runs {name} r-0123456789ab")
        parser.add_argument("runs", metavar="RUN", nargs="+", help="ids of runs")
    purge = command(
        acts,
        "purge",
        _purge,
        "Remove runs in the bin for good, with their models, answers and figures: those named, or all that no other run was made from.",
        "python -m fmcore runs purge --yes",
    )
    purge.add_argument("runs", metavar="RUN", nargs="*", help="ids of runs in the bin; none empties it")
    purge.add_argument("--yes", action="store_true", help="do it; without this it only says what would go")


def _export(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline.export import export

    out = export(args.run, args.out)
    return Answer({"run": args.run, "folder": str(out)}, f"{args.run} lies in {out}")


def _stop(args: argparse.Namespace) -> Answer:
    run = jobs.stop(args.run)
    text = f"{run.id} is {run.status.value}." if run.status.is_final else f"{run.id} stops after its present step."
    return Answer({"run": run.id, "status": run.status.value, "stop_requested": run.stop_requested}, text)


def _resume(args: argparse.Namespace) -> Answer:
    run = jobs.resume(args.run)
    return waiting.queued(run) if args.detach else waiting.ended(waiting.wait(run.id))


def _clone(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import runs

    run = runs.clone(args.run, given(args), name=args.name)
    jobs.ensure_supervisor()
    return waiting.queued(run) if args.detach else waiting.ended(waiting.wait(run.id))


def _edit(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline.runs import checked_name

    store = open_store()
    run = store.run(args.run)
    name = None if args.name is None else checked_name(args.name)
    if name == "":
        raise UsageError("--name is empty.")
    run = store.edit_run(run.id, version=run.version, who=get_settings().who, name=name, notes=args.notes, tags=args.tag)
    return Answer(run_json(run) | {"notes": run.notes}, f"{run.id} is edited.")


def _delete(args: argparse.Namespace) -> Answer:
    open_store().delete_runs(args.runs, get_settings().who)
    return Answer({"deleted": args.runs}, "In the bin: " + ", ".join(args.runs))


def _restore(args: argparse.Namespace) -> Answer:
    open_store().restore_runs(args.runs, get_settings().who)
    return Answer({"restored": args.runs}, "Out of the bin: " + ", ".join(args.runs))


def _purge(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import runs

    store = open_store()
    going, kept = ([store.run(one).id for one in dict.fromkeys(args.runs)], []) if args.runs else store.purgeable_runs()
    store.check_purge(going)  # without --yes too: it says what would go
    size = runs.bin_bytes(going) / 1e6
    if args.yes:
        runs.purge(going)
    done = f"Removed for good ({size:,.0f} MB): " if args.yes else f"Would be removed for good ({size:,.0f} MB), say --yes to do it: "
    lines = [done + ", ".join(going) if going else "Nothing to remove."]
    lines += ["Other runs were made from these, so they stay in the bin: " + ", ".join(kept)] if kept else []
    return Answer({"removed" if args.yes else "would_remove": going, "kept": kept, "megabytes": round(size, 1)}, "\n".join(lines))
