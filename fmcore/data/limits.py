"""How much one file may cost to read. Counts what comes *out*: 23 KB of Parquet can expand to 200 MB."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fmcore.errors import DataError

if TYPE_CHECKING:  # the reading process starts without pydantic
    from fmcore.settings import Settings

MEGABYTE = 1024 * 1024
NAME_CHARACTERS = 256
"""Longest column name; databases and figures cut longer ones."""


@dataclass(frozen=True)
class Limits:
    """The install's limits in the units that readers count in."""

    file_bytes: int
    rows: int
    columns: int
    cell_characters: int
    out_bytes: int
    """Most bytes of text that may come out of one file: a quarter of the memory, since text is held up to four times on its way."""
    seconds: int
    memory_bytes: int

    def __post_init__(self) -> None:
        if self.cell_characters > 2**31 - 1:  # csv.field_size_limit takes a C long, Arrow strings a 32-bit offset
            object.__setattr__(self, "cell_characters", 2**31 - 1)

    @classmethod
    def of(cls, settings: Settings) -> Limits:
        """Return the limits of an install."""
        return cls(
            file_bytes=settings.max_upload_mb * MEGABYTE,
            rows=settings.max_rows,
            columns=settings.max_columns,
            cell_characters=settings.max_cell_characters,
            out_bytes=settings.read_memory_mb * MEGABYTE // 4,
            seconds=settings.read_seconds,
            memory_bytes=settings.read_memory_mb * MEGABYTE,
        )


@dataclass(frozen=True)
class Asked:
    """What is to be read and how; travels to the reading process as JSON."""

    path: str
    file: str
    """What people call the file: its base name, printable."""
    format: str | None
    encoding: str | None
    delimiter: str | None
    sheet: str | None
    rows: int | None
    """Stop after so many rows; None reads all."""
    limits: Limits


def check_columns(columns: list[str], *, asked: Asked) -> None:
    """Raise DataError unless every column has a name of its own and there are not too many."""
    if len(columns) > asked.limits.columns:
        raise DataError(
            "{file} has {count} columns; at most {limit} are read. Is the delimiter right? If so, keep only the columns you need.",
            file=asked.file,
            count=len(columns),
            limit=asked.limits.columns,
        )
    seen: dict[str, int] = {}
    for number, name in enumerate(columns, 1):
        if not name.strip():
            raise DataError(
                "Column {column} of {file} has no name in the header row. Give every column a name.", file=asked.file, column=number
            )
        if len(name) > NAME_CHARACTERS:
            raise DataError(
                "The name of column {column} of {file} has {count} characters; at most {limit} are read. "
                "Does the file begin with a header row?",
                file=asked.file,
                column=number,
                count=len(name),
                limit=NAME_CHARACTERS,
            )
        if name in seen:
            raise DataError(
                "Columns {first} and {second} of {file} are both called {name}. Give every column a name of its own.",
                file=asked.file,
                first=seen[name],
                second=number,
                name=name,
            )
        seen[name] = number


def check_rows(rows: int, *, asked: Asked) -> None:
    """Raise DataError when there are more rows than the install takes."""
    if rows > asked.limits.rows:
        raise DataError(
            "{file} has more than {limit} rows. Take a sample of it, or raise FMCORE_MAX_ROWS.", file=asked.file, limit=asked.limits.rows
        )


def check_out(size: int, *, asked: Asked) -> None:
    """Raise DataError when more text comes out of the file than the install takes; ``size`` in bytes."""
    if size > asked.limits.out_bytes:
        raise DataError(
            "{file} holds more than {limit} MB of text once it is unpacked. Take a sample of it, or raise FMCORE_READ_MEMORY_MB.",
            file=asked.file,
            limit=asked.limits.out_bytes // MEGABYTE,
        )


def long_cell(row: int, column: str, *, asked: Asked) -> DataError:
    """Return the error for a cell that is too long."""
    return DataError(
        "{file}, row {row}, column {column}: a cell has more than {limit} characters. Was a quote opened and never closed? "
        "If not, shorten the cell or raise FMCORE_MAX_CELL_CHARACTERS.",
        file=asked.file,
        row=row,
        column=column,
        limit=asked.limits.cell_characters,
    )
