"""``evaluate``: the figures of a finished run on one split, from its stored predictions."""

from __future__ import annotations

import argparse
from typing import Any

from fmcore.commands.answer import SAME_AS_ACCURACY, Answer, in_words, plain, table, titles
from fmcore.commands.options import command
from fmcore.records import SPLITS


def add_to(commands: Any) -> None:
    parser = command(
        commands,
        "evaluate",
        _evaluate,
        "Print every figure of a run with its interval. Each look at the test rows is counted.",
        "python -m fmcore evaluate r-0123456789ab --json",
    )
    parser.add_argument("run", metavar="RUN", help="id of a run that is done")
    parser.add_argument("--split", choices=SPLITS[1:], default="test", help="default: %(default)s")


def _evaluate(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline.evaluate import evaluation

    found = evaluation(args.run, args.split, how="command line")
    labels = [plain(label) for label in found.labels]
    per_class = {(m.label, m.name): in_words(m.estimate) for m in found.per_class}
    names = titles(m.name for m in found.per_class)
    whole = {m.name: in_words(m.estimate) for m in found.metrics}
    text = [
        f"{args.run} on {args.split}",
        table(["figure", "value"], [[title, whole[name]] for name, title in titles(whole).items()]),
        SAME_AS_ACCURACY,
        "",
        table(["label", *names.values()], [[label, *(per_class[label, name] for name in names)] for label in found.labels]),
        "",
        table(["target \\ answer", *labels], [[label, *row] for label, row in zip(labels, found.confusion.tolist(), strict=True)]),
    ]
    return Answer({"run": args.run, **found.to_json()}, "\n".join(text))
