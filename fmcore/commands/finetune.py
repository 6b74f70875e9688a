"""``finetune``: queue a run, wait for it with a bar, print its figures."""

from __future__ import annotations

import argparse
import uuid
from typing import Any

from fmcore import jobs
from fmcore.commands import waiting
from fmcore.commands.answer import Answer
from fmcore.commands.data import find
from fmcore.commands.options import add_settings, command, given
from fmcore.pipeline import runs
from fmcore.training.settings import FinetuneSettings


def add_to(commands: Any) -> None:
    parser = command(
        commands,
        "finetune",
        _finetune,
        "Fine-tune a base model on a data set and print its figures on the test rows, which counts as a look at them (not with --detach).",
        "python -m fmcore finetune --data reviews --base embedded --epochs 3 --learning-rate 3e-4 --batch-size 32 --seed 0 --json",
    )
    parser.add_argument("--data", required=True, metavar="ID", help="id or name of a data set, see `data list`")
    parser.add_argument(
        "--base",
        default="embedded",
        metavar="NAME",
        help="embedded, a hub name such as bert-base-uncased, or a folder; default: %(default)s",
    )
    parser.add_argument("--name", help="what the run is called")
    parser.add_argument("--detach", action="store_true", help="do not wait, and leave the test rows sealed; `runs show` tells how it goes")
    add_settings(parser, FinetuneSettings)


def _finetune(args: argparse.Namespace) -> Answer:
    spec = runs.plan(find(args.data).id, base=args.base, settings=runs.read_settings(given(args)))
    run = jobs.submit(spec, name=args.name, key=uuid.uuid4().hex)
    return waiting.queued(run) if args.detach else waiting.ended(waiting.wait(run.id))
