"""What stands in a person's file: a table of text cells.

Knows formats, encodings and limits. Refuses to know what a column means, and never turns a cell into a number:
``007``, ``None`` and ``1.0`` stay as they are, an empty cell is missing.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fmcore.errors import DataError
from fmcore.records import Sentence
from fmcore.settings import Settings


@dataclass(frozen=True)
class Table:
    """A file as it was read."""

    frame: pd.DataFrame
    """Every cell is a str, or None where it is missing (dtype object)."""
    columns: tuple[str, ...]
    format: str
    """csv, tsv, jsonl, json, parquet or xlsx."""
    encoding: str | None
    """None for formats that carry their own."""
    delimiter: str | None
    notes: tuple[Sentence, ...] = ()
    """What was decided on the way: a guessed encoding, the sheet that was taken …"""


def read_table(
    path: Path,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    format: str | None = None,
    sheet: str | None = None,
    limits: Settings | None = None,
) -> Table:
    """Return the table in the file.

    Raises:
        DataError: the file can't be read as it is; the sentence names file, row and column.
    """
    return _read(path, name=name, encoding=encoding, delimiter=delimiter, rows=None)


def preview(
    path: Path,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    format: str | None = None,
    sheet: str | None = None,
    limits: Settings | None = None,
    rows: int = 20,
) -> Table:
    """Return the first rows of the table in the file. Raises what :func:`read_table` raises, as far as these rows show it."""
    return _read(path, name=name, encoding=encoding, delimiter=delimiter, rows=rows)


def _read(path: Path, *, name: str | None, encoding: str | None, delimiter: str | None, rows: int | None) -> Table:
    file, encoding, delimiter = name or path.name, encoding or "utf-8-sig", delimiter or ","
    with open(path, encoding=encoding, newline="") as lines:
        cells = list(csv.reader(lines, delimiter=delimiter, strict=True))
    if len(cells) < 2:
        raise DataError("{file} has no rows. Choose a file with a header and rows.", file=file)
    columns = tuple(cells[0])
    frame = pd.DataFrame([[cell or None for cell in row] for row in cells[1:]], columns=list(columns), dtype=object)
    return Table(frame if rows is None else frame.head(rows), columns, "csv", encoding, delimiter)
