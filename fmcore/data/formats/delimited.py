"""CSV and TSV: records between delimiters, strictly. A row with a cell too many or too few is named, never shifted or filled."""

from __future__ import annotations

import csv
import io
from typing import TextIO

import pyarrow as pa

from fmcore.data.formats.cells import Cells, Found, empty
from fmcore.data.formats.records import BadQuote, records
from fmcore.data.limits import Asked, check_columns
from fmcore.errors import DataError
from fmcore.records import Sentence, say

DELIMITERS = (",", ";", "\t", "|")
SAMPLE_CHARACTERS = 1 << 16


def read(asked: Asked, *, encoding: str) -> Found:
    """Return the table of a delimited text file.

    Raises:
        DataError: naming the row, and the column where there is one.
    """
    notes: list[Sentence] = []
    with open(asked.path, encoding=encoding, newline="") as text:
        sample = text.read(SAMPLE_CHARACTERS)
        if not sample.strip():
            raise empty(asked)
        delimiter = _given(asked) or _delimiter(sample, asked)
        text.seek(0)
        try:
            table, more = _table(text, delimiter, asked)
            quoted = True
        except BadQuote as bad:
            # Tab-separated files are often written without any quoting: a quote is then a character like others.
            if delimiter != "\t":
                raise bad.error from bad
            text.seek(0)
            table, more = _plain(text, asked, bad.error)
            quoted = False
    if not quoted:
        notes.append(say("{file} does not quote its cells; quote marks were kept as they stand.", file=asked.file))
    return Found(table, "tsv" if delimiter == "\t" else "csv", encoding, delimiter, (*notes, *more))


def _given(asked: Asked) -> str | None:
    if asked.delimiter is not None and (len(asked.delimiter) != 1 or asked.delimiter in '"\r\n'):
        raise DataError("A delimiter is one character such as , ; | or a tab; found {found}.", found=repr(asked.delimiter[:20]))
    return asked.delimiter or ("\t" if asked.format == "tsv" else None)


def _delimiter(sample: str, asked: Asked) -> str:
    """Return the delimiter that most rows agree with the header on; a comma when there is one column."""
    best, choice = (0.0, 0), ","
    for delimiter in DELIMITERS:
        counts: list[int] = []
        try:
            for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
                counts.append(len(row))
                if len(counts) >= 200:
                    break
        except csv.Error:  # a cell over the limit: the full reading names it
            pass
        if not counts or counts[0] < 2:
            continue
        rows = [n for n in counts[1:] if n][: max(len(counts) - 2, 1)]  # the sample may cut its last row
        score = (sum(n == counts[0] for n in rows) / max(len(rows), 1), counts[0])
        if score > best:
            best, choice = score, delimiter
    return choice


def _table(text: TextIO, delimiter: str, asked: Asked, quoting: int = csv.QUOTE_MINIMAL) -> tuple[pa.Table, list[Sentence]]:
    rows = records(text, delimiter, asked=asked, quoting=quoting)
    header = next((row for _, row in rows if row), None)
    if header is None:
        raise empty(asked)
    unnamed = [i for i, name in enumerate(header) if not name.strip()] if len(header) <= asked.limits.columns else []
    cells = Cells([f"\0{i}" if i in unnamed else name for i, name in enumerate(header)], asked=asked)
    ragged, blank, blank_since = _Ragged(len(header), asked), 0, 0
    for number, row in rows:
        if not row:
            blank_since += 1  # told only when a row follows: blank lines at the end are nothing to speak of
            continue
        blank, blank_since = blank + blank_since, 0
        if len(row) != len(header):
            ragged.add(number, len(row))
        elif any(row[i] for i in unnamed):
            check_columns(header, asked=asked)  # raises: names the first column without a name
        else:
            ragged.fits += 1
            if not ragged.count:
                cells.add(number, row)
        if cells.full:
            break
    ragged.check()
    table = cells.table()
    notes = [say("Blank rows of {file} that were left out: {count}.", count=blank, file=asked.file)] if blank else []
    if unnamed:  # a delimiter at the end of every line
        table = table.select([i for i in range(len(header)) if i not in unnamed])
        notes.append(say("Columns of {file} with neither a name nor a cell, left out: {count}.", count=len(unnamed), file=asked.file))
    return table, notes


def _plain(text: TextIO, asked: Asked, error: DataError) -> tuple[pa.Table, list[Sentence]]:
    try:
        return _table(text, "\t", asked, csv.QUOTE_NONE)
    except DataError as plain:
        raise error from plain


class _Ragged:
    """Rows with another number of cells than the header, told in one sentence."""

    def __init__(self, width: int, asked: Asked) -> None:
        self.width, self.asked, self.count, self.fits = width, asked, 0, 0
        self.first = (0, 0)
        self.widths: set[int] = set()

    def add(self, number: int, cells: int) -> None:
        self.first = self.first if self.count else (number, cells)
        self.widths.add(cells)
        self.count += 1

    def check(self) -> None:
        """Raise DataError when there were any."""
        if not self.count:
            return
        values = {"file": self.asked.file, "row": self.first[0], "found": self.first[1], "width": self.width, "count": self.count}
        if not self.fits and self.widths == {self.width + 1}:
            raise DataError(
                "Every row of {file} has {found} cells, but its header names {width} columns: one column has no name. "
                "Add its name to the header.",
                **values,
            )
        if self.first[1] > self.width:
            raise DataError(
                "{file}, row {row} has {found} cells, but the header names {width} columns. Rows that differ from the header: {count}. "
                "Quote cells that hold the delimiter, or choose another delimiter.",
                **values,
            )
        raise DataError(
            "{file}, row {row} holds {found} of the {width} cells that the header names. Rows that differ from the header: {count}. "
            "Add the missing cells, or choose another delimiter.",
            **values,
        )
