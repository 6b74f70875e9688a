"""A file of any size as frames of text cells, one after the other, in constant memory.

A small file is read as every file is. Of a large one the first rows are (format, encoding and delimiter are found out there, in a
limited process), and the rest follows suit.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.data.formats.records import BadQuote, records
from fmcore.data.limits import Asked, Limits
from fmcore.data.read import Table, plain_name, preview, read_table
from fmcore.errors import DataError
from fmcore.settings import get_settings

if TYPE_CHECKING:
    import pandas as pd

Chunk = tuple[float, "pd.DataFrame"]
"""Share of the file that is done after these rows (0 to 1), and the rows: str or None."""
SMALL_BYTES = 32 * 1024 * 1024
"""Up to here a file is read whole, exactly as `data add` reads it."""
NO_LIMIT = {"max_upload_mb": 1_000_000_000, "read_seconds": 36_000}


def chunks(
    path: Path, rows: int, *, encoding: str | None = None, delimiter: str | None = None, small_bytes: int = SMALL_BYTES
) -> Iterator[Chunk]:
    """Yield the file's rows, so many at once. JSON and XLSX can only be read whole and keep the install's limits.

    Raises:
        DataError: the file can't be read as it is; the sentence names file and row.
    """
    if path.is_file() and path.stat().st_size > small_bytes:
        head = preview(path, encoding=encoding, delimiter=delimiter, limits=get_settings().model_copy(update=NO_LIMIT))
        if head.format in STREAMED:
            return STREAMED[head.format](path, rows, head)
    return _whole(read_table(path, encoding=encoding, delimiter=delimiter).frame, rows)


def _whole(frame: pd.DataFrame, rows: int) -> Iterator[Chunk]:
    for start in range(0, len(frame), rows):
        part = frame.iloc[start : start + rows]
        yield (start + len(part)) / len(frame), part.reset_index(drop=True)


def _delimited(path: Path, rows: int, head: Table) -> Iterator[Chunk]:
    asked = _asked(path, head)
    quoting = _quoting(path, head, asked)
    size, held = max(1, path.stat().st_size), []
    with path.open("rb") as raw, open(raw.fileno(), encoding=head.encoding, newline="", closefd=False) as text:
        found = records(text, head.delimiter or ",", asked=asked, quoting=quoting)
        header = next(row for _, row in found if row)
        named = [i for i, name in enumerate(header) if name.strip()]  # a delimiter at the end of every line makes a column without a name
        for number, row in found:
            if not row:
                continue
            if len(row) != len(header):
                raise DataError(
                    "{file}, row {row} has {found} cells, but the header names {width} columns. Repair this row.",
                    file=path.name,
                    row=number,
                    found=len(row),
                    width=len(header),
                )
            held.append([row[i] or None for i in named])
            if len(held) == rows:
                yield min(1.0, raw.tell() / size), _frame(held, head.columns)
                held = []
    if held:
        yield 1.0, _frame(held, head.columns)


def _quoting(path: Path, head: Table, asked: Asked) -> int:
    """Return how the file quotes its cells, after reading it to its end: tab-separated files are often written without any quoting."""
    with path.open(encoding=head.encoding, newline="") as text:
        try:
            for _ in records(text, head.delimiter or ",", asked=asked, quoting=csv.QUOTE_MINIMAL):
                pass
        except BadQuote as bad:
            if head.delimiter != "\t":
                raise bad.error from bad
            return csv.QUOTE_NONE
    return csv.QUOTE_MINIMAL


def _asked(path: Path, head: Table) -> Asked:
    return Asked(str(path), plain_name(path.name), head.format, head.encoding, head.delimiter, None, None, Limits.of(get_settings()))


def _json_lines(path: Path, rows: int, head: Table) -> Iterator[Chunk]:
    names: dict[str, None] = dict.fromkeys(head.columns)
    for _, item in _items(path, head):  # once through for the names: a later line may bring a new one, and a CSV has one header
        names |= dict.fromkeys(item)
    size, held = max(1, path.stat().st_size), []
    for place, item in _items(path, head):
        held.append([_cell(item.get(name)) for name in names])
        if len(held) == rows:
            yield min(1.0, place / size), _frame(held, tuple(names))
            held = []
    if held:
        yield 1.0, _frame(held, tuple(names))


def _items(path: Path, head: Table) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield (bytes read so far, item) for each line."""
    with path.open("rb") as raw, open(raw.fileno(), encoding=head.encoding, closefd=False) as text:
        for number, line in enumerate(text, 1):
            if not line.strip():
                continue
            try:
                item = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise DataError("{file}, line {line} is not JSON. Repair this line.", file=path.name, line=number) from error
            if not isinstance(item, dict):
                raise DataError("{file}, line {line} is not an object with named values.", file=path.name, line=number)
            yield raw.tell(), item


def _parquet(path: Path, rows: int, head: Table) -> Iterator[Chunk]:
    import pyarrow.parquet as pq

    with pq.ParquetFile(path) as file:
        done, total = 0, max(1, file.metadata.num_rows)
        for batch in file.iter_batches(batch_size=rows):
            done += batch.num_rows
            cells = [[_cell(value) for value in column.to_pylist()] for column in batch.columns]
            yield done / total, _frame([list(row) for row in zip(*cells, strict=True)], tuple(batch.schema.names))


def _cell(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (bool, dict, list)) else str(value)


def _frame(rows: list[list[str | None]], columns: tuple[str, ...]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, columns=list(columns), dtype=object)


STREAMED: dict[str, Callable[[Path, int, Table], Iterator[Chunk]]] = {
    "csv": _delimited,
    "tsv": _delimited,
    "jsonl": _json_lines,
    "parquet": _parquet,
}
