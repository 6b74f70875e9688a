"""How long texts are, in characters and in words that are near to what a tokenizer makes of them. Knows no tokenizer."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from fmcore.data.normal import text_columns
from fmcore.records import Columns

_WITHOUT_SPACES = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


def words(text: str) -> int:
    """Return the number of words; in scripts without spaces each character is one.

    Example:
        >>> words("two words"), words("三个字 and 2")
        (2, 5)
    """
    if text.isascii():
        return len(text.split())
    return len(_WITHOUT_SPACES.findall(text)) + len(_WITHOUT_SPACES.sub(" ", text).split())


def without_spaces(text: str) -> int:
    """Return how many characters are of scripts that put no spaces between words."""
    return 0 if text.isascii() else len(_WITHOUT_SPACES.findall(text))


def n_words(frame: pd.DataFrame, columns: Columns) -> np.ndarray:
    """Return the words of each row, int64 of shape (rows,); both texts of a pair together."""
    return sum((_measured(frame[name], words) for name in text_columns(columns)), np.zeros(len(frame), np.int64))


def n_characters(frame: pd.DataFrame, columns: Columns) -> np.ndarray:
    """Return the characters of each row, int64 of shape (rows,); both texts of a pair together."""
    return sum((_measured(frame[name], len) for name in text_columns(columns)), np.zeros(len(frame), np.int64))


def _measured(column: pd.Series, measure: object) -> np.ndarray:
    return np.array([measure(v) if isinstance(v, str) else 0 for v in column], np.int64)  # type: ignore[operator]
