"""A file of any size as frames of text cells, one after the other, in constant memory.

The first rows are read as every file is (format, encoding and delimiter are found out there, in a limited process); the rest follows suit.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.data.read import Table, preview, read_table
from fmcore.errors import DataError
from fmcore.settings import get_settings

if TYPE_CHECKING:
    import pandas as pd

Chunk = tuple[float, "pd.DataFrame"]
"""Share of the file that is done after these rows (0 to 1), and the rows: str or None."""
ANY_SIZE_MB = 1_000_000_000


def chunks(path: Path, rows: int, *, encoding: str | None = None, delimiter: str | None = None) -> Iterator[Chunk]:
    """Yield the file's rows, so many at once. JSON and XLSX can only be read whole and keep the install's limits.

    Raises:
        DataError: the file can't be read as it is; the sentence names file and row.
    """
    limits = get_settings().model_copy(update={"max_upload_mb": ANY_SIZE_MB})
    head = preview(path, encoding=encoding, delimiter=delimiter, limits=limits)
    if head.format == "parquet":
        return _parquet(path, rows)
    if head.format == "jsonl":
        return _json_lines(path, rows, head)
    if head.format in ("csv", "tsv"):
        return _delimited(path, rows, head)
    return iter([(1.0, read_table(path, encoding=encoding, delimiter=delimiter).frame)])


def _delimited(path: Path, rows: int, head: Table) -> Iterator[Chunk]:
    size = max(1, path.stat().st_size)
    csv.field_size_limit(get_settings().max_cell_characters)
    with path.open("rb") as raw, open(raw.fileno(), encoding=head.encoding, newline="", closefd=False) as text:
        reader = csv.reader(text, delimiter=head.delimiter or ",", strict=True)
        names = next(row for row in reader if row)
        held: list[list[str | None]] = []
        try:
            for row in reader:
                if not row:
                    continue
                if len(row) != len(names):
                    raise DataError(
                        "{file}, line {line}: {found} cells instead of {wanted}. Repair this line.",
                        file=path.name,
                        line=reader.line_num,
                        found=len(row),
                        wanted=len(names),
                    )
                held.append([cell or None for cell in row])
                if len(held) == rows:
                    yield min(1.0, raw.tell() / size), _frame(held, head.columns)
                    held = []
        except csv.Error as error:
            raise DataError("{file}, line {line}: {reason}.", file=path.name, line=reader.line_num, reason=str(error)) from error
    if held:
        yield 1.0, _frame(held, head.columns)


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


def _parquet(path: Path, rows: int) -> Iterator[Chunk]:
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
