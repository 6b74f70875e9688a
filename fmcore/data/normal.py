"""When two texts count as the same: the normal form that checks, overlap and splits compare.

Knows nothing of labels or splits. What is stored and trained on is always the text as it was given, never this form.
"""

from __future__ import annotations

import unicodedata

import pandas as pd

from fmcore.records import Columns

BETWEEN = "\x1f"
"""Stands between the two texts of a pair; NFKC text from a file practically never holds it."""
_INVISIBLE = dict.fromkeys((0x00AD, 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0xFE0E, 0xFE0F))


def normal(text: str) -> str:
    """Return the text without differences of case, white space, Unicode form and invisible characters.

    Example:
        >>> normal("  Ｇood\\u00a0 Day ")
        'good day'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text.translate(_INVISIBLE)).casefold()
        return " ".join(unicodedata.normalize("NFKC", text).split())
    return " ".join(text.lower().split())


def is_empty(value: object) -> bool:
    """Return whether a cell says nothing: missing, or only white space and invisible characters."""
    return not isinstance(value, str) or not value.translate(_INVISIBLE).strip()


def empty_cells(column: pd.Series) -> pd.Series:
    """Return a boolean Series, True where the cell says nothing."""
    return column.map(is_empty).astype(bool) if len(column) else pd.Series([], index=column.index, dtype=bool)


def text_columns(columns: Columns) -> tuple[str, ...]:
    """Return the names of the one or two text columns."""
    return (columns.text,) if columns.text_pair is None else (columns.text, columns.text_pair)


def text_keys(frame: pd.DataFrame, columns: Columns) -> list[str]:
    """Return the normal form of each row's text (both texts of a pair), in row order; ``""`` where every text is empty."""
    parts = [[normal(v) if isinstance(v, str) else "" for v in frame[name]] for name in text_columns(columns)]
    if len(parts) == 1:
        return parts[0]
    return [first + BETWEEN + second if first or second else "" for first, second in zip(*parts, strict=True)]
