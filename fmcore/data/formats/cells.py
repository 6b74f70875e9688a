"""Rows of text on their way into columns: counts what comes out, and stops in time. Knows no format."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from fmcore.data.limits import Asked, check_columns, check_out, check_rows, long_cell
from fmcore.errors import DataError
from fmcore.records import Sentence

CHUNK_ROWS = 10_000
CHUNK_CHARACTERS = 16_000_000


@dataclass(frozen=True)
class Found:
    """What a reader hands back: columns of Arrow strings, an empty cell is null."""

    table: pa.Table
    format: str
    encoding: str | None = None
    delimiter: str | None = None
    notes: tuple[Sentence, ...] = ()


class Cells:
    """Collects rows, packs them into Arrow chunk by chunk, and refuses too many rows, too long a cell, too much text."""

    def __init__(self, columns: list[str], *, asked: Asked) -> None:
        check_columns(columns, asked=asked)
        self.columns, self.asked = columns, asked
        self._rows: list[list[str | None]] = []
        self._numbers: list[int] = []
        self._chunks: list[pa.RecordBatch] = []
        self._schema = pa.schema([(name, pa.string()) for name in columns])
        self._size = self._waiting = self._count = 0

    @property
    def full(self) -> bool:
        """True once the rows that were asked for are here."""
        return self.asked.rows is not None and self._count >= self.asked.rows

    def add(self, number: int, row: list[str | None]) -> None:
        """Take one row with as many cells as there are columns; ``number`` is what a person's spreadsheet shows beside it."""
        lengths = [len(cell) if cell else 0 for cell in row]
        if max(lengths) > self.asked.limits.cell_characters:
            raise long_cell(number, self.columns[lengths.index(max(lengths))], asked=self.asked)
        self._waiting += sum(lengths)
        self._count += 1
        self._rows.append(row)
        self._numbers.append(number)
        if len(self._rows) >= CHUNK_ROWS or self._waiting >= CHUNK_CHARACTERS:
            self._pack()

    def table(self) -> pa.Table:
        """Return everything that was added.

        Raises:
            DataError: there are no rows.
        """
        self._pack()
        if not self._count:
            raise no_rows(self.asked)
        return pa.Table.from_batches(self._chunks, schema=self._schema)

    def _pack(self) -> None:
        check_rows(self._count, asked=self.asked)
        if not self._rows:
            return
        arrays = [self._array(position) for position in range(len(self.columns))]
        self._size += sum(array.nbytes for array in arrays)
        check_out(self._size, asked=self.asked)
        self._chunks.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        self._rows, self._numbers, self._waiting = [], [], 0

    def _array(self, position: int) -> pa.Array:
        cells = [row[position] or None for row in self._rows]
        try:
            return pa.array(cells, type=pa.string())
        except UnicodeEncodeError as error:  # JSON may hold half of a surrogate pair
            number = next(n for n, cell in zip(self._numbers, cells, strict=True) if cell and not _encodable(cell))
            raise DataError(
                "{file}, row {row}, column {column}: half of a character pair (a lone surrogate) can't be kept. Remove that character.",
                file=self.asked.file,
                row=number,
                column=self.columns[position],
            ) from error


def no_rows(asked: Asked) -> DataError:
    """Return the error for a file that is only a header."""
    return DataError("{file} has a header but no rows. Choose a file with at least one row of data.", file=asked.file)


def empty(asked: Asked) -> DataError:
    """Return the error for a file with nothing in it."""
    return DataError("{file} is empty. Choose a file with a header and rows.", file=asked.file)


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
