"""``report``: a finished run's evidence as one HTML file, one JSON document and one model card."""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path
from typing import Any

from fmcore.commands.answer import Answer
from fmcore.commands.options import command
from fmcore.errors import DataError
from fmcore.files import write_text
from fmcore.records import Json


def add_to(commands: Any) -> None:
    parser = command(
        commands,
        "report",
        _report,
        "Write the report of a run: one HTML file that needs no network, all evidence as JSON, a model card. "
        "Counts as a look at the test rows, in the record; the number in the file leaves it out.",
        "python -m fmcore report r-0123456789ab -o report.html",
    )
    parser.add_argument("run", metavar="RUN", help="id of a run that is done")
    parser.add_argument(
        "-o", "--out", type=Path, metavar="FILE.html", help="the report; without any of the three, all are written here as RUN.…"
    )
    parser.add_argument("--json-file", type=Path, metavar="FILE.json", help="all evidence, every figure with its interval")
    parser.add_argument("--model-card", type=Path, metavar="FILE.md", help="the model card, in the hub's format")


def _report(args: argparse.Namespace) -> Answer:
    from fmcore.pipeline.report import report

    wanted = {"html": args.out, "json_file": args.json_file, "model_card": args.model_card}
    if not any(wanted.values()):
        wanted = {"html": Path(f"{args.run}.html"), "json_file": Path(f"{args.run}.json"), "model_card": Path(f"{args.run}.md")}
    for path in wanted.values():
        check_place(path)
    made = report(args.run)
    texts = {"html": made.html, "json_file": made.json, "model_card": made.model_card}
    found: dict[str, Json] = {"run": args.run}
    for kind, path in wanted.items():
        if path is not None:
            found[kind] = write_page(path, texts[kind])
    return Answer(found, "\n".join(str(path) for path in wanted.values() if path is not None))


def check_place(path: Path | None) -> None:
    """Refuse a place that can't be written before the look at the test rows is counted.

    Raises:
        DataError: it is a folder, or lies in none.
    """
    if path is None:
        return
    if path.is_dir():
        raise DataError("{file} is a folder. Give the name of a file.", file=str(path))
    if not path.absolute().parent.is_dir():
        raise DataError("There is no folder {folder} to write into.", folder=str(path.absolute().parent))


def write_page(path: Path, text: str) -> Json:
    """Write the file and return its place and its sha256.

    Raises:
        DataError: it can't be written.
    """
    try:
        write_text(path.absolute(), text)
    except OSError as error:
        why = error.strerror or "no reason given"
        raise DataError(
            "The report can't be written to {file}: {why}. Make room or give another place.", file=str(path), why=why
        ) from error
    return {"file": str(path), "sha256": hashlib.sha256(text.encode()).hexdigest()}
