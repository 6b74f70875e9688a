"""The records of a delimited text, and where exactly one breaks. Knows no header."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TextIO

from fmcore.data.limits import Asked, long_cell
from fmcore.errors import DataError


class BadQuote(Exception):
    """Quotes do not match; carries the sentence for a file that has no other way to be read."""

    def __init__(self, error: DataError) -> None:
        super().__init__(str(error))
        self.error = error


def records(text: TextIO, delimiter: str, *, asked: Asked, quoting: int) -> Iterator[tuple[int, list[str]]]:
    """Yield (row number as a spreadsheet shows it, cells). A quoted line break does not start a new row there."""
    limit = asked.limits.cell_characters
    csv.field_size_limit(limit)
    lines = _Lines(text, asked)
    reader = csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)
    while True:
        lines.row += 1
        lines.since.clear()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _quote_error(error, "".join(lines.since), delimiter, lines.row, asked) from error
        yield lines.row, cells


class _Lines:
    """The lines of a text file for csv.reader, with those of the current row kept to say where it went wrong."""

    def __init__(self, text: TextIO, asked: Asked) -> None:
        self.text, self.asked, self.row, self.since = text, asked, 0, []
        self.longest = asked.limits.cell_characters * 64

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self.text.readline(self.longest)
        if not line:
            raise StopIteration
        if len(line) == self.longest:
            raise DataError(
                "{file}, row {row}: a line has more than {limit} characters. Is it a table with one row per line?",
                file=self.asked.file,
                row=self.row,
                limit=self.longest,
            )
        if "\0" in line:
            raise DataError(
                "{file}, row {row} holds a null byte: the file is damaged or not text. Save it again as CSV in UTF-8.",
                file=self.asked.file,
                row=self.row,
            )
        self.since.append(line)
        return line


def _quote_error(error: csv.Error, record: str, delimiter: str, row: int, asked: Asked) -> Exception:
    column = _column(record, delimiter, asked.limits.cell_characters)
    if "field limit" in str(error):
        return long_cell(row, str(column), asked=asked)
    if "unexpected end" in str(error):
        return BadQuote(
            DataError(
                '{file}, row {row}, column {column}: a quote (") is opened and never closed. '
                'Close it, or write "" for a quote inside a cell.',
                file=asked.file,
                row=row,
                column=column,
            )
        )
    return BadQuote(
        DataError(
            '{file}, row {row}, column {column}: text follows a closing quote ("). Is a quote left open above it? '
            'Write "" for a quote inside a quoted cell.',
            file=asked.file,
            row=row,
            column=column,
        )
    )


def _column(record: str, delimiter: str, limit: int) -> int:
    """Return the number of the cell in which a record breaks: over the limit, unclosed, or followed by text."""
    column, start, at = 1, 0, 0
    while at < len(record):
        if record[at] == '"':
            end = at + 1
            while (end := record.find('"', end)) >= 0 and record[end + 1 : end + 2] == '"':
                end += 2
            if end < 0 or record[end + 1 : end + 2] not in (delimiter, "\r", "\n", ""):
                return column
            at = end + 1
        stop = record.find(delimiter, at)
        if stop < 0 or stop - start > limit:
            return column
        column, start, at = column + 1, stop + 1, stop + 1
    return column
