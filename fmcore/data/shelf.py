"""Data sets on disk: one folder each, with the rows as Parquet and a card as JSON.

Knows files only: no checks, no store. A data set is there once its card is; the card is written last, and every file is written beside,
synced and renamed.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from fmcore.data import fingerprint
from fmcore.errors import DataError
from fmcore.files import is_full, sync
from fmcore.records import SPLITS, Dataset, Json, from_json, to_json
from fmcore.settings import get_settings

ROWS, CARD = "rows.parquet", "card.json"
LEFT_SECONDS = 3600
_ID = re.compile(r"d-[0-9a-f]{12}")


def save(dataset: Dataset, frame: pd.DataFrame, profile: dict[str, Json], folder: Path | None = None) -> Path:
    """Write a data set and return its folder. Saving the same one again replaces its card.

    ``folder`` is the folder of all data sets, by default the one of the settings.

    Raises:
        DataError: the disk is full or refuses.
    """
    home = _home(dataset.id, folder)
    table = pa.table({name: pa.array(frame[name].tolist(), pa.string(), from_pandas=True) for name in frame.columns})
    card = {**to_json(dataset), "profile": profile}
    try:
        home.mkdir(parents=True, exist_ok=True)
        _sweep(home.parent)
        _write(home / ROWS, lambda path: pq.write_table(table, path, compression="zstd"))
        _write(home / CARD, lambda path: path.write_text(json.dumps(card, ensure_ascii=False, indent=1, allow_nan=False), encoding="utf-8"))
    except OSError as error:
        if is_full(error):
            text = "The disk of {folder} is full: the data set was not stored. Make room and add it again."
            raise DataError(text, folder=str(home.parent)) from error
        raise DataError("Can't write the data set to {folder}: {reason}.", folder=str(home), reason=error.strerror or str(error)) from error
    return home


def rows(dataset_id: str, split: str | None = None, folder: Path | None = None) -> pd.DataFrame:
    """Return the rows in stored order, all or of one split: ``fmc_id``, ``fmc_split``, then the original columns; str, missing is None.

    Raises:
        DataError: no such data set or split, or its file can't be read.
    """
    if split is not None and split not in SPLITS:
        raise DataError("There is no split called {split}. Known: {known}.", split=split, known=", ".join(SPLITS))
    path = _home(dataset_id, folder) / ROWS
    _card(dataset_id, folder)
    try:
        table = pq.read_table(path, filters=None if split is None else [("fmc_split", "=", split)])
    except (OSError, pa.ArrowException) as error:
        raise DataError(
            "The rows of data set {id} can't be read from {path}. Add the data again.", id=dataset_id, path=str(path)
        ) from error
    return pd.DataFrame({name: pd.Series(table.column(name).to_pylist(), dtype=object) for name in table.column_names})


def profile(dataset_id: str, folder: Path | None = None) -> dict[str, Json]:
    """Return what :func:`fmcore.data.profile.profile` found when the set was made."""
    return _card(dataset_id, folder).get("profile", {})


def dataset(dataset_id: str, folder: Path | None = None) -> Dataset:
    """Return the record on the card. Raises DataError: no such data set."""
    return from_json(Dataset, _card(dataset_id, folder))


def verify(dataset_id: str, folder: Path | None = None) -> bool:
    """Return whether the rows on disk are still the ones that were fingerprinted. Raises DataError: no such data set."""
    record = dataset(dataset_id, folder)
    try:
        return fingerprint.of(rows(dataset_id, folder=folder), record.columns) == record.fingerprint
    except DataError:  # rows that can't be read are not the rows that were stored
        return False


def remove(dataset_id: str, folder: Path | None = None) -> None:
    """Take a data set off the disk. Nothing happens when it is not there. Who still uses it is the store's question."""
    home = _home(dataset_id, folder)
    if not home.exists():
        return
    # Renamed first, so that no reader ever sees a half-removed set.
    grave = Path(tempfile.mkdtemp(prefix=".removed-", dir=home.parent))
    os.replace(home, grave / home.name)
    shutil.rmtree(grave, ignore_errors=True)


def _home(dataset_id: str, folder: Path | None) -> Path:
    if not _ID.fullmatch(dataset_id):
        raise DataError("{id} is not the id of a data set. An id looks like d-0123456789ab.", id=dataset_id)
    return (folder or get_settings().datasets()) / dataset_id


def _card(dataset_id: str, folder: Path | None) -> dict[str, Json]:
    path = _home(dataset_id, folder) / CARD
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataError("There is no data set {id} in {folder}.", id=dataset_id, folder=str(path.parent.parent)) from None
    except (OSError, ValueError) as error:
        raise DataError("The card of data set {id} can't be read from {path}.", id=dataset_id, path=str(path)) from error


def _sweep(folder: Path) -> None:
    """Take away what processes that were ended in mid-write left beside; nobody writes one file for so long."""
    for left in (*folder.glob(f"*/.{ROWS}-*"), *folder.glob(f"*/.{CARD}-*")):
        with contextlib.suppress(FileNotFoundError):  # another process sweeps too
            if time.time() - left.stat().st_mtime > LEFT_SECONDS:
                left.unlink()


def _write(path: Path, write: Callable[[Path], object]) -> None:
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        write(Path(beside))
        os.fsync(handle)
        os.replace(beside, path)
    finally:
        os.close(handle)
        Path(beside).unlink(missing_ok=True)
    sync(path.parent)
