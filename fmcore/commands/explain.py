"""``explain``: the words of a text that speak for an answer, how far to trust them, what would turn it; and explanations for the report."""

from __future__ import annotations

import argparse
from typing import Any

from fmcore.commands.answer import Answer, UsageError, in_words, plain, table
from fmcore.commands.options import command

ABOUT = "Say which words of a text speak for the model's answer, with the error of their sum."
EXAMPLE = """python -m fmcore explain r-0123456789ab --text "My card was stolen." --trust --edits
  python -m fmcore explain r-0123456789ab --keep

Scores are log-odds of the label, against the text with every word hidden. --keep explains a sample of test rows for the run's report."""


def add_to(commands: Any) -> None:
    parser = command(commands, "explain", _explain, ABOUT, EXAMPLE)
    parser.add_argument("run", metavar="RUN", help="id of a run that is done")
    parser.add_argument("--text", metavar="TEXT", help="what is explained")
    parser.add_argument("--text-pair", metavar="TEXT", help="the second text, where the model reads two")
    parser.add_argument("--method", default="integrated-gradients", metavar="M", help="or gradient-input, occlusion; default: %(default)s")
    parser.add_argument("--label", metavar="LABEL", help="the label that scores speak for; default: the answer given")
    parser.add_argument("--trust", action="store_true", help="judge the scores against random words")
    parser.add_argument("--edits", action="store_true", help="look for the smallest edits that turn the answer")
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
    from fmcore.explain.records import Attribution, Search, Trust
    from fmcore.records import from_json, to_json

    text = args.text if args.text_pair is None else [args.text, args.text_pair]
    asked = {"texts": [text], "method": args.method, "labels": args.label and [args.label]}
    found = from_json(Attribution, ask(args.run, "attribution", **asked)[0])
    document: dict[str, Any] = {"run": args.run, "attribution": to_json(found)}
    lines = [plain(f"{found.answer}; probability of {found.label}: {found.probability:.4f}"), ""]
    lines.append(table(["word", "score"], [[word, f"{score:+.4f}"] for word, score in zip(found.words, found.scores, strict=True)]))
    if found.error is not None and found.total is not None:
        lines += ["", f"sum {found.total:+.4f}, completeness error {100 * found.error:.2g} % after {found.steps} steps ({found.rule})"]
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
