"""``predict``: a run's answers to every row of a file of any size, written as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.commands.answer import Answer
from fmcore.commands.options import command
from fmcore.commands.waiting import Bar
from fmcore.errors import ModelError
from fmcore.records import Json, to_json

if TYPE_CHECKING:
    from fmcore.inference import EightBits


def add_to(commands: Any) -> None:
    parser = command(
        commands,
        "predict",
        _predict,
        "Answer every row of a file: adds the columns answer, confidence, calibrated_confidence and p_<label>.",
        "python -m fmcore predict r-0123456789ab new.csv --text review -o answers.csv",
    )
    parser.add_argument("run", metavar="RUN", help="id of a run that is done")
    parser.add_argument(
        "file", metavar="FILE", type=Path, help="any file that `data add` reads; CSV, TSV, JSON lines and Parquet of any size"
    )
    parser.add_argument("--text", required=True, metavar="COL", help="the text")
    parser.add_argument("--text-pair", metavar="COL", help="the second text, where the run was trained on pairs")
    parser.add_argument("-o", "--out", required=True, type=Path, metavar="OUT.csv", help="is replaced when it is there")
    parser.add_argument("--int8", action="store_true", help="multiply in 8 bits: quicker on a CPU; its accuracy is measured first")
    parser.add_argument("--encoding", help="found out when not given")
    parser.add_argument("--delimiter", help="found out when not given")


def _predict(args: argparse.Namespace) -> Answer:
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # one bar is enough
    from fmcore.pipeline.predict import predict_file

    measured: list[EightBits] = []
    bar = Bar()

    def measure() -> None:
        if args.int8:
            if bar.live:
                bar.draw(None, "measuring 8 bits on the validation rows")
            measured.append(_measured(args.run))

    try:
        rows, answered = predict_file(
            args.run,
            args.file,
            text=args.text,
            text_pair=args.text_pair,
            out=args.out,
            encoding=args.encoding,
            delimiter=args.delimiter,
            int8=args.int8,
            first=measure,
            watch=lambda share, rows: bar.draw(share, f"{rows:,} rows"),
        )
    finally:
        bar.end()
    without = f"; {rows - answered:,} have no text and got no answer" if answered < rows else ""
    said = f"{answered:,} rows answered in {args.out}{without}"
    found: dict[str, Json] = {"run": args.run, "rows": rows, "answered": answered, "file": str(args.out)}
    for one in measured:
        found, said = {**found, "int8": {**to_json(one), "sentence": str(one.sentence)}}, f"{said}\n{one.sentence}"
    return Answer(found, said)


def _measured(run_id: str) -> EightBits:
    """Return what 8 bits cost on the validation rows.

    Raises:
        ModelError: accuracy is lost.
    """
    from fmcore import inference

    found = inference.int8_check(run_id)
    if found.is_lost:
        raise ModelError("{measured} Leave --int8 out.", measured=str(found.sentence))
    return found
