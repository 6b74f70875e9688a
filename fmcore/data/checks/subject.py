"""What a check looks at: the usable rows with their normal forms, worked out once for all checks. Judges nothing."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass

import pandas as pd

from fmcore.data.neighbours import Neighbours, neighbours
from fmcore.data.normal import text_columns, text_keys
from fmcore.records import Columns

EXAMPLES = 5
EXCERPT = 80


@dataclass(frozen=True)
class Subject:
    """A data set under examination."""

    frame: pd.DataFrame
    """Rows with a text and a label only; index 0, 1, 2 …"""
    columns: Columns
    split: pd.Series | None
    """Split name of each row of ``frame``; None where nothing is split yet."""
    max_length_words: int
    known_neighbours: Neighbours | None = None

    @functools.cached_property
    def keys(self) -> list[str]:
        """Normal form of each row's text."""
        return text_keys(self.frame, self.columns)

    @functools.cached_property
    def rows_of(self) -> dict[str, list[int]]:
        """Normal form → positions of its rows."""
        found: dict[str, list[int]] = {}
        for row, key in enumerate(self.keys):
            found.setdefault(key, []).append(row)
        return found

    @functools.cached_property
    def labels(self) -> list[str]:
        return self.frame[self.columns.label].tolist()

    @functools.cached_property
    def splits(self) -> list[str]:
        """Split name of each row; all ``train`` where nothing is split yet."""
        return ["train"] * len(self.frame) if self.split is None else self.split.tolist()

    @functools.cached_property
    def taught(self) -> list[str]:
        """The labels of the train rows."""
        return [label for label, name in zip(self.labels, self.splits, strict=True) if name == "train"]

    @functools.cached_property
    def neighbours(self) -> Neighbours:
        return self.known_neighbours or neighbours(self.keys)

    @functools.cached_property
    def near(self) -> list[tuple[str, str, float]]:
        """Pairs of near duplicates; what is not train is compared with train more closely."""
        if self.split is None:
            return self.neighbours.pairs()
        return self.neighbours.pairs(key for key, name in zip(self.keys, self.splits, strict=True) if name == "train")

    def excerpts(self, rows: Iterable[int]) -> tuple[str, ...]:
        """Return the beginnings of the texts of the first few of these rows."""
        names = text_columns(self.columns)
        chosen = [row for row, _ in zip(rows, range(EXAMPLES), strict=False)]
        return tuple(" | ".join(excerpt(self.frame[name].iloc[row]) for name in names) for row in chosen)


def excerpt(text: str) -> str:
    """Return the beginning of a text on one line.

    Example:
        >>> excerpt("two\\nlines")
        'two lines'
    """
    line = " ".join(text[: EXCERPT * 4].split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1] + "…"


def percent(count: int, of: int) -> float:
    """Return count as a percentage with one decimal place; 0 of nothing is 0."""
    return round(100 * count / of, 1) if of else 0.0


def listed(values: Iterable[str], most: int = EXAMPLES) -> str:
    """Return a short list of values for a sentence."""
    values = list(values)
    return ", ".join(excerpt(v) for v in values[:most]) + (" …" if len(values) > most else "")
