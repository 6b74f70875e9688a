"""What stands in a person's file: a table of text cells.

Knows formats, encodings and limits. Refuses to know what a column means, and never turns a cell into a number:
``007``, ``None`` and ``1.0`` stay as they are, an empty cell is missing. The file is opened in a process of its own (child.py).
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pandas as pd
import pyarrow as pa

from fmcore.data.child import ANSWER, ASKED, TABLE, too_much_memory
from fmcore.data.formats import FORMATS
from fmcore.data.formats.delimited import DELIMITERS
from fmcore.data.formats.encoding import ENCODINGS
from fmcore.data.limits import MEGABYTE, Asked, Limits
from fmcore.errors import DataError
from fmcore.records import Json, Sentence, from_json
from fmcore.settings import ROOT, Settings, get_settings

__all__ = ["DELIMITERS", "ENCODINGS", "FORMATS", "Table", "plain_name", "preview", "read_table"]

MEMORY_SIGNALS = (signal.SIGABRT, signal.SIGSEGV, getattr(signal, "SIGBUS", None), getattr(signal, "SIGKILL", None))
"""How a process ends whose library could not get memory, or that the operating system chose to end."""


@dataclass(frozen=True)
class Table:
    """A file as it was read."""

    frame: pd.DataFrame
    """Every cell is a str, or None where it is missing (dtype object)."""
    columns: tuple[str, ...]
    format: str
    """csv, tsv, jsonl, json, parquet or xlsx."""
    encoding: str | None
    """As Python calls it; None for formats that carry their own."""
    delimiter: str | None
    notes: tuple[Sentence, ...] = ()
    """What was decided on the way: a guessed encoding, the sheet that was taken …"""


def read_table(
    path: Path,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    format: str | None = None,
    sheet: str | None = None,
    limits: Settings | None = None,
) -> Table:
    """Return the table in the file. What is not given is found out; ``name`` is what people call the file.

    Row numbers in errors are those that a spreadsheet shows: the header is row 1. In JSON they count items, in JSON lines, lines.

    Raises:
        DataError: the file can't be read as it is; the sentence names file, row and column.
    """
    return _read(Path(path), name, encoding, delimiter, format, sheet, None, limits)


def preview(
    path: Path,
    *,
    name: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    format: str | None = None,
    sheet: str | None = None,
    limits: Settings | None = None,
    rows: int = 20,
) -> Table:
    """Return the first rows of the table in the file. Raises what :func:`read_table` raises, as far as these rows show it."""
    return _read(Path(path), name, encoding, delimiter, format, sheet, rows, limits)


def plain_name(name: str) -> str:
    """Return the base name of a file as it can be shown and used: no folders, no control characters, at most 120 characters.

    Example:
        >>> plain_name("..\\\\..\\\\secret/../x.csv")
        'x.csv'
    """
    base = PurePosixPath(name.replace("\\", "/")).name
    base = "".join(letter if letter.isprintable() else " " for letter in base).strip()
    return (base if base.strip(".") else "file")[-120:]


def _read(path: Path, name, encoding, delimiter, format, sheet, rows, limits: Settings | None) -> Table:
    asked = Asked(
        path=str(path.absolute()),
        file=plain_name(name or path.name),
        format=format,
        encoding=encoding,
        delimiter=delimiter,
        sheet=sheet,
        rows=rows,
        limits=Limits.of(limits or get_settings()),
    )
    _check_file(path, asked)
    with tempfile.TemporaryDirectory(prefix="fmcore-read-") as folder:
        answer = _ask(asked, Path(folder))
        if "error" in answer:
            sentence = from_json(Sentence, answer["error"])
            raise DataError(sentence.template, **sentence.values)
        frame = _frame(Path(folder) / TABLE)
    notes = tuple(from_json(Sentence, note) for note in answer["notes"])
    return Table(frame, tuple(frame.columns), answer["format"], answer["encoding"], answer["delimiter"], notes)


def _check_file(path: Path, asked: Asked) -> None:
    if not path.exists():
        raise DataError("There is no file called {file}. Check the name, or choose the file again.", file=asked.file)
    if not path.is_file():  # a folder, a pipe or a device, which would never end
        raise DataError("{file} is a folder or no regular file. Choose one file.", file=asked.file)
    size = path.stat().st_size
    if size > asked.limits.file_bytes:
        raise DataError(
            "{file} has {size} MB; at most {limit} MB are read. Take a sample of it, or raise FMCORE_MAX_UPLOAD_MB.",
            file=asked.file,
            size=-(-size // MEGABYTE),
            limit=asked.limits.file_bytes // MEGABYTE,
        )
    if not os.access(path, os.R_OK):
        raise DataError("{file} may not be read by this program. Change its permissions.", file=asked.file)


def _ask(asked: Asked, folder: Path) -> Json:
    """Return what the reading process answered."""
    (folder / ASKED).write_text(json.dumps(asdict(asked)), "utf-8")
    # Its own environment: no secrets, no threads, and memory that counts against the limit only when it is used.
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "OMP_NUM_THREADS": "1",
        "MALLOC_ARENA_MAX": "2",
    }
    environment |= {key: os.environ[key] for key in ("SYSTEMROOT", "LD_LIBRARY_PATH", "TMPDIR", "TEMP") if key in os.environ}
    with open(folder / "errors.txt", "wb") as errors:
        try:
            process = subprocess.run(
                [sys.executable, "-m", "fmcore.data.child", str(folder)],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                timeout=asked.limits.seconds,
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise _too_slow(asked) from error
    if (folder / ANSWER).is_file() and process.returncode == 0:
        return json.loads((folder / ANSWER).read_text("utf-8"))
    raise _ended(process.returncode, (folder / "errors.txt").read_text("utf-8", "replace"), asked)


def _ended(code: int, errors: str, asked: Asked) -> DataError:
    """Return why the reading process ended without an answer."""
    if code == -getattr(signal, "SIGXCPU", 24):
        return _too_slow(asked)
    if "MemoryError" in errors or "memory allocation" in errors or "bad_alloc" in errors or -code in [s for s in MEMORY_SIGNALS if s]:
        return too_much_memory(asked)
    kind = (re.findall(r"^(\w[\w.]*)(?::|$)", errors, re.MULTILINE) or ["?"])[-1]
    return DataError("{file} can't be read ({kind}, code {code}). Save it again as CSV in UTF-8.", file=asked.file, kind=kind, code=code)


def _too_slow(asked: Asked) -> DataError:
    return DataError(
        "Reading {file} takes more than {limit} seconds. Take a sample of it, or raise FMCORE_READ_SECONDS.",
        file=asked.file,
        limit=asked.limits.seconds,
    )


def _frame(path: Path) -> pd.DataFrame:
    with pa.memory_map(str(path)) as source:
        table = pa.ipc.open_file(source).read_all()
        columns = {name: np.array(column.to_pylist(), dtype=object) for name, column in zip(table.column_names, table.columns, strict=True)}
    return pd.DataFrame(columns, dtype=object)
