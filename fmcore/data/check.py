"""What is wrong with a data set, in sentences with counts and examples, before anything trains on it.

Looks at the content only; files and columns were settled before. Each kind of problem has one function in fmcore/data/checks/; this file
runs them all.
A problem is blocking only when results would be meaningless; the shares from which on it is so stand beside each check, with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from fmcore.data.checks import cells, copies, groups, labels, texts
from fmcore.data.checks.subject import Subject
from fmcore.data.neighbours import Neighbours
from fmcore.records import Columns, Problem, Severity

LIMIT_WORDS = 390
"""About 512 tokens, the longest input of most BERT-like models."""
CHECKS = (
    labels.no_choice,
    labels.too_many,
    labels.unseen,
    copies.overlap,
    copies.chosen_by_test,
    copies.units,
    labels.conflicting,
    labels.rare,
    labels.small_test,
    labels.imbalance,
    labels.look_alike,
    copies.exact_duplicates,
    copies.near_duplicates,
    texts.personal_data,
    texts.mixed_language,
    texts.long_texts,
    groups.groups,
)
_RANK = {Severity.BLOCKING: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def check(
    frame: pd.DataFrame,
    columns: Columns,
    *,
    task: str,
    split: pd.Series | None = None,
    max_length_words: int | None = None,
    neighbours: Neighbours | None = None,
) -> tuple[Problem, ...]:
    """Return the problems found, the worst first; none of them raises.

    Rows with an empty text or without a label are counted, then left out of every other check. Without ``split`` all rows count as train.
    ``task`` is its id, for checks that only some tasks need; ``neighbours`` are those of the usable rows' texts, when they are at hand.
    """
    why = cells.why_dropped(frame, columns)
    kept = why.isna().to_numpy()
    subject = Subject(
        frame[kept].reset_index(drop=True),
        columns,
        None if split is None else split[kept].reset_index(drop=True),
        max_length_words or LIMIT_WORDS,
        neighbours,
    )
    return by_rank([*cells.unusable(frame, columns, why, split), *(problem for run in CHECKS for problem in run(subject))])


def by_rank(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems with the worst first, otherwise in their order."""
    return tuple(sorted(problems, key=lambda problem: _RANK[problem.severity]))
