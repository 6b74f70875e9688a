"""From a file, a frame, a sample or another version to a stored data set: read → check → split → save → record."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.errors import DataError, unknown
from fmcore.records import Columns, Dataset, Json, Problem
from fmcore.settings import get_settings
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.data.prepare import Inspection
    from fmcore.data.read import Table

    Source = Path | str | Table | pd.DataFrame

TASK = "text-classification"


def add(
    train: Source,
    columns: Columns,
    *,
    name: str,
    validation: Source | None = None,
    test: Source | None = None,
    source: str | None = None,
    seed: int = 0,
    validation_share: float = 0.1,
    test_share: float = 0.2,
    accept_problems: bool = False,
    who: str | None = None,
    task: str = TASK,
    reading: Mapping[str, Any] | None = None,
    inspection: Inspection | None = None,
) -> Dataset:
    """Return the stored data set. The same content added again is the same data set.

    ``train``, ``validation`` and ``test`` are files, tables that were read, or frames of text cells. ``reading`` holds options of
    ``read_table`` (encoding, delimiter, sheet) for the files; ``source`` says for people where the data came from.
    ``accept_problems`` is the person's word that blocking problems are known; it is recorded with their name.
    ``inspection`` is what :func:`inspect` gave for the same arguments, so that nothing is looked at twice.

    Raises:
        DataError: a file can't be read, or blocking problems were found and not accepted. Nothing is stored then.
        SettingsError: there is no such task.
    """
    from fmcore.data import prepare

    name, who = _checked_name(name), who or get_settings().who
    tables = {k: _table(v, reading) for k, v in {"train": train, "validation": validation, "test": test}.items()}
    if inspection is None:
        inspection = _inspect(tables, columns, seed=seed, validation_share=validation_share, test_share=test_share, task=task)
    dataset, frame, profile = prepare.prepare(
        tables["train"],
        columns,
        name=name,
        source=source or _source(train),
        validation=tables["validation"],
        test=tables["test"],
        seed=seed,
        validation_share=validation_share,
        test_share=test_share,
        confirmed=accept_problems,
        who=who,
        version=1,
        task=task,
        inspection=inspection,
    )
    return _keep(dataset, frame, profile)


def _keep(dataset: Dataset, frame: pd.DataFrame, profile: Json) -> Dataset:
    """Return the data set as stored, in the next version of its name; what is there already is not stored again."""
    from fmcore.data import shelf

    store = open_store()
    known = store.dataset(dataset.id) if store.has_dataset(dataset.id) else None
    if known is not None and _is_on_disk(known.id):
        return known
    # asked late: others may have added a version while this one was looked at; rows that went missing get the card that they had
    dataset = known or dataclasses.replace(dataset, version=store.next_version(dataset.name))
    try:
        shelf.save(dataset, frame, profile)  # files first: a record without its rows would be half a data set
        return store.add_dataset(dataset)
    except BaseException:
        if known is None and not store.has_dataset(dataset.id):
            shelf.remove(dataset.id)  # and rows without a record would be the other half
        raise


def inspect(
    train: Source,
    columns: Columns,
    *,
    validation: Source | None = None,
    test: Source | None = None,
    seed: int = 0,
    validation_share: float = 0.1,
    test_share: float = 0.2,
    task: str = TASK,
    reading: Mapping[str, Any] | None = None,
) -> Inspection:
    """Return the problems, the split sizes and what would be dropped. Stores nothing; takes what :func:`add` takes.

    Raises:
        DataError: a file can't be read or the columns can't be meant.
        SettingsError: there is no such task.
    """
    tables = {k: _table(v, reading) for k, v in {"train": train, "validation": validation, "test": test}.items()}
    return _inspect(tables, columns, seed=seed, validation_share=validation_share, test_share=test_share, task=task)


def check(train: Source, columns: Columns, **options: Any) -> tuple[Problem, ...]:
    """Return the problems in the data, worst first. Takes what :func:`inspect` takes."""
    return inspect(train, columns, **options).problems


def add_sample(name: str, *, who: str | None = None) -> Dataset:
    """Return one of the small sets that ship with FM Commons, added when it was not there.

    Raises:
        DataError: there is no such sample.
    """
    from fmcore.data import samples

    if name not in samples.SAMPLES:
        raise DataError("{sentence}", sentence=unknown("sample", name, samples.SAMPLES))
    sample = samples.SAMPLES[name]
    return add(sample.path, sample.columns, name=sample.title, source=f"sample:{sample.name}", who=who)


def look_without_overlap(dataset_id: str, *, near: bool = False) -> Inspection:
    """Return what a stored set would be without the training rows whose text also stands in validation or test.

    ``near``: also without those whose text is nearly the same. Stores nothing.

    Raises:
        StoreError, DataError: there is no such set, or its rows can't be read.
    """
    from fmcore.data import overlap, shelf

    dataset = open_store().dataset(dataset_id)
    found = overlap.of_stored(dataset, shelf.rows(dataset.id))
    return overlap.leave_out(found, dataset.columns, task=dataset.task, near=near)


def without_overlap(
    dataset_id: str,
    *,
    near: bool = False,
    accept_problems: bool = False,
    who: str | None = None,
    inspection: Inspection | None = None,
) -> Dataset:
    """Return the next version of a stored set, made as :func:`look_without_overlap` says; the one it was made from stays as it is.

    What a person confirmed about that one holds on for the problems that are left. ``accept_problems`` is their word for new ones;
    ``inspection`` is what they were shown.

    Raises:
        StoreError: there is no such set.
        DataError: no training row overlaps; or its rows can't be read; or new blocking problems, and nobody accepted them.
    """
    from fmcore.data import prepare

    old, inspection = open_store().dataset(dataset_id), inspection or look_without_overlap(dataset_id, near=near)
    if not inspection.dropped:
        raise DataError(
            "No training row of {name} says what a validation or test row says, so there is nothing to leave out.", name=old.name
        )
    left = tuple(problem.kind for problem in inspection.blocking)
    known = old.confirmation is not None and set(left) <= set(old.confirmation.kinds)
    dataset, frame, profile = prepare.prepare(
        inspection.frame,
        old.columns,
        name=old.name,
        source=old.source,
        confirmed=known or accept_problems,
        who=who or get_settings().who,
        version=1,
        task=old.task,
        inspection=inspection,
    )
    if known and left:
        dataset = dataclasses.replace(dataset, confirmation=dataclasses.replace(old.confirmation, kinds=left))
    return _keep(dataclasses.replace(dataset, parent=old.id), frame, profile)


def remove(dataset_id: str, *, who: str | None = None) -> None:
    """Delete a data set that no run uses.

    Raises:
        StoreError: runs use it, or there is no such set.
    """
    from fmcore.data import shelf

    open_store().delete_dataset(dataset_id, who or get_settings().who)  # first: it refuses where runs need the rows
    shelf.remove(dataset_id)


def _inspect(tables: Mapping[str, Any], columns: Columns, **options: Any) -> Inspection:
    from fmcore.data import prepare
    from fmcore.tasks import get_task

    get_task(options["task"])
    return prepare.inspect(tables["train"], columns, validation=tables["validation"], test=tables["test"], **options)


def _table(given: Any, reading: Mapping[str, Any] | None) -> Any:
    from fmcore.data.read import read_table

    return read_table(Path(given), **(reading or {})) if isinstance(given, (str, Path)) else given


def _source(given: Any) -> str:
    return Path(given).name if isinstance(given, (str, Path)) else "table"


def _checked_name(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > 200 or not name.isprintable():
        raise DataError("Give the data set a name of 1 to 200 printable characters.")
    return name


def _is_on_disk(dataset_id: str) -> bool:
    from fmcore.data import shelf

    try:
        return shelf.verify(dataset_id)
    except DataError:  # recorded, but its files are gone: save them again
        return False
