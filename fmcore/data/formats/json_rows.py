"""JSON and JSON lines: objects are rows, keys are columns. Numbers keep the letters they were written with; null is missing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from fmcore.data.formats.cells import Cells, Found, empty, no_rows
from fmcore.data.limits import Asked, check_columns, check_rows
from fmcore.errors import DataError
from fmcore.records import Sentence, say


class _Number(str):
    """A JSON number as it was written: 7 stays 7, 1.0 stays 1.0."""


class _NotJson(str):
    """NaN, Infinity or -Infinity: Python writes them, JSON does not know them."""


class _Repeated(str):
    """A key that stands twice in one object."""


def _object(pairs: list[tuple[str, Any]]) -> Any:
    row = dict(pairs)
    if len(row) == len(pairs):
        return row
    names = [name for name, _ in pairs]
    return _Repeated(next(name for name in names if names.count(name) > 1))


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_int=_Number, parse_float=_Number, parse_constant=_NotJson)


def read(asked: Asked, *, encoding: str, lines: bool = False) -> Found:
    """Return the table of a JSON file: a list of objects, {column: [cells]}, or {"data": [objects]}; or one object per line.

    Raises:
        DataError: naming the line (JSON lines) or the item in the list (JSON) as the row, and the column.
    """
    rows = _line_rows(asked, encoding) if lines else _document_rows(asked, encoding)
    table, notes = _table(rows, asked)
    return Found(table, "jsonl" if lines else "json", encoding, None, tuple(notes))


def _line_rows(asked: Asked, encoding: str) -> Iterator[tuple[int, dict[str, Any]]]:
    with open(asked.path, encoding=encoding) as text:
        for number, line in enumerate(text, 1):
            if line.strip():
                yield number, _row(_parse(line.strip(), asked, number), number, asked)


def _document_rows(asked: Asked, encoding: str) -> Iterable[tuple[int, dict[str, Any]]]:
    with open(asked.path, encoding=encoding) as text:
        content = text.read().strip()
    if not content:
        raise empty(asked)
    document = _parse(content, asked, None)
    if isinstance(document, dict) and isinstance(document.get("data"), list) and not _is_columns(document):
        document = document["data"]
    if isinstance(document, _Repeated):
        raise DataError(
            "{file} has two columns called {name}. Give every column a name of its own.", file=asked.file, name=str(document)[:80]
        )
    if isinstance(document, list):
        return ((number, _row(item, number, asked)) for number, item in enumerate(document, 1))
    if isinstance(document, dict) and _is_columns(document):
        return _from_columns(document, asked)
    raise DataError(
        '{file} is JSON, but not a table. Give a list of objects, {{"column": [cells]}}, or {{"data": [objects]}}.', file=asked.file
    )


def _is_columns(document: dict[str, Any]) -> bool:
    """True for {column: [cells]}; a lone {"data": [objects]} is a list of rows instead."""
    if set(document) == {"data"} and any(isinstance(item, dict) for item in document["data"] or ()):
        return False
    return bool(document) and all(isinstance(cells, list) for cells in document.values())


def _from_columns(document: dict[str, list[Any]], asked: Asked) -> Iterator[tuple[int, dict[str, Any]]]:
    lengths = {name: len(cells) for name, cells in document.items()}
    short, long = min(lengths, key=lengths.__getitem__), max(lengths, key=lengths.__getitem__)
    if lengths[short] != lengths[long]:
        raise DataError(
            "{file}: column {short} has {few} cells, column {long} has {many}. Give every column as many cells.",
            file=asked.file,
            short=short,
            few=lengths[short],
            long=long,
            many=lengths[long],
        )
    check_columns(list(document), asked=asked)
    names = list(document)
    return ((number, dict(zip(names, row, strict=True))) for number, row in enumerate(zip(*document.values(), strict=True), 1))


def _parse(content: str, asked: Asked, line: int | None) -> Any:
    try:
        return _DECODER.decode(content)
    except RecursionError as error:
        raise DataError("{file} nests too deeply to be a table. Give one object with plain values per row.", file=asked.file) from error
    except json.JSONDecodeError as error:
        raise DataError(
            "{file}, line {line}, character {character}: this is not valid JSON ({reason}). Repair that line.",
            file=asked.file,
            line=error.lineno if line is None else line,
            character=error.colno,
            reason=error.msg,
        ) from error


def _row(item: Any, number: int, asked: Asked) -> dict[str, Any]:
    if isinstance(item, _Repeated):
        raise DataError("{file}, row {row}: the key {name} stands there twice. Keep one.", file=asked.file, row=number, name=str(item)[:80])
    if not isinstance(item, dict):
        raise DataError('{file}, row {row} is not an object. Write every row as {{"column": value}}.', file=asked.file, row=number)
    return item


def _table(rows: Iterable[tuple[int, dict[str, Any]]], asked: Asked):
    """Return the table and notes. Two passes, since a key may first appear in the last row."""
    taken: list[tuple[int, dict[str, str | None]]] = []
    names: dict[str, int] = {}
    nested: set[str] = set()
    for number, row in rows:
        for name in row:
            names[name] = names.get(name, 0) + 1
        if len(names) > asked.limits.columns:
            check_columns(list(names), asked=asked)
        taken.append((number, {name: _cell(value, number, name, asked, nested) for name, value in row.items()}))
        check_rows(len(taken), asked=asked)
        if asked.rows is not None and len(taken) >= asked.rows:
            break
    if not taken or not names:
        raise no_rows(asked) if taken else empty(asked)
    cells = Cells(list(names), asked=asked)
    for number, row in taken:
        cells.add(number, [row.get(name) for name in names])
    return cells.table(), _notes(names, len(taken), nested, asked)


def _notes(names: dict[str, int], count: int, nested: set[str], asked: Asked) -> list[Sentence]:
    notes = [
        say(
            "Column {column} is absent from {count} rows of {file}; those cells are missing.",
            column=name,
            count=count - present,
            file=asked.file,
        )
        for name, present in names.items()
        if present < count
    ][:5]
    return notes + [
        say("Column {column} of {file} holds lists or objects; they were kept as JSON text.", column=n, file=asked.file)
        for n in sorted(nested)
    ]


def _cell(value: Any, number: int, name: str, asked: Asked, nested: set[str]) -> str | None:
    if value is None or isinstance(value, (_Number, bool)) or type(value) is str:
        return _text(value)
    if isinstance(value, (dict, list)):
        nested.add(name)
    try:
        return _text(value)
    except _Refused as refused:
        if isinstance(refused.value, _Repeated):
            raise DataError(
                "{file}, row {row}, column {column}: the key {name} stands there twice. Keep one.",
                file=asked.file,
                row=number,
                column=name,
                name=str(refused.value)[:80],
            ) from refused
        raise DataError(
            '{file}, row {row}, column {column}: {found} is no JSON value. Write null for a missing cell, or put it in quotes: "{found}".',
            file=asked.file,
            row=number,
            column=name,
            found=str(refused.value),
        ) from refused
    except RecursionError as error:
        raise DataError(
            "{file}, row {row}, column {column} nests too deeply to be a cell. Give plain values.", file=asked.file, row=number, column=name
        ) from error


class _Refused(Exception):
    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


def _text(value: Any, inside: bool = False) -> str | None:
    """Return the cell as text; lists and objects as JSON again, with numbers as they were written."""
    if isinstance(value, (_NotJson, _Repeated)):
        raise _Refused(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return "null" if inside else None
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k, ensure_ascii=False)}: {_text(v, True)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(str(_text(item, True)) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False) if inside and not isinstance(value, _Number) else str(value)
