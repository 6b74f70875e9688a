"""Explanations over all rows: which words carry the errors of a group, what words there are, and edits that become rows of a data set.

Asks the model through whoever holds it (``ask``), so that this module, like the pages that call it, loads no torch.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.errors import DataError
from fmcore.explain.group_words import group_words, words_of
from fmcore.explain.records import GroupWords
from fmcore.pipeline.runs import require_done
from fmcore.records import Dataset, Run, say
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

Ask = Callable[..., Any]
"""``ask(run_id, operation, **asked)``, as :func:`fmcore.inference.ask`."""
MOST_WORDS, FEWEST = 3000, 3
SMALLEST_GROUP = 20
MOST_EXPLAINED, PORTION = 2000, 50
"""Wrongly answered texts that are explained, and of these at once."""
ADDED = "added_by"
"""Column that marks rows which were made here, in the data set that they were added to."""


def texts_of(run: Run, split: str = "test") -> pd.DataFrame:
    """Return the rows of a split with a column ``fmc_texts`` of their one or two texts, those without any text left out."""
    from fmcore.data import shelf
    from fmcore.data.normal import text_columns

    dataset = open_store().dataset(run.spec.dataset)
    rows = shelf.rows(dataset.id, split)
    rows["fmc_texts"] = [list(cells) for cells in zip(*(rows[name] for name in text_columns(dataset.columns)), strict=True)]
    has_text = rows["fmc_texts"].map(lambda cells: all(isinstance(cell, str) and cell.strip() for cell in cells))
    return rows[has_text.astype(bool)].reset_index(drop=True)


def vocabulary(dataset: Dataset) -> tuple[str, ...]:
    """Return the words of the training rows, the most frequent first: what words may be exchanged for."""
    return _vocabulary(dataset.id, dataset.fingerprint)


@functools.lru_cache(maxsize=4)
def _vocabulary(dataset_id: str, fingerprint: str) -> tuple[str, ...]:
    from fmcore.data import shelf
    from fmcore.data.normal import text_columns

    rows, counts = shelf.rows(dataset_id, "train"), Counter[str]()
    for name in text_columns(open_store().dataset(dataset_id).columns):
        for text in rows[name]:
            if isinstance(text, str):
                counts.update(words_of(text))
    return tuple(word for word, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])) if n >= FEWEST)[:MOST_WORDS]


def groupings(run_id: str, split: str) -> dict[str, list[str]]:
    """Return group column → its groups with 20 texts or more, the largest first: of the data, and of whom the texts mention.

    Counts groups, not answers, so this is no look.
    """
    from fmcore.audit.terms import column_name, groups

    rows = texts_of(require_done(run_id, "explain"), split)
    named = {name: rows[name] for name in open_store().dataset(open_store().run(run_id).spec.dataset).columns.groups}
    mentioned = groups([" ".join(cells) for cells in rows["fmc_texts"]])
    columns = {**named, **{column_name(category): found for category, found in mentioned.items()}}
    counted = {
        name: [group for group, n in Counter(cell for cell in cells if isinstance(cell, str)).most_common() if n >= SMALLEST_GROUP]
        for name, cells in columns.items()
    }
    return {name: found for name, found in counted.items() if len(found) > 1}


def why_groups_differ(
    run_id: str,
    column: str,
    first: str,
    second: str,
    *,
    split: str = "test",
    ask: Ask | None = None,
    watch: Callable[[int, int], None] = lambda done, of: None,
    who: str | None = None,
    how: str,
) -> GroupWords:
    """Return the words that carry the errors of one group against another; reading the test split counts as a look.

    With ``ask``, the words' attributions towards the wrong answers are added (:attr:`GroupWord.push`); ``watch`` hears how many of the
    wrongly answered texts are explained, of how many.

    Raises:
        JobError: the run is not done.
        DataError: there is no such column or group.
    """
    from fmcore.pipeline.audit import answers_of, with_terms

    run = require_done(run_id, "explain")
    rows = texts_of(run, split).set_index("fmc_id")
    answers = with_terms(answers_of(run_id, split, who=who, how=how), run_id, split)
    if column not in answers.groups:
        raise DataError("There is no group column {column}. Known: {known}.", column=column[:80], known=", ".join(answers.groups)[:400])
    frame = answers_frame(run_id, split)
    frame = frame[frame["id"].isin(rows.index)].reset_index(drop=True)
    groups = dict(zip(answers.ids, np.asarray(answers.groups[column], object), strict=True))
    texts = rows.loc[frame["id"], "fmc_texts"].tolist()
    is_wrong = (frame["answer"] != frame["target"]).to_numpy()
    pushes = None
    if ask is not None:
        member = np.array([groups.get(id_) in (first, second) for id_ in frame["id"]]) & is_wrong
        places = np.flatnonzero(member)[:MOST_EXPLAINED]
        pushes = _pushes(run_id, [as_text(texts[place]) for place in places], frame["answer"].iloc[places].tolist(), ask, watch)
    return group_words(
        [" ".join(cells) for cells in texts], is_wrong, [groups.get(id_) for id_ in frame["id"]],
        column=column, first=first, second=second, pushes=pushes,
    )  # fmt: skip


def _pushes(
    run_id: str, texts: Sequence[Any], labels: Sequence[str], ask: Ask, watch: Callable[[int, int], None]
) -> dict[str, list[float]]:
    """Return of each word its attributions towards the label of its text, asked a portion at a time: others get their turn between."""
    found: dict[str, list[float]] = {}
    for start in range(0, len(texts), PORTION):
        end = min(start + PORTION, len(texts))
        for word, scores in ask(run_id, "group-words", texts=list(texts[start:end]), labels=list(labels[start:end])).items():
            found.setdefault(word, []).extend(scores)
        watch(end, len(texts))
    return found


def answers_frame(run_id: str, split: str) -> pd.DataFrame:
    """Return the stored answers. Whoever shows figures of them counts the look."""
    from fmcore.pipeline import answers

    return answers.read(run_id, split)


def held_out(dataset: Dataset, texts: Sequence[str]) -> tuple[str, str | None] | None:
    """Return ``test`` or ``validation`` where a row of that split has these texts, with the row's label; None where there is none.

    Of a test row the label stays sealed (None), so this is no look.
    """
    from fmcore.data import shelf
    from fmcore.data.normal import text_columns

    names = text_columns(dataset.columns)
    for split in ("test", "validation"):
        rows, alike = shelf.rows(dataset.id, split), True
        for name, text in zip(names, texts, strict=True):
            alike = (rows[name] == text) & alike
        if np.any(alike):
            return split, None if split == "test" else str(rows[alike][dataset.columns.label].iloc[0])
    return None


def add_rows(dataset_id: str, rows: Sequence[tuple[Sequence[str], str]], *, who: str | None = None) -> Dataset:
    """Return a new version of the data set with these (texts, true label) among its training rows, marked in a column of their own.

    Raises:
        DataError: there are no rows, a label is none of the data set's, or the data can't be read.
    """
    import pandas as pd

    from fmcore.data import shelf
    from fmcore.data.normal import text_columns
    from fmcore.pipeline import datasets

    dataset = open_store().dataset(dataset_id)
    wrong = next((label for _, label in rows if label not in dataset.labels), None)
    if not rows or wrong is not None:
        known = ", ".join(dataset.labels)[:400]
        raise DataError("Give one edited text or more, each with its true label. Labels: {known}.", known=known)
    frame, columns = shelf.rows(dataset_id), dataset.columns
    names = text_columns(columns)
    made = pd.DataFrame([{**dict(zip(names, texts, strict=True)), columns.label: label, ADDED: "counterfactual"} for texts, label in rows])
    if ADDED not in frame:
        frame[ADDED] = ""
    parts = {split: frame[frame["fmc_split"] == split].drop(columns=["fmc_id", "fmc_split"]) for split in ("train", "validation", "test")}
    if columns.id is not None:
        made[columns.id] = [f"edited-{_short(texts)}" for texts, _ in rows]
    if columns.split is not None:
        made[columns.split] = parts["train"][columns.split].iloc[0]
    train = pd.concat([parts["train"], made], ignore_index=True).fillna({ADDED: ""})
    return datasets.add(
        train.astype(object).where(train.notna(), None), columns, name=dataset.name,
        validation=parts["validation"] if len(parts["validation"]) else None, test=parts["test"] if len(parts["test"]) else None,
        source=str(say("{source} with {n} edited texts", source=dataset.source, n=len(rows))), accept_problems=True, who=who,
    )  # fmt: skip


def _short(texts: Sequence[str]) -> str:
    import hashlib

    return hashlib.sha256("\x1f".join(texts).encode("utf-8", "replace")).hexdigest()[:12]


def as_text(cells: Sequence[str]) -> str | list[str]:
    """Return the texts of an item as the worker is asked about them: one alone, or two."""
    return cells[0] if len(cells) == 1 else list(cells)
