"""From one, two or three files to one frame of text cells, with each row's split and id: before anything is judged.

Refuses what can't be meant: columns that are not there, one column in two roles, ids that repeat. Does not look for problems in the
content.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from fmcore.data.fingerprint import OURS, SPLIT
from fmcore.data.normal import empty_cells
from fmcore.data.split import from_column
from fmcore.errors import DataError
from fmcore.records import Columns

if TYPE_CHECKING:
    from fmcore.data.read import Table

ROW, WHY = "fmc_row", "fmc_why"
"""Row number in its file, from 1, and the kind of problem that drops the row; only while a data set is made."""


def assemble(tables: Mapping[str, Table | pd.DataFrame | None], columns: Columns) -> pd.DataFrame:
    """Return all rows in order of the files: ``fmc_split`` (None where it is still to be drawn), ``fmc_row``, then the original columns
    as str or None.

    ``tables`` maps ``train`` (needed), ``validation`` and ``test`` to tables or frames.

    Raises:
        DataError: a column that plays a role is missing, plays two, or the split is given twice; a text that is no Unicode.
    """
    frames = {name: as_text(table, name) for name, table in tables.items() if table is not None}
    if columns.split is not None and len(frames) > 1:
        raise DataError(
            "The split is given twice: by files of its own and by the column {column}. Leave one of them out.", column=columns.split
        )
    _refuse_double_roles(columns)
    for name, frame in frames.items():
        _refuse_missing(frame, columns, name)
    parts = []
    for name, frame in frames.items():
        ours = pd.DataFrame({SPLIT: pd.Series([name] * len(frame), dtype=object), ROW: range(1, len(frame) + 1)})
        parts.append(pd.concat([ours, frame.reset_index(drop=True)], axis=1))
    joined = pd.concat(parts, ignore_index=True)
    for name in joined.columns.drop([SPLIT, ROW]):
        joined[name] = _objects(joined[name])
    if columns.split is not None:
        joined[SPLIT] = from_column(joined[columns.split])
    elif len(frames) == 1:
        joined[SPLIT] = pd.Series([None] * len(joined), dtype=object)
    return joined


def as_text(table: Table | pd.DataFrame, file: str = "train") -> pd.DataFrame:
    """Return the table as a frame of str cells, None where a cell is missing. Raises DataError: double or reserved column names."""
    frame = table if isinstance(table, pd.DataFrame) else table.frame
    names = [str(name) for name in frame.columns]
    double = [name for name, count in Counter(names).items() if count > 1]
    if double:
        raise DataError("The {file} file has more than one column called {names}. Rename them.", file=file, names=", ".join(double))
    reserved = [name for name in names if name.startswith(OURS)]
    if reserved:
        raise DataError(
            "The {file} file has columns called {names}; names that begin with {ours} are used by FM Commons. Rename them.",
            file=file,
            names=", ".join(reserved),
            ours=OURS,
        )
    out = pd.DataFrame({name: _objects(frame.iloc[:, i]).array for i, name in enumerate(names)}, columns=names, dtype=object)
    for name in names:
        _refuse_broken_unicode(out[name], file)
    return out


def ids(frame: pd.DataFrame, columns: Columns) -> pd.Series:
    """Return each row's id: the id column's value, or the split and the row's number in its file (``test-000017``).

    Raises:
        DataError: the id column has an empty or a repeated value.
    """
    if columns.id is None:
        return pd.Series([f"{s}-{n:06d}" for s, n in zip(frame[SPLIT], frame[ROW], strict=True)], index=frame.index, dtype=object)
    values = frame[columns.id]
    empty = empty_cells(values)
    if empty.any():
        raise DataError(
            "The id column {column} is empty in {count} rows, first in row {row}. Fill it, or choose no id column.",
            column=columns.id,
            count=int(empty.sum()),
            row=int(frame[ROW][empty].iloc[0]),
        )
    repeated = [str(v) for v, n in Counter(values).most_common() if n > 1]
    if repeated:
        raise DataError(
            "The id column {column} repeats {count} values: {values}. Choose a column in which every row differs, or none.",
            column=columns.id,
            count=len(repeated),
            values=", ".join(repeated[:5]) + (" …" if len(repeated) > 5 else ""),
        )
    return values


def roles(columns: Columns) -> list[tuple[str, str]]:
    """Return (role, column name) for every role that is filled."""
    single = [(role, getattr(columns, role)) for role in ("text", "text_pair", "label", "id", "split", "unit")]
    return [(role, name) for role, name in single if name is not None] + [("group", name) for name in columns.groups]


def _refuse_double_roles(columns: Columns) -> None:
    for one, other in (("text", "label"), ("text_pair", "label"), ("text", "text_pair"), ("label", "split"), ("label", "id")):
        name = getattr(columns, one)
        if name is not None and name == getattr(columns, other):
            raise DataError(
                "The column {column} is chosen both as {one} and as {other}. Choose two different columns.",
                column=name,
                one=one,
                other=other,
            )


def _refuse_missing(frame: pd.DataFrame, columns: Columns, file: str) -> None:
    found = list(frame.columns)
    for role, name in roles(columns):
        if name in found or (role == "split" and file != "train"):
            continue
        near = difflib.get_close_matches(name.lower(), [f.lower() for f in found], n=1)
        listed = ", ".join(found[:20]) + (" …" if len(found) > 20 else "")
        if near:
            raise DataError(
                "The {file} file has no column {column} (for {role}); did you mean {near}? Found: {found}.",
                file=file,
                column=name,
                role=role,
                near=next(f for f in found if f.lower() == near[0]),
                found=listed,
            )
        raise DataError(
            "The {file} file has no column {column} (for {role}). Found: {found}.", file=file, column=name, role=role, found=listed
        )


def _objects(column: pd.Series) -> pd.Series:
    # pandas 3 reads text as a dtype of its own with NaN for missing; here a cell is a str or None and nothing else.
    cells = [v if isinstance(v, str) else None if pd.isna(v) else str(v) for v in column.tolist()]
    return pd.Series(cells, index=column.index, dtype=object)


def _refuse_broken_unicode(column: pd.Series, file: str) -> None:
    for row, value in enumerate(column, 1):
        try:
            if value is not None:
                value.encode()
        except UnicodeEncodeError:
            raise DataError(
                "The {file} file, row {row}, column {column} holds half a character (a lone surrogate). Save the file as UTF-8 again.",
                file=file,
                row=row,
                column=str(column.name),
            ) from None
