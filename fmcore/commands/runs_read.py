"""``runs list | show | compare``: what is known of runs.

Figures on the test rows are shown only where they are asked for, because each look is counted.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from fmcore.commands.answer import SAME_AS_ACCURACY, Answer, UsageError, in_words, plain, table, titles
from fmcore.commands.options import command, one_run
from fmcore.errors import DataError
from fmcore.records import Estimate, Json, Run, Status, to_json
from fmcore.settings import get_settings
from fmcore.stats.metrics import METRICS
from fmcore.store import RunQuery, open_store
from fmcore.store.part import damaged

HEADLINES = ("metric:validation/accuracy", "metric:validation/macro-f1")
MOST_COMPARED = 6
MOST_LISTED = 1_000_000_000


def add_to(acts: Any) -> None:
    _add_list(acts)
    show = one_run(acts, "show", _show, "Show one run: where it stands, its settings, its figures on the validation rows.")
    show.add_argument("--test", action="store_true", help="also the figures on the test rows; this is counted as a look")
    show.add_argument("--curve", action="store_true", help="also every reported step (with --json)")
    compare = command(
        acts,
        "compare",
        _compare,
        "Put up to six runs side by side; where they answered the same items, say which is better or that nobody can tell.",
        "python -m fmcore runs compare r-01 r-02 --metric accuracy --metric macro-f1",
    )
    compare.add_argument("runs", metavar="RUN", nargs="+", help="ids of runs")
    compare.add_argument(
        "--split", choices=("validation", "test"), default="validation", help="default: %(default)s; test counts as a look"
    )
    compare.add_argument(
        "--metric",
        action="append",
        metavar="NAME",
        choices=[*METRICS, "loss"],
        help="figure to compare item by item, such as accuracy, macro-f1, mcc or loss; may be given again; default: accuracy and macro-f1",
    )


def _add_list(acts: Any) -> None:
    parser = command(
        acts, "list", _list, "List runs, the newest first.", "python -m fmcore runs list --status done --sort metric:validation/macro-f1"
    )
    parser.add_argument("--search", default="", metavar="WORDS", help="in id, name, notes, data, base model, owner and tags")
    parser.add_argument("--status", choices=[s.value for s in Status])
    parser.add_argument("--data", metavar="ID", help="only runs on this data set")
    parser.add_argument("--tag")
    parser.add_argument("--bin", action="store_true", help="what was deleted")
    parser.add_argument(
        "--sort", default="when", help="when, name, seconds, status, metric:SPLIT/NAME or setting:NAME; default: %(default)s"
    )
    parser.add_argument("--ascending", action="store_true", help="smallest or oldest first")
    parser.add_argument("--limit", type=int, default=50, help="default: %(default)s")
    parser.add_argument("--offset", type=int, default=0, help="leave out so many; default: %(default)s")


def _list(args: argparse.Namespace) -> Answer:
    if not 1 <= args.limit <= MOST_LISTED or not 0 <= args.offset <= MOST_LISTED:
        raise UsageError(f"--limit is 1 to {MOST_LISTED} and --offset 0 to {MOST_LISTED}.")
    if "test/" in args.sort:
        raise UsageError("The test rows are sealed: sort by a figure on the validation rows, such as metric:validation/macro-f1.")
    page = open_store().runs(
        RunQuery(
            search=args.search,
            status=Status(args.status) if args.status else None,
            dataset=args.data,
            tag=args.tag,
            deleted=args.bin,
            sort=args.sort,
            descending=not args.ascending,
            offset=args.offset,
            limit=args.limit,
            columns=HEADLINES,
        )
    )
    found = [run_json(row.run) | {"metrics": {name.removeprefix("metric:"): v for name, v in row.values.items()}} for row in page.runs]
    whole: dict[str, Json] = {"runs": found, "total": page.total} | ({"damaged": list(page.damaged)} if page.damaged else {})
    lost = "".join(f"\n{damaged('run ' + one)}" for one in page.damaged)
    if not page.runs:
        return Answer(whole, ("No runs match." if page.total else "No runs yet. Start one: python -m fmcore demo") + lost)
    rows = [
        [
            r.run.id,
            r.run.name,
            r.run.status.value,
            _steps(r.run),
            r.run.spec.dataset,
            r.run.spec.base.name,
            *(r.values.get(n) for n in HEADLINES),
            r.run.when[:16],
        ]
        for r in page.runs
    ]
    text = table(["run", "name", "status", "step", "data", "base", "val. accuracy", "val. macro-f1", "when"], rows)
    return Answer(whole, f"{text}\n{len(rows)} of {page.total}{lost}")


def _show(args: argparse.Namespace) -> Answer:
    store = open_store()
    run = store.run(args.run)
    splits = ("validation", "test") if args.test else ("validation",)
    figures = {split: _figures(run.id, split) for split in splits}
    found = run_json(run) | {"settings": dict(run.spec.settings), "spec": to_json(run.spec), "notes": run.notes}
    found["metrics"] = {split: _json_of(estimates) for split, estimates in figures.items()}
    if args.curve:
        found["curve"] = [to_json(point) for point in store.progress(run.id)]
    lines = [
        f"{run.id}: {plain(run.name)}",
        f"{run.status.value}, step {_steps(run)}, data {run.spec.dataset}, base {plain(run.spec.base.name)}",
    ]
    lines += [plain(run.message)] if run.message else []
    lines += [f"  {name} = {value}" for name, value in run.spec.settings.items()]
    for split, estimates in figures.items():
        told = [f"  {title:<20} {in_words(estimates[name])}" for name, title in titles(estimates).items()]
        lines += [f"on {split}:", *told, f"  {SAME_AS_ACCURACY}"] if estimates else []
    return Answer(found, "\n".join(lines))


def _compare(args: argparse.Namespace) -> Answer:
    if not 2 <= len(set(args.runs)) <= MOST_COMPARED:
        raise UsageError(f"Compare two to {MOST_COMPARED} different runs.")
    runs = [open_store().run(name) for name in dict.fromkeys(args.runs)]
    facts = [{**run.spec.settings, "data": run.spec.dataset, "base": run.spec.base.name} for run in runs]
    names = list(dict.fromkeys(name for fact in facts for name in fact))
    differ = {name: [fact.get(name) for fact in facts] for name in names if len({str(fact.get(name)) for fact in facts}) > 1}
    paired, said = _paired(runs, args)
    figures = [_figures(run.id, args.split, is_counted="reason" not in paired) for run in runs]
    metrics = titles(dict.fromkeys(name for found in figures for name in found))
    found = {
        "runs": [run_json(run) for run in runs],
        "settings_that_differ": {name: dict(zip([r.id for r in runs], values, strict=True)) for name, values in differ.items()},
        "split": args.split,
        "metrics": {run.id: _json_of(estimates) for run, estimates in zip(runs, figures, strict=True)},
    }
    found["paired"] = paired
    rows = [[name, *values] for name, values in differ.items()]
    rows += [[f"{args.split} {title}", *(in_words(f[name]) if name in f else "" for f in figures)] for name, title in metrics.items()]
    text = [
        table(["", *(run.id for run in runs)], [["name", *(run.name for run in runs)], *rows]),
        *([SAME_AS_ACCURACY] if metrics else []),
    ]
    return Answer(found, "\n".join([*text, "", said]))


def _paired(runs: list[Run], args: argparse.Namespace) -> tuple[dict[str, Json], str]:
    """Return the paired comparison as JSON and in words, or why there is none."""
    from fmcore.evaluation.compare import SHOWN, sentence
    from fmcore.pipeline.compare import comparison
    from fmcore.report.names import metric_title

    waiting_for = [run.id for run in runs if run.status is not Status.DONE]
    if waiting_for:
        reason = f"Not compared item by item: {', '.join(waiting_for)} is not done."
        return {"reason": reason}, reason
    try:
        found = comparison([run.id for run in runs], args.split, metrics=args.metric or SHOWN, how="command line")
    except DataError as error:
        return {"reason": str(error)}, str(error)
    lines = [f"On the same {found.n} items, {len(found.answers)} of them answered differently:"]
    for one in found.differences:
        lines.append(f"  {plain(sentence(replace(one, metric=metric_title(one.metric)), one.first, one.second))}")
    for one in found.experiments:
        lines.append(f"  {metric_title(one.metric)} over the seeds {', '.join(one.runs)}: {in_words(one.estimate)}")
    return found.to_json(), "\n".join(lines)


def run_json(run: Run) -> dict[str, Json]:
    """Return what every command says of a run."""
    return {
        "run": run.id,
        "name": run.name,
        "status": run.status.value,
        "data": run.spec.dataset,
        "base": run.spec.base.name,
        "who": run.who,
        "when": run.when,
        "seconds": run.seconds,
        "step": run.step,
        "steps": run.steps,
        "device": run.device,
        "message": str(run.message) if run.message else None,
        "tags": list(run.tags),
        "parents": list(run.parents),
    }


def _figures(run_id: str, split: str, *, is_counted: bool = False) -> dict[str, Estimate]:
    """Return the run's figures over all classes; those on test count as a look, unless it is counted already."""
    found = {m.name: m.estimate for m in open_store().metrics(run_id) if m.split == split and m.label is None}
    if found and split == "test" and not is_counted:
        open_store().look(run_id, who=get_settings().who, how="command line")
    return found


def _json_of(estimates: dict[str, Estimate]) -> Json:
    from fmcore.evaluation.report import estimate_json

    return {name: estimate_json(estimate) for name, estimate in estimates.items()}


def _steps(run: Run) -> str:
    return f"{run.step}/{run.steps}" if run.steps else str(run.step)
