"""Where the rows of a data set come from, as options and read: files or a public set, columns, split. Judges nothing of what is in them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from fmcore.commands.answer import UsageError, plain
from fmcore.commands.options import Parser
from fmcore.errors import DataError
from fmcore.records import SPLITS, Columns

MOST_COLUMNS = 40
"""Columns of a file that are named where nobody chose any."""


def add_source(parser: Parser) -> None:
    """Add the options that say where rows come from and what is in them."""
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="CSV, TSV, JSON, JSON lines, Parquet or XLSX with a header")
    parser.add_argument("--sample", metavar="NAME", help="instead of a file: one of the sets that ship with FM Commons")
    parser.add_argument(
        "--public", metavar="NAME", help="instead of a file: a public set of the Hugging Face hub, or a folder laid out like one"
    )
    parser.add_argument("--config", metavar="PART", help="of a public set that has several")
    parser.add_argument("--task", default="text-classification", help="what is to be learned; default: %(default)s")
    roles = parser.add_argument_group("columns")
    roles.add_argument("--text", metavar="COL", help="the text")
    roles.add_argument("--text-pair", metavar="COL", help="a second text, for sentence pairs")
    roles.add_argument("--label", metavar="COL", help="the label to learn")
    roles.add_argument("--group", metavar="COL", action="append", default=[], help="a group to compare in an audit; may be given again")
    roles.add_argument("--id", metavar="COL", help="names each row")
    roles.add_argument("--split-column", metavar="COL", help="says train, validation or test for each row")
    roles.add_argument("--unit", metavar="COL", help="rows that share a value here (a person) stay on one side of every split")
    split = parser.add_argument_group("split")
    split.add_argument("--validation", type=Path, metavar="FILE", help="rows that choose the best moment")
    split.add_argument("--test", type=Path, metavar="FILE", help="rows that judge")
    split.add_argument(
        "--validation-share", type=float, default=0.1, metavar="SHARE", help="drawn where no file is given; default: %(default)s"
    )
    split.add_argument("--test-share", type=float, default=0.2, metavar="SHARE", help="drawn where no file is given; default: %(default)s")
    split.add_argument("--seed", type=int, default=0, help="start of the draw; default: %(default)s")
    reading = parser.add_argument_group("reading")
    reading.add_argument("--encoding", help="utf-8, gb18030 …; found out when not given")
    reading.add_argument("--delimiter", help="one character; found out when not given")
    reading.add_argument("--sheet", help="of an XLSX file; the first when not given")


def asked(args: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Return the rows to learn from and the options that say what is in them; files are read once."""
    from fmcore.data.read import read_table

    if bool(args.file) == bool(args.public):
        raise UsageError("Give a FILE, or --sample NAME, or --public NAME.")
    if not args.text or not args.label:
        raise UsageError(f"Say which columns hold the text and the label, with --text COL --label COL.{_its_columns(args)}")
    reading = _reading(args)
    if args.public:
        from fmcore.data import hub

        frames, notes = hub.in_parts(hub.load_public(args.public, config=args.config))
        for note in notes:
            print(plain(note), file=sys.stderr)
        train, validation, test = (frames.get(part) for part in SPLITS)
    else:
        train, validation, test = (None if f is None else read_table(f, **reading) for f in (args.file, args.validation, args.test))
    columns = Columns(
        text=args.text,
        label=args.label,
        text_pair=args.text_pair,
        groups=tuple(args.group),
        id=args.id,
        split=args.split_column,
        unit=args.unit,
    )
    shares = {"validation_share": args.validation_share, "test_share": args.test_share}
    return train, {"columns": columns, "validation": validation, "test": test, "seed": args.seed, "task": args.task, **shares}


def say_how_read(train: Any, options: dict[str, Any]) -> None:
    """Tell on standard error what was decided on the way, such as a guessed encoding: people may know better."""
    from fmcore.data.read import Table

    for given in (train, options.get("validation"), options.get("test")):
        for note in given.notes if isinstance(given, Table) else ():
            print(plain(note), file=sys.stderr)


def _reading(args: argparse.Namespace) -> dict[str, str | None]:
    return {"encoding": args.encoding, "delimiter": args.delimiter, "sheet": args.sheet}


def _its_columns(args: argparse.Namespace) -> str:
    """Return which columns the file has, for people who do not know them yet; nothing where it can't be read or is a public set."""
    from fmcore.data.read import plain_name, read_table

    if not args.file:
        return ""
    try:
        names = list(read_table(args.file, **_reading(args)).columns)
    except DataError as error:
        return f" {error}"
    return (
        f" Columns of {plain_name(args.file.name)}: {', '.join(map(str, names[:MOST_COLUMNS]))}{' …' if len(names) > MOST_COLUMNS else ''}."
    )
