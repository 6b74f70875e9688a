"""Rows that can't be used at all: no text, no label. They are left out and counted; only where they are many do they stand in the way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fmcore.data.checks.subject import EXAMPLES, excerpt, percent
from fmcore.data.normal import empty_cells, text_columns
from fmcore.records import SPLITS, Columns, Problem, Severity, say

SOME_GAPS = 0.01
"""Below this share of all rows, rows that are left out are a note, from it on a warning."""
MANY_GAPS = 0.2
"""From this share on, of all rows or of one split, gaps block: they are seldom chance then (a class that nobody labelled, a column read
wrongly), and the figures are about something else than the data."""
KINDS = ("many-gaps", "empty-texts", "missing-labels")


def why_dropped(frame: pd.DataFrame, columns: Columns) -> pd.Series:
    """Return for each row the kind of problem that drops it, or None; an empty text counts before a missing label."""
    why = pd.Series([None] * len(frame), index=frame.index, dtype=object)
    why[empty_cells(frame[columns.label])] = "missing-labels"
    for name in text_columns(columns):
        why[empty_cells(frame[name])] = "empty-texts"
    return why


def unusable(frame: pd.DataFrame, columns: Columns, why: pd.Series, split: pd.Series | None = None) -> Iterator[Problem]:
    """Yield many-gaps, then empty-texts and missing-labels, each row counted once; ``split`` is None at rows whose split nobody gave."""
    gone = why.notna().to_numpy()
    if gone.any():
        yield from _many(gone, split)
    empty, unlabelled = (why == "empty-texts").to_numpy(), (why == "missing-labels").to_numpy()
    if empty.any():
        sentence = say(
            "Rows with an empty text: {count} of {rows} ({percent} %, column {column}). They teach nothing and are left out.",
            **_counts(empty),
            column=", ".join(text_columns(columns)),
        )
        examples = tuple(excerpt(str(v)) for v in frame[columns.label][empty].head(EXAMPLES) if isinstance(v, str))
        yield Problem("empty-texts", _how_bad(empty), int(empty.sum()), sentence, examples)
    if unlabelled.any():
        sentence = say(
            "Rows without a label: {count} of {rows} ({percent} %, column {column}). They can't be learned from and are left out.",
            **_counts(unlabelled),
            column=columns.label,
        )
        examples = tuple(excerpt(v) for v in frame[columns.text][unlabelled].head(EXAMPLES))
        yield Problem("missing-labels", _how_bad(unlabelled), int(unlabelled.sum()), sentence, examples)


def _many(gone: np.ndarray, split: pd.Series | None) -> Iterator[Problem]:
    """Yield many-gaps for all rows, or else for the split that lost most of its own."""
    if gone.mean() >= MANY_GAPS:
        sentence = say(
            "Rows left out because their text or label is empty: {count} of {rows} ({percent} %). So many gaps are seldom chance; what is "
            "left may stand for something else than the whole.",
            **_counts(gone),
        )
        yield Problem("many-gaps", Severity.BLOCKING, int(gone.sum()), sentence)
        return
    parts = {} if split is None else {name: gone[(split == name).to_numpy()] for name in SPLITS}
    name, part = max(((name, part) for name, part in parts.items() if len(part)), key=lambda one: one[1].mean(), default=("", gone))
    if part.mean() >= MANY_GAPS:
        sentence = say(
            "Rows of the {split} split left out because their text or label is empty: {count} of {rows} ({percent} %). So many gaps are "
            "seldom chance; what is left may stand for something else than the whole.",
            split=name,
            **_counts(part),
        )
        yield Problem("many-gaps", Severity.BLOCKING, int(part.sum()), sentence)


def _counts(gone: np.ndarray) -> dict[str, int | float]:
    return {"count": int(gone.sum()), "rows": len(gone), "percent": percent(int(gone.sum()), len(gone))}


def _how_bad(gone: np.ndarray) -> Severity:
    return Severity.WARNING if gone.mean() >= SOME_GAPS else Severity.NOTE
