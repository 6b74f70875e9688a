"""``run``, ``supervise``, ``estimate`` and ``inference-worker``: the processes that the others start. People rarely call them."""

from __future__ import annotations

import argparse
from typing import Any

from fmcore.commands.answer import Answer
from fmcore.commands.options import command

NAMES = ("run", "supervise", "estimate", "inference-worker")


def add_to(commands: Any) -> None:
    run = command(commands, "run", _run, "Be the process of one run, which must be the next in the queue.", "", has_json=False)
    run.add_argument("run", metavar="RUN", help="id of a queued run")
    supervise = command(
        commands, "supervise", _supervise, "Be the process that starts queued runs, unless there is one.", "", has_json=False
    )
    supervise.add_argument("--idle-seconds", type=float, default=None, help="leave after so long without anything to do")
    estimate = command(commands, "estimate", _estimate, "Be the process that measures what a planned run will cost.", "", has_json=False)
    estimate.add_argument("key", metavar="KEY", help="names the request")
    command(commands, "inference-worker", _answer, "Be the process that holds models and answers, unless there is one.", "", has_json=False)


def _run(args: argparse.Namespace) -> Answer:
    from fmcore.jobs import child

    return Answer(None, "", child.main(args.run))


def _supervise(args: argparse.Namespace) -> Answer:
    from fmcore.jobs import supervisor

    return Answer(None, "", supervisor.supervise(supervisor.IDLE_SECONDS if args.idle_seconds is None else args.idle_seconds))


def _estimate(args: argparse.Namespace) -> Answer:
    from fmcore.jobs import estimate

    return Answer(None, "", estimate.main(args.key))


def _answer(args: argparse.Namespace) -> Answer:
    from fmcore.inference import worker

    return Answer(None, "", worker.main())
