"""Which format a file has, by what stands in it first and by its name second; and the reader of each."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

from fmcore.data.formats import delimited, json_rows
from fmcore.data.formats import encoding as encodings
from fmcore.data.formats.cells import Found, empty
from fmcore.data.limits import Asked
from fmcore.errors import DataError, unknown
from fmcore.records import say

FORMATS = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx")
FOREIGN = (
    (b"%PDF", "a PDF"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"\x1f\x8b", "compressed with gzip"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard"),
    (b"BZh", "compressed with bzip2"),
    (b"\xfd7zXZ", "compressed with xz"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "a SQLite database"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file, or one with a password"),
    (b"\x89HDF", "an HDF5 file"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"ARROW1", "an Arrow file"),
    (b"{\\rtf", "a rich text document"),
)
"""First bytes → what they begin. Only what can be named: anything else binary is told as such."""


def read(asked: Asked) -> Found:
    """Return the table in the file.

    Raises:
        DataError: in one sentence, what was found and what to do.
    """
    if asked.format is not None and asked.format not in FORMATS:
        raise DataError("{problem}", problem=unknown("format", asked.format[:40], FORMATS))
    with open(asked.path, "rb") as file:
        head = file.read(4096)
    if not head:
        raise empty(asked)
    found = _binary(head, asked) or _text(head, asked)
    ending = Path(asked.file).suffix.lower().lstrip(".")
    if asked.format is None and ending in ("parquet", "xlsx") and found.format != ending:
        note = say(
            "{file} is named .{ending} but holds {format}; it was read as {format}.", file=asked.file, ending=ending, format=found.format
        )
        return Found(found.table, found.format, found.encoding, found.delimiter, (note, *found.notes))
    return found


def _binary(head: bytes, asked: Asked) -> Found | None:
    """Read Parquet and XLSX, name other binary formats; None when it may be text."""
    kind = "parquet" if head.startswith(b"PAR1") else "xlsx" if _is_xlsx(head, asked) else None
    if kind is None:
        for mark, what in FOREIGN:
            if head.startswith(mark):
                raise DataError("{file} is {what}, not a table of text. Save it as CSV, JSON, Parquet or XLSX.", file=asked.file, what=what)
    if asked.format in ("parquet", "xlsx") and asked.format != kind:
        raise DataError(
            "{file} is not a {format} file: it begins with other bytes. Choose its format again.", file=asked.file, format=asked.format
        )
    if kind is None:
        return None
    if asked.format not in (None, kind):
        raise DataError(
            "{file} is a {found} file, not {format}. Choose its format again.", file=asked.file, found=kind, format=asked.format
        )
    if kind == "parquet":
        from fmcore.data.formats import parquet  # its libraries take time to load, so only when needed

        return parquet.read(asked)
    from fmcore.data.formats import xlsx

    return xlsx.read(asked)


def _is_xlsx(head: bytes, asked: Asked) -> bool:
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(asked.path) as parts:
            names = set(parts.namelist())
    except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
        raise DataError("{file} is a damaged ZIP or XLSX file. Save it again.", file=asked.file) from error
    if "xl/workbook.xml" not in names:
        raise DataError(
            "{file} is a ZIP archive or another office format, not XLSX. Unpack it, or save it as XLSX or CSV.", file=asked.file
        )
    return True


def _text(head: bytes, asked: Asked) -> Found:
    encoding, notes = encodings.decide(asked)
    kind = asked.format or _text_format(encoding, asked)
    if kind in ("json", "jsonl"):
        found = json_rows.read(asked, encoding=encoding, lines=kind == "jsonl")
    else:
        found = delimited.read(asked, encoding=encoding)
    return Found(found.table, found.format, encoding, found.delimiter, (*notes, *found.notes))


def _text_format(encoding: str, asked: Asked) -> str:
    with open(asked.path, encoding=encoding) as text:
        start = text.read(4096).lstrip()
        if not start:
            raise empty(asked)
        ending = Path(asked.file).suffix.lower()
        if ending in (".jsonl", ".ndjson"):
            return "jsonl"
        if start[:1] == "{" and start[1:].lstrip()[:1] in ('"', "}"):
            text.seek(0)
            return "jsonl" if _is_object(text.readline(1 << 24)) and text.read(4096).strip() else "json"
        if ending == ".json" or (start[:1] == "[" and start[1:].lstrip()[:1] in ("{", "[", "]")):
            return "json"
        if start[:64].lower().startswith(("<!doctype", "<html", "<?xml", "<table")):
            raise DataError("{file} is a web page or XML, not a table. Save it as CSV, JSON, Parquet or XLSX.", file=asked.file)
    return "tsv" if ending in (".tsv", ".tab") else "csv"


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False
