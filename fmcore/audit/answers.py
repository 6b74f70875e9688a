"""What is audited: targets, answers, scores and groups of the same rows, of a run or out of a table. Checked; knows no measure.

Everything is held as codes that are made once, so that another group or measure costs one counting pass.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from fmcore.audit.coding import Coded, code, words
from fmcore.errors import DataError
from fmcore.records import Sentence, say
from fmcore.stats.areas import Ranking

TRUTH = {"0": "0", "0.0": "0", "false": "0", "1": "1", "1.0": "1", "true": "1"}
HOPED_FOR = ("1", "true", "yes", "y", "approve", "approved", "accept", "accepted", "positive", "pass", "hired", "granted")
WORDS_OF_HOPE = ("approve", "approved", "accept", "accepted", "pass", "hired", "granted")
"""Those of them that say so themselves: 1, true, yes and positive may as well be a default, a fraud or an illness."""
TAKEN = "Nobody said which answer people hope for: “{label}” was taken, for the word says so. If it is “{other}”, say so and ask again."
DOUBTFUL = (
    "Nobody said which answer people hope for, and the answers don't tell: “{label}” was taken, which is a guess. If people hope for "
    "“{other}”, say so and ask again: who is behind may then be ahead, and verdicts may be others."
)
TAKEN_BEFORE = "Nobody said which answer is favourable; {label} was taken for it."
"""How swap tests say it, and audits of earlier versions."""
SCORE = "p_"


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
            raise DataError("There is no group column {column}. There are: {known}.", column=name, known=listed(self.groups))
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
                raise DataError("{label} is none of the answers. There are: {known}.", label=chosen[:80], known=listed(self.labels))
            return spelled, ()
        if len(self.labels) != 2:
            return None, ()
        label, is_told = taken(self.labels)
        (other,) = (one for one in self.labels if one != label)
        is_plain = is_told and label.lower() in WORDS_OF_HOPE
        return label, (Sentence(TAKEN if is_plain else DOUBTFUL, {"label": label, "other": other}),)


def taken(labels: Sequence[str]) -> tuple[str, bool]:
    """Return the label that is taken for the favourable one where nobody said, and whether its word alone tells it from the others.

    Example:
        >>> taken(("no", "yes")), taken(("fraud", "ok"))
        (('yes', True), ('ok', False))
    """
    found = [label for label in labels if label.lower() in HOPED_FOR]
    return (found[0], True) if len(found) == 1 else (labels[-1], False)


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
            raise DataError("The {what} {found} is not among the labels ({known}).", what=name, found=strange, known=listed(labels))
    columns = {str(n): rows[n].take(places).reset_index(drop=True) for n in rows.columns if n not in ("fmc_id", "fmc_split", *leave)}
    scores = {label: predictions[SCORE + label].to_numpy(float) for label in labels if SCORE + label in predictions}
    ids = predictions["id"].to_numpy(object)
    return Answers(tuple(labels), codes[0], codes[1], columns, scores if len(scores) == len(labels) else {}, True, ids)


def with_groups(answers: Answers, table: pd.DataFrame, id: str) -> Answers:
    """Return the answers with the columns of a table of groups, matched by id; rows that it lacks, and rows without an id, are in the group
    ``missing``.

    Raises:
        DataError: the answers have no ids, none of them match, or an id stands twice in the table.
    """
    if id not in table.columns:
        raise DataError("The table of groups has no column {column}. It has: {known}.", column=id, known=listed(table.columns))
    if answers.ids is None:
        raise DataError("The answers have no ids, so a table of groups can't be matched. Name the column that holds them.")
    named = words(table[id])
    table, index = table[named.notna().to_numpy()], pd.Index(named.dropna())
    twice = index[index.duplicated()]
    if len(twice):
        raise DataError("The id {id} stands in more than one row of the table of groups.", id=str(twice[0])[:80])
    places = index.get_indexer(pd.Index(answers.ids))
    lost, rows = int((places < 0).sum()), len(answers)
    if lost == rows:
        raise DataError(
            "None of the {rows} ids stand in the table of groups: answers have {ours}, the table has {theirs}.",
            rows=rows, ours=_first(answers.ids), theirs=_first(index),
        )  # fmt: skip
    notes = answers.notes
    if lost:
        notes = (*notes, say("{lost} of {rows} ids have no row in the table of groups; their group is missing.", lost=lost, rows=rows))
    rows_of = {str(n): table[n].astype(object).reset_index(drop=True) for n in table.columns if n != id}
    added = {name: column.reindex(places).reset_index(drop=True) for name, column in rows_of.items()}
    return replace(answers.widened(added), notes=notes)


def _first(ids: Iterable[object]) -> str:
    return next((str(one)[:80] for one in ids if one is not None), "no ids")


def _is_about(key: str | tuple, names: Iterable[str]) -> bool:
    parts = {key} if isinstance(key, str) else {part for one in key[1:] for part in ((one,) if isinstance(one, str) else one)}
    return not parts.isdisjoint(names)


def listed(names: Iterable[object]) -> str:
    """Return the first few names with commas, as a sentence lists them."""
    names = [str(name)[:80] for name in names]
    return ", ".join(names[:12]) + (" …" if len(names) > 12 else "") if names else "none"
