"""``demo``: a sample set through fine-tuning and report, with nothing to prepare."""

from __future__ import annotations

import argparse
from typing import Any

from fmcore import jobs
from fmcore.commands import waiting
from fmcore.commands.answer import Answer
from fmcore.commands.options import command


def add_to(commands: Any) -> None:
    parser = command(
        commands,
        "demo",
        _demo,
        "Take a sample set through fine-tuning and report. Needs no network.",
        "python -m fmcore demo --sample loan-claims",
    )
    parser.add_argument("--sample", metavar="NAME", help="which sample; the first when not given")
    parser.add_argument("--detach", action="store_true", help="do not wait for its end")


def _demo(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline import demo

    run = demo.start(sample=args.sample)
    jobs.ensure_supervisor()
    return waiting.queued(run) if args.detach else waiting.ended(waiting.wait(run.id))
