"""``predict``: a run's answers to every row of a file of any size, written as CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

from fmcore.commands.answer import Answer
from fmcore.commands.options import command
from fmcore.commands.waiting import Bar


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
    parser.add_argument("--int8", action="store_true", help="multiply in 8 bits: quicker on a CPU, answers differ a little")
    parser.add_argument("--encoding", help="found out when not given")
    parser.add_argument("--delimiter", help="found out when not given")


def _predict(args: argparse.Namespace) -> Answer:
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")  # one bar is enough
    from fmcore.pipeline.predict import predict_file

    bar = Bar()
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
            watch=lambda share, rows: bar.draw(share, f"{rows:,} rows"),
        )
    finally:
        bar.end()
    without = f"; {rows - answered:,} have no text and got no answer" if answered < rows else ""
    return Answer(
        {"run": args.run, "rows": rows, "answered": answered, "file": str(args.out)}, f"{answered:,} rows answered in {args.out}{without}"
    )
