"""``explain``: the words of a text, or of every row of a file, that speak for an answer; how far to trust them, what would turn it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from fmcore.commands.answer import Answer, UsageError, in_words, plain, table
from fmcore.commands.options import command
from fmcore.commands.waiting import Bar

ABOUT = "Say which words of a text speak for the model's answer, with the error of their sum."
EXAMPLE = """python -m fmcore explain r-0123456789ab --text "My card was stolen." --trust --edits
  python -m fmcore explain r-0123456789ab rows.csv --text review --marks reason -o words.jsonl
  python -m fmcore explain r-0123456789ab --keep

Scores are log-odds of the label, against the text with every word hidden. --keep explains a sample of test rows for the run's report.
--marks says how far the words agree with those that people marked, one cell per row: [0, 1, 0] with a number per word between spaces,
[[3, 9]] with places in characters, or the marked words themselves with | between them."""


def add_to(commands: Any) -> None:
    parser = command(commands, "explain", _explain, ABOUT, EXAMPLE)
    parser.add_argument("run", metavar="RUN", help="id of a run that is done")
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help="explain every row of this file")
    parser.add_argument("--text", metavar="TEXT", help="what is explained; with a FILE the column that holds it")
    parser.add_argument("--text-pair", metavar="TEXT", help="the second text, or its column, where the model reads two")
    parser.add_argument("--method", default="integrated-gradients", metavar="M", help="or gradient-input, occlusion; default: %(default)s")
    parser.add_argument("--label", metavar="LABEL", help="the label that scores speak for; default: the answer given")
    parser.add_argument("--trust", action="store_true", help="judge the scores against random words")
    parser.add_argument("--edits", action="store_true", help="look for the smallest edits that turn the answer")
    parser.add_argument("--marks", metavar="COL", help="of a FILE: the words that people marked as the reason")
    parser.add_argument("-o", "--out", type=Path, metavar="OUT.jsonl", help="of a FILE: is replaced when it is there")
    parser.add_argument("--keep", action="store_true", help="explain a sample of test rows for the report; counts as a look")
    parser.add_argument("--detach", action="store_true", help="with --keep: do not wait; it goes on by itself")


def _explain(args: argparse.Namespace) -> Answer:
    from fmcore.inference import ask

    if bool(args.text) == args.keep:
        raise UsageError("Give a --text, or --keep.")
    if args.detach and not args.keep:
        raise UsageError("--detach goes with --keep: there is nothing to wait for otherwise.")
    if args.keep:
        return _keep(args)
    if args.file is not None:
        return _file(args)
    if args.marks or args.out:
        raise UsageError("--marks and --out need a FILE of texts.")
    from fmcore.explain.records import Attribution, Search, Trust
    from fmcore.records import from_json, to_json

    text = args.text if args.text_pair is None else [args.text, args.text_pair]
    asked = {"texts": [text], "method": args.method, "labels": args.label and [args.label]}
    found = from_json(Attribution, ask(args.run, "attribution", **asked)[0])
    document: dict[str, Any] = {"run": args.run, "attribution": to_json(found)}
    lines = [plain(f"{found.answer}; probability of {found.label}: {found.probability:.4f}"), ""]
    lines.append(table(["word", "score"], [[word, f"{score:+.4f}"] for word, score in zip(found.words, found.scores, strict=True)]))
    if found.error is not None and found.total is not None:
        lines += [
            "",
            f"sum {found.total:+.4f}; {found.steps} points ({found.rule}) had missed {100 * found.error:.2g} % of it (completeness error)",
        ]
    if args.trust:
        judged = from_json(Trust, ask(args.run, "faithfulness", **asked))
        document["trust"] = {**to_json(judged), "sentence": str(judged.sentence)}
        lines += ["", plain(judged.sentence), *(f"  {one.kind}: {in_words(one.gain)}" for one in judged.erased)]
        lines.append(f"  stability: {in_words(judged.stability)}")
    if args.edits:
        search = from_json(Search, ask(args.run, "counterfactuals", text=text))
        document["edits"] = {**to_json(search), "sentence": str(search.sentence)}
        lines += ["", plain(search.sentence)]
        lines += [plain(f"  {one.answer} {one.probability:.3f}: {' | '.join(one.texts)}") for one in search.found]
    return Answer(document, "\n".join(lines))


def _keep(args: argparse.Namespace) -> Answer:
    from fmcore import jobs
    from fmcore.commands import waiting
    from fmcore.pipeline import explained
    from fmcore.records import Status
    from fmcore.store import open_store

    job = explained.start(args.run)
    jobs.ensure_supervisor()
    job = open_store().run(job.id) if args.detach else waiting.wait(job.id)
    document: dict[str, Any] = {"run": args.run, "job": job.id, "status": job.status.value}
    if not job.status.is_final:
        return Answer(document, f"{job.id} is {job.status.value}. Follow it: python -m fmcore runs show {job.id}")
    found = explained.kept(args.run) if job.status is Status.DONE else None
    if found is None:
        return Answer(document, "", 1, str(job.message or f"{job.id} is {job.status.value}."))
    sentence = str(found.trust.sentence)
    document |= {"explained": list(found.ids), "verdict": found.trust.verdict, "sentence": sentence}
    return Answer(document, plain(f"{len(found.ids)} test rows are explained in the report of {args.run}. {sentence}"))


def _file(args: argparse.Namespace) -> Answer:
    from functools import partial

    from fmcore.audit.records import estimate_json
    from fmcore.inference import ask
    from fmcore.pipeline.explain_file import Columns, explain_file
    from fmcore.records import Estimate

    if args.trust or args.edits:
        raise UsageError("--trust and --edits are about one --text; leave FILE away.")
    if not (args.out or args.marks):
        raise UsageError("Give an --out for the words of every row, or --marks to hold them against, or both.")
    columns, bar = Columns(args.text, args.text_pair, args.marks), Bar()
    try:
        rows, found = explain_file(
            args.run, args.file, columns, ask=partial(ask, timeout=600), method=args.method, label=args.label, out=args.out,
            watch=lambda share, rows: bar.draw(share, f"{rows:,} rows explained"),
        )  # fmt: skip
    finally:
        bar.end()
    document: dict[str, Any] = {"run": args.run, "rows": rows, "method": args.method, "file": args.out and str(args.out)}
    lines = [f"{rows:,} rows explained" + (plain(f" in {args.out}") if args.out else "")]
    if found is not None:
        document["overlap"] = {name: estimate_json(value) if isinstance(value, Estimate) else value for name, value in vars(found).items()}
        lines += [
            "", f"Words named against words marked ({found.left_out:,} texts left out: no word marked, or every one)",
            f"  average precision   {in_words(found.average_precision)}", f"  in a random order   {in_words(found.at_random)}",
            f"  better than random  {in_words(found.gain)}", f"  of the highest      {in_words(found.top)}",
        ]  # fmt: skip
    return Answer(document, "\n".join(lines))
