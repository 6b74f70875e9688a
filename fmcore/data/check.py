"""What is wrong with a data set, in sentences with counts and examples."""

from __future__ import annotations

import pandas as pd

from fmcore.data.normal import empty_cells, text_columns
from fmcore.records import SPLITS, Columns, Problem, Severity, say


def unusable(whole: pd.DataFrame, columns: Columns) -> tuple[Problem, ...]:
    """Return the problems of rows that can't be used at all: empty texts and missing labels."""
    problems = []
    texts = pd.concat([empty_cells(whole[name]) for name in text_columns(columns)], axis=1).any(axis=1)
    labels = empty_cells(whole[columns.label])
    if texts.any():
        sentence = say("Rows with an empty text, which would be dropped: {count} of {rows}.", count=int(texts.sum()), rows=len(whole))
        problems.append(Problem("empty-texts", Severity.BLOCKING, int(texts.sum()), sentence))
    if labels.any():
        sentence = say("Rows without a label, which would be dropped: {count} of {rows}.", count=int(labels.sum()), rows=len(whole))
        problems.append(Problem("missing-labels", Severity.BLOCKING, int(labels.sum()), sentence))
    return tuple(problems)


def check(
    frame: pd.DataFrame, columns: Columns, *, task: str, split: pd.Series | None = None, max_length_words: int | None = None
) -> tuple[Problem, ...]:
    """Return the problems found, the worst first."""
    problems = []
    taught = frame[columns.label] if split is None else frame[columns.label][(split == "train").to_numpy()]
    if taught.nunique() < 2:
        sentence = say("There are {count} different labels to learn; at least two are needed.", count=int(taught.nunique()))
        problems.append(Problem("one-class", Severity.BLOCKING, int(taught.nunique()), sentence))
    for name in SPLITS if split is not None else ():
        if not (split == name).any():
            problems.append(Problem("empty-split", Severity.BLOCKING, 1, say("The {split} split has no rows.", split=name)))
    return tuple(problems)
