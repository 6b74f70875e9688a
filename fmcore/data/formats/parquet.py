"""Parquet: its size is known from its footer and its dictionaries, so a bomb is refused before it is unpacked."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from fmcore.data.formats.cells import Found, no_rows
from fmcore.data.limits import Asked, check_columns, check_out, check_rows, long_cell
from fmcore.errors import DataError
from fmcore.records import Sentence, say

BATCH_ROWS = 16_384


def read(asked: Asked) -> Found:
    """Return the table of a Parquet file, every column as text. Row 2 is the first row of data, as under a header.

    Raises:
        DataError: it is damaged, too large once unpacked, or a column can't be text.
    """
    try:
        return _read(asked)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowKeyError, pa.ArrowTypeError, OSError) as error:
        raise DataError(
            "{file} can't be read as Parquet: {reason}. Write it again.",
            file=asked.file,
            reason=str(error).splitlines()[0][:200].rstrip(". "),
        ) from error


def _read(asked: Asked) -> Found:
    # Dictionaries stay dictionaries: ten million times the same long text is told by its indices before it is written out.
    plain = pq.ParquetFile(asked.path)
    schema = plain.schema_arrow
    check_columns(schema.names, asked=asked)
    rows = plain.metadata.num_rows
    if not rows:
        raise no_rows(asked)
    if asked.rows is None:
        check_rows(rows, asked=asked)
    groups = [plain.metadata.row_group(g) for g in range(plain.metadata.num_row_groups)]
    check_out(sum(group.total_byte_size for group in groups), asked=asked)
    textual = [field.name for field in schema if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)]
    file = pq.ParquetFile(asked.path, read_dictionary=textual, pre_buffer=False)
    target = pa.schema([(name, pa.string()) for name in schema.names])
    batches, size, done = [], 0, 0
    for batch in file.iter_batches(batch_size=min(BATCH_ROWS, asked.rows or BATCH_ROWS), use_threads=False):
        size += sum(_text_bytes(column, name, done + 2, asked) for name, column in zip(schema.names, batch.columns, strict=True))
        check_out(size, asked=asked)
        batches.append(batch)
        done += batch.num_rows
        if asked.rows is not None and done >= asked.rows:
            break
    nans: dict[str, int] = {}
    arrays = [[as_text(column, name, nans, asked) for name, column in zip(schema.names, batch.columns, strict=True)] for batch in batches]
    table = pa.Table.from_batches([pa.RecordBatch.from_arrays(row, schema=target) for row in arrays], schema=target).slice(0, asked.rows)
    return Found(table, "parquet", None, None, tuple(_notes(nans, schema, asked)))


def _text_bytes(column: pa.Array, name: str, first_row: int, asked: Asked) -> int:
    """Return how many bytes of text the column will take, without writing it out; refuses a cell over the limit."""
    if not pa.types.is_dictionary(column.type):
        return column.nbytes
    lengths = pc.binary_length(column.dictionary).take(column.indices)
    if lengths.null_count == len(lengths):
        return 0
    if pc.max(lengths).as_py() > asked.limits.cell_characters:
        characters = pc.utf8_length(column.dictionary).take(column.indices)
        at = pc.index(pc.greater(characters, asked.limits.cell_characters), True).as_py()
        if at >= 0:
            raise long_cell(first_row + at, name, asked=asked)
    return pc.sum(lengths).as_py()


def as_text(column: pa.Array, name: str, nans: dict[str, int], asked: Asked) -> pa.Array:
    """Return an Arrow column as text: 7 for 7.0, true and false, JSON for lists; NaN is missing and counted in ``nans``."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_floating(kind):
        column = column.cast(pa.float64())
        count = pc.sum(pc.is_nan(column)).as_py() or 0
        if count:
            nans[name] = nans.get(name, 0) + count
            column = pc.if_else(pc.is_nan(column), None, column)
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or pa.types.is_fixed_size_binary(kind):
        column = _decoded(column, name, asked)
    elif pa.types.is_nested(kind):
        cells = [None if cell is None else json.dumps(cell, ensure_ascii=False, default=str) for cell in column.to_pylist()]
        column = pa.array(cells, type=pa.string())
    column = column.cast(pa.string())
    return pc.if_else(pc.equal(column, ""), None, column)


def _decoded(column: pa.Array, name: str, asked: Asked) -> pa.Array:
    try:
        return column.cast(pa.binary()).cast(pa.string())
    except pa.ArrowInvalid as error:
        raise DataError(
            "{file}, column {column} holds binary data, not text. Leave that column out.", file=asked.file, column=name
        ) from error


def _notes(nans: dict[str, int], schema: pa.Schema, asked: Asked) -> list[Sentence]:
    notes = [
        say("Column {column} of {file} holds {count} NaN; they were read as missing.", column=n, file=asked.file, count=c)
        for n, c in nans.items()
    ]
    for field in schema:
        if pa.types.is_nested(field.type):
            notes.append(
                say("Column {column} of {file} holds lists or objects; they were kept as JSON text.", column=field.name, file=asked.file)
            )
    return notes
