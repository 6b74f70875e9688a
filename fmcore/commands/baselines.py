"""``baselines``: what a fine-tuned run has to beat, and what more or less data does to it.

The rivals: the most frequent label, TF-IDF + logistic regression, the frozen encoder with a linear layer, and the untuned model where it
has the same labels. Each is a run of its own.
"""

from __future__ import annotations

import argparse
from typing import Any

from fmcore import jobs
from fmcore.commands import waiting
from fmcore.commands.answer import Answer, UsageError, in_words, plain, table
from fmcore.commands.options import command
from fmcore.records import Json, Run, Status, to_json
from fmcore.stats.metrics import METRICS

ABOUT = "Is the foundation model worth it? Try simple rivals on the same rows, and compare scores and costs."


def add_to(commands: Any) -> None:
    parser = command(commands, "baselines", _baselines, ABOUT, "python -m fmcore baselines r-0123456789ab --learning-curve")
    parser.add_argument("run", metavar="RUN", help="id of a fine-tuning run that is done")
    parser.add_argument("--only", action="append", metavar="KIND", help="majority, tfidf, probe or untuned; may be given again")
    parser.add_argument("--split", choices=("validation", "test"), default="validation", help="default: %(default)s; test counts a look")
    parser.add_argument(
        "--metric", choices=list(METRICS), metavar="NAME", help="figure of counts, such as accuracy or mcc; default: macro-f1"
    )
    parser.add_argument(
        "--learning-curve",
        nargs="?",
        const="0.01,0.05,0.1,0.5,1",
        metavar="SHARES",
        help="also train on these shares of the training rows, 0.01,0.05,0.1,0.5,1 unless told",
    )
    parser.add_argument("--detach", action="store_true", help="do not wait; ask again later for the answer")


def _baselines(args: argparse.Namespace) -> Answer:
    from fmcore.evaluation.baselines import KINDS
    from fmcore.pipeline import baselines, learning_curve, worth

    shares = _shares(args.learning_curve)
    unknown = set(args.only or ()) - set(KINDS)
    if unknown:
        raise UsageError(f"--only is {', '.join(KINDS)}; found {', '.join(sorted(unknown))}.")
    started = baselines.start(args.run, kinds=args.only or tuple(KINDS))
    queued = [*started.runs.values(), *(learning_curve.learning_curve(args.run, shares) if shares else [])]
    jobs.ensure_supervisor()
    if args.detach:
        return _queued(args.run, queued)
    ended = [waiting.wait(run.id) for run in {run.id: run for run in queued}.values()]
    failed = [run for run in ended if run.status is not Status.DONE]
    found = worth.worth(args.run, args.split, metric=args.metric, how="command line")
    points = learning_curve.learning_points(args.run, args.split, metric=args.metric, shares=shares) if shares else []
    answer = {**_worth_json(found), "learning_curve": [_point_json(point) for point in points]}
    text = "\n".join([plain(found.sentence), "", _worth_table(found), *(["", _points_table(points)] if points else [])])
    error = "; ".join(f"{run.id} {run.status.value}: {run.message or ''}" for run in failed)
    return Answer(answer, text, 1 if failed else 0, error)


def _shares(text: str | None) -> tuple[float, ...]:
    try:
        found = tuple(sorted({float(part) for part in (text or "").split(",") if part.strip()}))
    except ValueError as error:
        raise UsageError("--learning-curve takes numbers with commas between them, such as 0.01,0.1,1.") from error
    if any(not 0.0001 <= share <= 1 for share in found):
        raise UsageError("A share lies between 0.0001 and 1.")
    return found


def _queued(run_id: str, runs: list[Run]) -> Answer:
    found = [{"run": run.id, "name": run.name, "status": run.status.value} for run in runs]
    lines = [f"{run.id}  {run.status.value:<8} {plain(run.name)}" for run in runs]
    return Answer({"run": run_id, "queued": found}, "\n".join([*lines, f"Ask again: python -m fmcore baselines {run_id}"]))


def _worth_json(found: Any) -> dict[str, Json]:
    from fmcore.evaluation.report import estimate_json

    rows = []
    for row in found.rows:
        difference = None
        if row.difference is not None:
            difference = {**to_json(row.difference), "estimate": estimate_json(row.difference.estimate)}
        rows.append(
            {
                "kind": row.kind,
                "title": row.title,
                "run": row.run.id if row.run else None,
                "score": estimate_json(row.score) if row.score else None,
                "tuned_less_this": difference,
                "cost": dict(row.cost),
                "reason": str(row.reason) if row.reason else None,
            }
        )
    return {"run": found.run, "split": found.split, "metric": found.metric, "sentence": str(found.sentence), "rows": rows}


def _point_json(point: Any) -> dict[str, Json]:
    from fmcore.evaluation.report import estimate_json

    return {
        "kind": point.kind,
        "share": point.share,
        "run": point.run.id,
        "score": estimate_json(point.score) if point.score else None,
    }


def _worth_table(found: Any) -> str:
    head = ["", f"{found.split}/{found.metric}", "tuned less this", "", "train s", "parameters", "ms/answer", "MB"]
    lines = []
    for row in found.rows:
        cost = [row.cost.get(name) for name in ("training-seconds", "parameters", "ms-per-answer", "megabytes")]
        shown = [None if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.3g}" for value in cost]
        score = in_words(row.score) if row.score else plain(row.reason or "")
        difference = in_words(row.difference.estimate) if row.difference else None
        lines.append([row.title, score, difference, row.difference.word if row.difference else None, *shown])
    return table(head, lines)


def _points_table(points: list[Any]) -> str:
    rows = [[f"{100 * p.share:.3g} %", p.kind, in_words(p.score) if p.score else p.run.status.value, p.run.id] for p in points]
    return table(["training rows", "", "score", "run"], rows)
