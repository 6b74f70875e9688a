"""Answers out of anybody's table: which cells are targets, answers and scores, and what of them can't be used, in one sentence each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from fmcore.audit.answers import SCORE, TRUTH, Answers, listed
from fmcore.audit.coding import words
from fmcore.errors import DataError
from fmcore.records import Sentence, say

TOLERANCE = 0.001  # how far the probabilities of a row from elsewhere may sum from 1: people round to three digits
MOST_LABELS = 100


def from_table(
    frame: pd.DataFrame,
    *,
    target: str,
    answer: str,
    groups: Sequence[str] = (),
    score: str | None = None,
    favourable: str | None = None,
    id: str | None = None,
) -> Answers:
    """Return the answers in anybody's table. ``groups`` () makes every other column one that can be grouped by.

    ``score`` is a column with the score of the favourable answer; columns ``p_<label>`` are read without being named.

    Raises:
        DataError: a column is missing, or there are no targets and answers to use.
    """
    asked = [name for name in (target, answer, score, id, *groups) if name is not None]
    lacking = [name for name in dict.fromkeys(asked) if name not in frame.columns]
    if lacking:
        raise DataError("The table has no column {column}. It has: {known}.", column=listed(lacking), known=listed(frame.columns))
    targets, answered = words(frame[target]), words(frame[answer])
    kept = (targets.notna() & answered.notna()).to_numpy()
    notes = []
    if not kept.any():
        raise DataError("No row has both a target ({target}) and an answer ({answer}).", target=target, answer=answer)
    if not kept.all():
        count = int((~kept).sum())
        notes.append(say("{count} of {rows} rows have no target or no answer and were left out.", count=count, rows=len(kept)))
        frame, targets, answered = frame[kept], targets[kept], answered[kept]
    targets, answered, said = _alike(targets, answered)
    labels, codes = _label(targets, answered, answer)
    others = [str(n) for n in frame.columns if n not in (target, answer, score, id) and not str(n).startswith(SCORE)]
    columns = {name: frame[name].reset_index(drop=True) for name in (groups or others)}
    made = Answers(labels, *codes, columns, ids=None if id is None else words(frame[id]).to_numpy(object), notes=(*notes, *said))
    made = _with_scores(made, frame, score, favourable)
    if len(labels) == 1:
        made = replace(made, notes=(*made.notes, say("Every target and every answer is {label}, so no group can differ.", label=labels[0])))
    elif len(np.unique(made.answers)) == 1:
        only = labels[int(made.answers[0])]
        made = replace(
            made, notes=(*made.notes, say("Every answer is {label}, so groups can only differ in how often that is right.", label=only))
        )
    return made


def both_ways(answers: Answers) -> Answers:
    """Return the answers with a score for each of two labels where there is one for one: what speaks for it speaks against the other."""
    if len(answers.labels) != 2 or len(answers.scores) != 1:
        return answers
    [(label, score)] = answers.scores.items()
    other = next(one for one in answers.labels if one != label)
    return replace(answers, scores={label: score, other: 1 - score if answers.are_probabilities else -score})


def _alike(targets: pd.Series, answers: pd.Series) -> tuple[pd.Series, pd.Series, tuple[Sentence, ...]]:
    """Return targets and answers in one spelling where one says 1 and the other 1.0 or True."""
    ours, theirs = set(targets.unique()), set(answers.unique())
    if not all(value.lower() in TRUTH for value in ours | theirs) or len(ours | theirs) <= 2:
        return targets, answers, ()
    note = say("Targets and answers spell 0 and 1 in different ways; they were read as the same.")
    return targets.map(lambda v: TRUTH[v.lower()]), answers.map(lambda v: TRUTH[v.lower()]), (note,)


def _label(targets: pd.Series, answers: pd.Series, column: str) -> tuple[tuple[str, ...], list[np.ndarray]]:
    labels = sorted(set(targets.unique()) | set(answers.unique()))
    if len(labels) > MOST_LABELS:
        raise DataError(
            "Targets and answers hold {count} different values, more than {most}. If {column} is a score, name it as the score and give "
            "the column of decisions as the answer.",
            count=len(labels), most=MOST_LABELS, column=column,
        )  # fmt: skip
    index = pd.Index(labels)
    return tuple(labels), [index.get_indexer(values).astype(np.int32) for values in (targets, answers)]


def _with_scores(answers: Answers, frame: pd.DataFrame, score: str | None, favourable: str | None) -> Answers:
    if score is not None:
        label, _ = answers.favourable(favourable)
        if label is None:
            note = say("{column} is one score for {count} labels; it was left out.", column=score, count=len(answers.labels))
            return replace(answers, notes=(*answers.notes, note))
        named = {label: score}
    else:
        named = {label: SCORE + label for label in answers.labels if SCORE + label in frame.columns}
        if not named:
            return answers
        if len(named) < len(answers.labels):
            lacking = listed(SCORE + label for label in answers.labels if label not in named)
            note = say("Scores were left out, because the columns {columns} are missing.", columns=lacking)
            return replace(answers, notes=(*answers.notes, note))
    scores, notes, are_probabilities = {}, list(answers.notes), True
    for label, column in named.items():
        values = pd.to_numeric(frame[column], errors="coerce").to_numpy(float, na_value=np.nan)
        bad = int((~np.isfinite(values)).sum())
        if bad:
            note = say("{bad} of {rows} rows have no score in {column}; scores were left out.", bad=bad, rows=len(values), column=column)
            return replace(answers, notes=(*notes, note))
        scores[label] = values
        if ((values < 0) | (values > 1)).any():
            are_probabilities = False
            notes.append(say("{column} holds values outside 0 to 1, so there is no calibration error.", column=column))
    if score is None and are_probabilities:
        off = np.abs(sum(scores.values()) - 1) > TOLERANCE
        if off.any():  # a label that no row has, as a target or an answer, has its share all the same
            off = np.abs(sum(scores.values()) + _of_other_labels(frame, named.values()) - 1) > TOLERANCE
        if off.any():
            are_probabilities = False
            row = int(np.flatnonzero(off)[0]) + 1
            count = int(off.sum())
            said = "The probabilities of {count} rows don't sum to 1, the first is row {row}; there is no calibration error."
            notes.append(Sentence(said, {"count": count, "row": row}))
    return replace(answers, scores=scores, are_probabilities=are_probabilities, notes=tuple(notes))


def _of_other_labels(frame: pd.DataFrame, read: Iterable[str]) -> np.ndarray:
    """Return the sum of the other columns ``p_…`` that hold shares, (rows,)."""
    total = np.zeros(len(frame))
    for name in frame.columns:
        if str(name).startswith(SCORE) and name not in read:
            values = pd.to_numeric(frame[name], errors="coerce").to_numpy(float, na_value=np.nan)
            total += values if ((values >= 0) & (values <= 1)).all() else 0
    return total
