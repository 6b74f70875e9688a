"""XLSX: the values of one sheet. Formulas are not run, entities are not expanded, macros and links are not looked at."""

from __future__ import annotations

import datetime
import zipfile
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from fmcore.data.formats.cells import Cells, Found, empty
from fmcore.data.limits import Asked, check_columns, check_out
from fmcore.errors import DataError
from fmcore.records import say

PROLOG_BYTES = 1 << 16
"""A document type stands before the first element, so this much of each part shows it."""


def read(asked: Asked) -> Found:
    """Return the table of one sheet: the one asked for, else the first.

    Raises:
        DataError: it is damaged, too large once unpacked, declares entities, or has no such sheet.
    """
    _inspect(asked)
    try:
        with CalamineWorkbook.from_path(asked.path) as book:
            names = [sheet.name for sheet in book.sheets_metadata if str(sheet.typ).endswith("WorkSheet")]
            name = _choose(names, asked)
            table = _table(book.get_sheet_by_name(name), asked)
    except CalamineError as error:
        raise DataError(
            "{file} can't be read as XLSX: {reason}. Save it again as XLSX or CSV.", file=asked.file, reason=str(error)[:200]
        ) from error
    notes = []
    if asked.sheet is None and len(names) > 1:
        notes.append(
            say(
                "{file} has {count} sheets; {sheet}, the first, was read. Others: {others}.",
                file=asked.file,
                count=len(names),
                sheet=name,
                others=", ".join(names[1:6]),
            )  # fmt: skip
        )
    return Found(table, "xlsx", None, None, tuple(notes))


def _inspect(asked: Asked) -> None:
    """Refuse by its table of contents what would not fit, and parts that declare entities."""
    try:
        with zipfile.ZipFile(asked.path) as parts:
            check_out(sum(part.file_size for part in parts.infolist()), asked=asked)
            for part in parts.infolist():
                if part.flag_bits & 1:
                    raise DataError("{file} is protected by a password. Save it without one.", file=asked.file)
                if part.filename.endswith((".xml", ".rels")):
                    _refuse_entities(parts, part, asked)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError) as error:
        raise DataError("{file} is damaged: its parts can't be unpacked. Save it again as XLSX or CSV.", file=asked.file) from error


def _refuse_entities(parts: zipfile.ZipFile, part: zipfile.ZipInfo, asked: Asked) -> None:
    with parts.open(part) as content:
        prolog = content.read(PROLOG_BYTES).replace(b"\0", b"").upper()  # without nulls UTF-16 reads like ASCII
    if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
        raise DataError(
            "{file} declares XML entities in {part}, as no spreadsheet program does; it was not opened. Save it again as XLSX or CSV.",
            file=asked.file,
            part=part.filename[:80],
        )


def _choose(names: list[str], asked: Asked) -> str:
    if not names:
        raise empty(asked)
    if asked.sheet is None:
        return names[0]
    if asked.sheet not in names:
        raise DataError(
            "{file} has no sheet called {sheet}. Known: {known}.", file=asked.file, sheet=asked.sheet[:80], known=", ".join(names[:20])
        )
    return asked.sheet


def _table(sheet: CalamineSheet, asked: Asked):
    if sheet.start is None:
        raise empty(asked)
    if sheet.width > asked.limits.columns:
        check_columns([str(number) for number in range(sheet.width)], asked=asked)
    cells: Cells | None = None
    for number, row in enumerate(sheet.iter_rows(), 1):  # begins at row 1 of the sheet, even where the table begins lower
        texts = [_text(value) for value in row]
        if not any(texts):
            continue
        if cells is None:
            cells = Cells([text or "" for text in texts], asked=asked)
            continue
        cells.add(number, texts)
        if cells.full:
            break
    if cells is None:
        raise empty(asked)
    return cells.table()


def _text(value: Any) -> str | None:
    """Return a cell as a person would write it: 7, not 7.0; true and false; dates as ISO 8601."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime.datetime):
        return value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    return str(value)
