"""Rows that can't be used at all: no text, no label. They are dropped once a person agrees."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from fmcore.data.checks.subject import EXAMPLES, excerpt
from fmcore.data.normal import empty_cells, text_columns
from fmcore.records import Columns, Problem, Severity, say


def why_dropped(frame: pd.DataFrame, columns: Columns) -> pd.Series:
    """Return for each row the kind of problem that drops it, or None; an empty text counts before a missing label."""
    why = pd.Series([None] * len(frame), index=frame.index, dtype=object)
    why[empty_cells(frame[columns.label])] = "missing-labels"
    for name in text_columns(columns):
        why[empty_cells(frame[name])] = "empty-texts"
    return why


def unusable(frame: pd.DataFrame, columns: Columns, why: pd.Series) -> Iterator[Problem]:
    """Yield empty-texts and missing-labels, each row counted once."""
    empty, unlabelled = (why == "empty-texts").to_numpy(), (why == "missing-labels").to_numpy()
    if empty.any():
        sentence = say(
            "Rows with an empty text: {count} of {rows} (column {column}). They teach nothing and will be dropped.",
            count=int(empty.sum()),
            rows=len(frame),
            column=", ".join(text_columns(columns)),
        )
        examples = tuple(excerpt(str(v)) for v in frame[columns.label][empty].head(EXAMPLES) if isinstance(v, str))
        yield Problem("empty-texts", Severity.BLOCKING, int(empty.sum()), sentence, examples)
    if unlabelled.any():
        sentence = say(
            "Rows without a label: {count} of {rows} (column {column}). They can't be learned from and will be dropped.",
            count=int(unlabelled.sum()),
            rows=len(frame),
            column=columns.label,
        )
        examples = tuple(excerpt(v) for v in frame[columns.text][unlabelled].head(EXAMPLES))
        yield Problem("missing-labels", Severity.BLOCKING, int(unlabelled.sum()), sentence, examples)
