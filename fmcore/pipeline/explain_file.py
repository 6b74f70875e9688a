"""The words that speak for a run's answers, for every row of a file, as JSON lines; and how far they are the words that people marked."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.data.read import plain_name
from fmcore.errors import DataError
from fmcore.explain.marks import Overlap, Span, compare, overlap, spans
from fmcore.explain.records import Attribution
from fmcore.pipeline.chunks import chunks
from fmcore.pipeline.explain import Ask
from fmcore.pipeline.out_file import out_file
from fmcore.pipeline.runs import require_done, require_finetuned
from fmcore.records import from_json, to_json

if TYPE_CHECKING:
    import pandas as pd

AT_ONCE = 64
"""Rows asked together: enough for full batches, few enough that progress is seen."""


@dataclass(frozen=True)
class Columns:
    """Which columns of the file are read."""

    text: str
    text_pair: str | None = None
    marks: str | None = None
    """What people marked in the text, as :func:`fmcore.explain.marks.spans` reads it; empty where they marked nothing."""


def explain_file(
    run_id: str,
    file: Path,
    columns: Columns,
    *,
    ask: Ask,
    method: str = "integrated-gradients",
    label: str | None = None,
    out: Path | None = None,
    watch: Callable[[float, int], None] = lambda share, rows: None,
) -> tuple[int, Overlap | None]:
    """Return the rows that were explained and, where marks are given, how far they agree. Rows without a text are left out.

    ``out`` gets one line per row: ``row`` (1 is the first below the header) and the fields of
    :class:`~fmcore.explain.records.Attribution`. ``watch`` hears the share of the file that is done (0 to 1) and the rows so far.

    Raises:
        JobError: the run is not done, or keeps no model.
        DataError: the file can't be read, lacks a column, or has marks that do not fit their text; or ``out`` can't be written.
    """
    require_finetuned(require_done(run_id, "explain"), "explain")
    rows, compared = 0, []
    with contextlib.nullcontext() if out is None else out_file(out, read=file) as written:
        for share, many in _asked(file, columns):
            asked = {"texts": [one.texts for one in many], "method": method, "labels": label and [label] * len(many)}
            found = [from_json(Attribution, one) for one in ask(run_id, "attribution", **asked)] if many else []
            for one, attribution in zip(many, found, strict=True):
                compared.append(compare(attribution, one.marks))
                if written is not None:
                    written.write(json.dumps({"row": one.number, **to_json(attribution)}, ensure_ascii=False, sort_keys=True) + "\n")
            rows += len(many)
            watch(share, rows)
    return rows, None if columns.marks is None else overlap(compared)


@dataclass(frozen=True)
class _Row:
    """One row with a text."""

    number: int
    texts: str | list[str]
    marks: list[Span]


def _asked(file: Path, columns: Columns) -> Iterator[tuple[float, list[_Row]]]:
    """Yield (share of the file that is done after these, rows)."""
    before, name = 0, plain_name(file.name)
    for share, frame in chunks(file, AT_ONCE):
        _require(frame, columns, name)
        rows = (_row(cells, number, columns, name) for number, cells in enumerate(frame.to_dict("records"), before + 1))
        yield share, [row for row in rows if row is not None]
        before += len(frame)


def _row(cells: Mapping[Hashable, Any], number: int, columns: Columns, file: str) -> _Row | None:
    texts = [cells[name] for name in (columns.text, columns.text_pair) if name is not None]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        return None
    mark = cells[columns.marks] if columns.marks is not None else None
    try:
        marks = spans(texts[0], mark) if isinstance(mark, str) else []
    except DataError as error:
        raise DataError("{file}, row {row}: {reason}", file=file, row=number, reason=str(error)) from error
    return _Row(number, texts[0] if len(texts) == 1 else texts, marks)


def _require(frame: pd.DataFrame, columns: Columns, file: str) -> None:
    there = [str(name) for name in frame.columns]
    for name in (columns.text, columns.text_pair, columns.marks):
        if name is not None and name not in there:
            raise DataError("{file} has no column {column}. Found: {found}.", file=file, column=name, found=", ".join(there[:20]))
