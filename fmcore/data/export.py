"""Tables on their way out, to be opened in a spreadsheet program: a cell that would run as a formula becomes plain text."""

from __future__ import annotations

import re

import pandas as pd

STARTS_A_FORMULA = re.compile(r"^[=+\-@\t\r\n＝＋－＠]")  # the wide forms start one too, in East Asian versions
PLAIN_NUMBER = re.compile(r"^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$")


def spreadsheet_safe(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy in which every text cell and column name that would start a formula begins with an apostrophe.

    Plain numbers such as -3.5 stay, and so does everything that is not text.

    Example:
        >>> spreadsheet_safe(pd.DataFrame({"a": ["=1+1", "-3.5", "fine"]}))["a"].tolist()
        ["'=1+1", '-3.5', 'fine']
    """
    safe = frame.copy()
    for position, kind in enumerate(frame.dtypes):
        if pd.api.types.is_object_dtype(kind) or isinstance(kind, (pd.StringDtype, pd.CategoricalDtype)):
            safe.isetitem(position, frame.iloc[:, position].astype(object).map(_safe))
    safe.columns = [_safe(name) for name in frame.columns]
    return safe


def _safe(cell: object) -> object:
    if isinstance(cell, str) and STARTS_A_FORMULA.match(cell) and not PLAIN_NUMBER.match(cell):
        return "'" + cell
    return cell
