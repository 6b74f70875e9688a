"""What is audited: targets, answers, scores and groups of the same rows, from anybody's table or from a run. Checked; knows no measure.

Everything is held as codes that are made once, so that another group or measure costs one counting pass. What can't be used is said in one
sentence (``notes``) and the rest goes on; only a table without usable targets and answers is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from fmcore.audit.records import MISSING
from fmcore.errors import DataError
from fmcore.records import Sentence, say
from fmcore.stats.areas import Ranking

TOLERANCE = 0.001  # how far the probabilities of a row from elsewhere may sum from 1: people round to three digits
MOST_LABELS = 100
WIDEST_NAME = 120  # letters of a group's name
EMPTY = frozenset({"", "nan", "NaN", "NAN"})
TRUTH = {"0": "0", "0.0": "0", "false": "0", "1": "1", "1.0": "1", "true": "1"}
HOPED_FOR = ("1", "true", "yes", "y", "approve", "approved", "accept", "accepted", "positive", "pass", "hired", "granted")
SCORE = "p_"


@dataclass(frozen=True, eq=False)
class Coded:
    """One column: ``values[codes[i]]`` is what row i says; empty cells are the value ``missing``."""

    values: tuple[str, ...]
    codes: np.ndarray
    """int32, (rows,)."""
    numbers: np.ndarray | None
    """The same as numbers, NaN where empty; None when any cell is no number."""


@dataclass(frozen=True, eq=False)
class Answers:
    """Rows ready to be audited. Never changes; what is computed once is kept in ``_made``."""

    labels: tuple[str, ...]
    targets: np.ndarray
    """int32, (rows,): places in ``labels``."""
    answers: np.ndarray
    groups: Mapping[str, pd.Series]
    """Columns that rows can be grouped by."""
    scores: Mapping[str, np.ndarray] = field(default_factory=dict)
    """Label → its score per row; higher is likelier. Empty without scores."""
    are_probabilities: bool = True
    ids: np.ndarray | None = None
    notes: tuple[Sentence, ...] = ()
    _made: dict = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.targets)

    def column(self, name: str) -> Coded:
        """Return a group column as codes.

        Raises:
            DataError: there is no such column.
        """
        if name not in self.groups:
            raise DataError("There is no group column {column}. There are: {known}.", column=name, known=_list(self.groups))
        if name not in self._made:
            self._made[name] = code(self.groups[name])
        return self._made[name]

    def ranking(self, label: str) -> Ranking:
        """Return the rows by the score of a label, with what no grouping changes."""
        if ("ranking", label) not in self._made:
            self._made["ranking", label] = Ranking.of(self.scores[label], self.targets == self.labels.index(label))
        return self._made["ranking", label]

    def widened(self, added: Mapping[str, pd.Series]) -> Answers:
        """Return the same rows with these group columns, beside or instead of those of the same name."""
        kept = {key: value for key, value in self._made.items() if not _is_about(key, added)}
        return replace(self, groups={**self.groups, **added}, _made=kept)

    def fingerprint(self, columns: Iterable[str]) -> str:
        """Return the sha256 of labels, targets, answers, scores and these group columns, in row order."""
        if "base" not in self._made:
            made = hashlib.sha256(json.dumps(self.labels).encode())
            for codes in (self.targets, self.answers):
                made.update(np.ascontiguousarray(codes, "<i4").tobytes())
            for label in sorted(self.scores):
                made.update(json.dumps(label).encode())
                made.update(np.ascontiguousarray(self.scores[label], "<f8").tobytes())
            self._made["base"] = made
        named = tuple(sorted(set(columns)))
        if ("fingerprint", named) in self._made:
            return self._made["fingerprint", named]
        whole = self._made["base"].copy()
        for name in named:
            column = self.column(name)
            whole.update(json.dumps([name, column.values]).encode())
            whole.update(np.ascontiguousarray(column.codes, "<i4").tobytes())
        self._made["fingerprint", named] = whole.hexdigest()
        return self._made["fingerprint", named]

    def favourable(self, chosen: str | None) -> tuple[str | None, tuple[Sentence, ...]]:
        """Return the answer that counts as favourable and what was decided on the way; None when each label is asked in turn.

        Raises:
            DataError: the chosen one is no label.
        """
        if chosen is not None:
            spelled = chosen if chosen in self.labels else TRUTH.get(chosen.strip().lower(), chosen)
            if spelled not in self.labels:
                raise DataError("{label} is none of the answers. There are: {known}.", label=chosen[:80], known=_list(self.labels))
            return spelled, ()
        if len(self.labels) != 2:
            return None, ()
        found = [label for label in self.labels if label.lower() in HOPED_FOR]
        taken = found[0] if len(found) == 1 else self.labels[-1]
        return taken, (say("Nobody said which answer is favourable; {label} was taken for it.", label=taken),)


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
        raise DataError("The table has no column {column}. It has: {known}.", column=_list(lacking), known=_list(frame.columns))
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
        made = replace(made, notes=(*made.notes, say("Every answer is {label}, so only accuracy can differ between groups.", label=only)))
    return made


def both_ways(answers: Answers) -> Answers:
    """Return the answers with a score for each of two labels where there is one for one: what speaks for it speaks against the other."""
    if len(answers.labels) != 2 or len(answers.scores) != 1:
        return answers
    [(label, score)] = answers.scores.items()
    other = next(one for one in answers.labels if one != label)
    return replace(answers, scores={label: score, other: 1 - score if answers.are_probabilities else -score})


def from_predictions(predictions: pd.DataFrame, rows: pd.DataFrame, labels: Sequence[str], *, leave: Sequence[str] = ()) -> Answers:
    """Return stored predictions joined with their rows on ``fmc_id``; every column of ``rows`` but those in ``leave`` can be grouped by.

    Raises:
        DataError: a prediction has no row, or an id stands twice.
    """
    index = pd.Index(rows["fmc_id"])
    if not index.is_unique:
        raise DataError("The id {id} stands in more than one row of the data set.", id=str(index[index.duplicated()][0])[:80])
    places = index.get_indexer(predictions["id"])
    if (places < 0).any():
        lost = str(predictions["id"].to_numpy()[places < 0][0])[:80]
        raise DataError("{count} predictions have no row in the data set, {id} among them.", count=int((places < 0).sum()), id=lost)
    known = pd.Index(list(labels))
    codes = [known.get_indexer(predictions[name]).astype(np.int32) for name in ("target", "answer")]
    for name, found in zip(("target", "answer"), codes, strict=True):
        if (found < 0).any():
            strange = str(predictions[name].to_numpy()[found < 0][0])[:80]
            raise DataError("The {what} {found} is not among the labels ({known}).", what=name, found=strange, known=_list(labels))
    columns = {str(n): rows[n].take(places).reset_index(drop=True) for n in rows.columns if n not in ("fmc_id", "fmc_split", *leave)}
    scores = {label: predictions[SCORE + label].to_numpy(float) for label in labels if SCORE + label in predictions}
    ids = predictions["id"].to_numpy(object)
    return Answers(tuple(labels), codes[0], codes[1], columns, scores if len(scores) == len(labels) else {}, True, ids)


def with_groups(answers: Answers, table: pd.DataFrame, id: str) -> Answers:
    """Return the answers with the columns of a table of groups, matched by id; rows that it lacks are in the group ``missing``.

    Raises:
        DataError: the answers have no ids, none of them match, or an id stands twice in the table.
    """
    if id not in table.columns:
        raise DataError("The table of groups has no column {column}. It has: {known}.", column=id, known=_list(table.columns))
    if answers.ids is None:
        raise DataError("The answers have no ids, so a table of groups can't be matched. Name the column that holds them.")
    index = pd.Index(words(table[id]))
    twice = index[index.duplicated() & index.notna()]
    if len(twice):
        raise DataError("The id {id} stands in more than one row of the table of groups.", id=str(twice[0])[:80])
    places = index.get_indexer(pd.Index(answers.ids))
    lost, rows = int((places < 0).sum()), len(answers)
    if lost == rows:
        raise DataError(
            "None of the {rows} ids stand in the table of groups: answers have {ours}, the table has {theirs}.",
            rows=rows, ours=str(answers.ids[0])[:80], theirs=str(index[0])[:80] if len(index) else "no rows",
        )  # fmt: skip
    notes = answers.notes
    if lost:
        notes = (*notes, say("{lost} of {rows} ids have no row in the table of groups; their group is missing.", lost=lost, rows=rows))
    rows_of = {str(n): table[n].astype(object).reset_index(drop=True) for n in table.columns if n != id}
    added = {name: column.reindex(places).reset_index(drop=True) for name, column in rows_of.items()}
    return replace(answers.widened(added), notes=notes)


def words(values: pd.Series) -> pd.Series:
    """Return cells as text without spaces around, None where empty; whole numbers lose their ``.0`` where pandas put it there."""
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "True", False: "False"}).astype(object)
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(float, na_value=np.nan)
        found, places = np.unique(numbers, return_inverse=True)
        named = np.array([None if np.isnan(n) else str(int(n)) if n.is_integer() else repr(float(n)) for n in found], object)
        return pd.Series(named[places], index=values.index, dtype=object)
    codes, found = pd.factorize(values, use_na_sentinel=True)
    named = np.array([*(_word(value) for value in found), None], object)  # the last one is for empty cells, whose code is -1
    return pd.Series(named[codes], index=values.index, dtype=object)


def code(values: pd.Series) -> Coded:
    """Return a column as codes: values in order, numbers by size, ``missing`` last."""
    codes, found = pd.factorize(words(values), use_na_sentinel=True)
    names = [str(name) for name in found]
    numbers = _as_numbers(names)
    order = np.argsort(numbers, kind="stable") if numbers is not None else np.array(sorted(range(len(names)), key=names.__getitem__), int)
    place = np.empty(len(order) + 1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    place[-1] = len(order)
    shown = _shown([names[i] for i in order])
    if (codes < 0).any():
        shown.append(MISSING if MISSING not in shown else f"{MISSING} (2)")
    per_row = None if numbers is None else np.append(numbers, np.nan)[codes]
    return Coded(tuple(shown), place[codes], per_row)


def _word(value: object) -> str | None:
    text = str(value).strip()
    return None if text in EMPTY else text


def _as_numbers(names: list[str]) -> np.ndarray | None:
    try:
        numbers = np.array([float(name) for name in names])
    except ValueError:
        return None
    return numbers if len(numbers) and np.isfinite(numbers).all() else None


def _shown(names: list[str]) -> list[str]:
    """Return names that can be shown: no control characters, not too long, each another."""
    taken: dict[str, int] = {}
    shown = []
    for name in names:
        clean = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split()) or "?"
        clean = clean if len(clean) <= WIDEST_NAME else clean[: WIDEST_NAME - 1] + "…"
        taken[clean] = taken.get(clean, 0) + 1
        shown.append(clean if taken[clean] == 1 else f"{clean} ({taken[clean]})")
    return shown


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
            lacking = _list(SCORE + label for label in answers.labels if label not in named)
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
        if off.any():
            are_probabilities = False
            row = int(np.flatnonzero(off)[0]) + 1
            count = int(off.sum())
            said = "The probabilities of {count} rows don't sum to 1, the first is row {row}; there is no calibration error."
            notes.append(Sentence(said, {"count": count, "row": row}))
    return replace(answers, scores=scores, are_probabilities=are_probabilities, notes=tuple(notes))


def _is_about(key: str | tuple, names: Iterable[str]) -> bool:
    parts = {key} if isinstance(key, str) else {part for one in key[1:] for part in ((one,) if isinstance(one, str) else one)}
    return not parts.isdisjoint(names)


def _list(names: Iterable[object]) -> str:
    names = [str(name)[:80] for name in names]
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "") if names else "none"
