"""From tables to a data set: inspect what is there, then draw the split, drop what can't be used, and describe it.

:func:`inspect` shows everything that :func:`prepare` would do and never fails because of the content; :func:`prepare` does it, and
without a person's
word refuses what makes results meaningless. Neither writes: see :mod:`fmcore.data.shelf`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pandas as pd

from fmcore.data import fingerprint
from fmcore.data.assemble import ROW, WHY, assemble, ids
from fmcore.data.check import check
from fmcore.data.checks.cells import why_dropped
from fmcore.data.fingerprint import ID, SPLIT
from fmcore.data.neighbours import Neighbours, neighbours
from fmcore.data.normal import text_keys
from fmcore.data.profile import profile
from fmcore.data.split import split
from fmcore.errors import DataError
from fmcore.records import SPLITS, Columns, Confirmation, Dataset, Json, Problem, Sentence, Severity

if TYPE_CHECKING:
    from fmcore.data.read import Table

PREVIEW_ROWS = 20
HOPELESS = ("one-class", "empty-split", "too-many-labels")
"""Kinds that no confirmation can carry: there is nothing to learn, nothing to choose or to judge by, or more than a run bears."""


@dataclass(frozen=True)
class Inspection:
    """What is in the tables and what would become of them."""

    problems: tuple[Problem, ...]
    rows: Mapping[str, int]
    """Split name → rows that would be kept."""
    dropped: Mapping[str, int]
    """Kind of problem → rows that are left out for it; an empty text counts before a missing label."""
    preview: pd.DataFrame
    """The first rows that would be dropped: ``fmc_split``, ``fmc_row`` (number in its file, from 1), ``fmc_why`` (the kind), then the
    original columns."""
    frame: pd.DataFrame
    """The rows that would be kept, as they would be stored."""
    split_seed: int | None
    """None when the files or a column decide every row's split."""
    changes: tuple[Sentence, ...] = ()
    """What was done to the rows on a person's wish, for the card."""

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(p for p in self.problems if p.severity is Severity.BLOCKING)


def inspect(
    train: Table | pd.DataFrame,
    columns: Columns,
    *,
    validation: Table | pd.DataFrame | None = None,
    test: Table | pd.DataFrame | None = None,
    seed: int = 0,
    validation_share: float = 0.1,
    test_share: float = 0.2,
    task: str = "text-classification",
    max_length_words: int | None = None,
) -> Inspection:
    """Return what is in the tables, whatever it is: problems, split sizes, what would be dropped.

    A split that no file or column gives is drawn from the train rows with ``seed``, its share counted from those rows.

    Raises:
        DataError: columns that are missing or chosen twice, ids that repeat, an unknown split value; never because of problems in the
        content.
    """
    whole = assemble({"train": train, "validation": validation, "test": test}, columns)
    why = why_dropped(whole, columns)
    kept = whole[why.isna()].reset_index(drop=True)
    known = neighbours(text_keys(kept, columns))
    drawn = _missing_splits(whole, {"validation": validation_share, "test": test_share})
    if drawn:
        _draw(kept, columns, seed, drawn, known)
    whole.loc[why.isna().to_numpy(), SPLIT] = kept[SPLIT].to_numpy()
    problems = check(whole, columns, task=task, split=whole[SPLIT], max_length_words=max_length_words, neighbours=known)
    order = kept[SPLIT].map(SPLITS.index).argsort(kind="stable")
    kept = kept.iloc[order].reset_index(drop=True)
    kept.insert(0, ID, ids(kept, columns))
    kept = kept.drop(columns=ROW)
    return Inspection(
        problems=problems,
        rows={name: int((kept[SPLIT] == name).sum()) for name in SPLITS},
        dropped={kind: int((why == kind).sum()) for kind in ("empty-texts", "missing-labels") if (why == kind).any()},
        preview=_preview(whole, why),
        frame=kept,
        split_seed=seed if drawn else None,
    )


def prepare(
    train: Table | pd.DataFrame,
    columns: Columns,
    *,
    name: str,
    source: str,
    validation: Table | pd.DataFrame | None = None,
    test: Table | pd.DataFrame | None = None,
    seed: int = 0,
    confirmed: bool,
    who: str,
    version: int,
    validation_share: float = 0.1,
    test_share: float = 0.2,
    task: str = "text-classification",
    max_length_words: int | None = None,
    inspection: Inspection | None = None,
) -> tuple[Dataset, pd.DataFrame, dict[str, Json]]:
    """Return the data set, its rows (``fmc_id``, ``fmc_split``, original columns; train, then validation, then test) and its profile.

    ``confirmed`` is the person's word that the blocking problems are known; ``inspection`` is what :func:`inspect` gave for the same
    arguments, when it
    is at hand, and saves looking twice.

    Raises:
        DataError: as :func:`inspect`; or blocking problems and no confirmation; or problems with which nothing can be learned or judged.
    """
    if inspection is None:
        inspection = inspect(
            train,
            columns,
            validation=validation,
            test=test,
            seed=seed,
            validation_share=validation_share,
            test_share=test_share,
            task=task,
            max_length_words=max_length_words,
        )
    _refuse(inspection, confirmed)
    frame, now = inspection.frame, datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    mark = fingerprint.of(frame, columns)
    dataset = Dataset(
        id=fingerprint.dataset_id(mark),
        name=name,
        version=version,
        task=task,
        columns=columns,
        labels=tuple(sorted(set(frame[columns.label]))),
        rows=dict(inspection.rows),
        fingerprint=mark,
        split_seed=inspection.split_seed,
        source=source,
        problems=inspection.problems,
        confirmation=Confirmation(who, now, tuple(p.kind for p in inspection.blocking)) if inspection.blocking else None,
        who=who,
        when=now,
        changes=inspection.changes,
    )
    return dataset, frame, {**profile(frame, columns), "dropped": dict(inspection.dropped)}


def _refuse(inspection: Inspection, confirmed: bool) -> None:
    if any(p.kind in HOPELESS for p in inspection.blocking):
        raise DataError("Nothing can be learned from this data: {problems}", problems=_told(inspection.blocking))
    if inspection.blocking and not confirmed:
        raise DataError(
            "{count} problems make results meaningless: {problems} Repair the data, or confirm that you know and accept this.",
            count=len(inspection.blocking),
            problems=_told(inspection.blocking),
        )


def _told(problems: tuple[Problem, ...] | list[Problem]) -> str:
    return " ".join(f"({i}) {p.sentence}" for i, p in enumerate(problems, 1))


def _missing_splits(whole: pd.DataFrame, shares: Mapping[str, float]) -> dict[str, float]:
    given = set(whole[SPLIT].dropna())
    return {name: 0.0 if name in given else share for name, share in shares.items()} if not given >= set(shares) else {}


def _draw(kept: pd.DataFrame, columns: Columns, seed: int, shares: Mapping[str, float], known: Neighbours) -> None:
    """Write the split names that are still missing into ``kept``."""
    pool = (kept[SPLIT].isna() | (kept[SPLIT] == "train")).to_numpy()
    part, keys = kept[pool], text_keys(kept[pool], columns)
    given = set(text_keys(kept[~pool], columns))
    first: dict[str, int] = {}
    for position, key in enumerate(keys):
        first.setdefault(key, position)
    names = split(
        part,
        columns,
        seed=seed,
        validation_share=shares["validation"],
        test_share=shares["test"],
        near=((first[one], first[other]) for one, other, _ in known.pairs() if one in first and other in first),
        # A train text that also stands in a given test file must not become a validation text: it would hide an overlap in another place.
        in_train=(position for position, key in enumerate(keys) if key in given),
    )
    kept.loc[pool, SPLIT] = names.to_numpy()


def _preview(whole: pd.DataFrame, why: pd.Series) -> pd.DataFrame:
    shown = whole[why.notna()].head(PREVIEW_ROWS)
    shown = shown.assign(**{SPLIT: shown[SPLIT].fillna("")})
    shown.insert(2, WHY, why[shown.index])
    return shown.reset_index(drop=True)
