"""The stored answers of a run, given out only while they are those that it ended with. Every figure, page and report reads them here.

A file whose bytes are those on record is taken at once; another one is held against the record item by item, since the same answers written
by another version of Parquet are the same answers. Runs from before there was a record are taken as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fmcore.errors import DataError
from fmcore.evaluation import fingerprint, predictions
from fmcore.pipeline import fingerprints
from fmcore.pipeline.runs import folder
from fmcore.store import open_store
from fmcore.training.checkpoints import sha256

if TYPE_CHECKING:
    import pandas as pd

NAMED = 5  # items that a sentence lists


def path(run_id: str, split: str) -> Path:
    """Return where the answers of one split lie, or would."""
    return folder(run_id) / "predictions" / f"{split}.parquet"


def read(run_id: str, split: str) -> pd.DataFrame:
    """Return the stored answers of one split, checked. Counts no look: whoever shows figures of them does.

    Raises:
        DataError: there are none, they can't be read, or they are not those that the run ended with; the sentence names what is not.
    """
    file, kept = path(run_id, split), open_store().fingerprints(run_id)
    recorded = kept.get(fingerprints.PREDICTIONS + split)
    whole = kept.get(fingerprints.FILE + split)
    is_same = recorded is not None and whole is not None and file.is_file() and sha256(file) == whole
    try:
        frame = predictions.read(file)
    except DataError as error:
        if recorded is None or is_same or not file.is_file():
            raise
        why = str(error).rstrip(".")
        raise DataError(UNREADABLE, run=run_id, split=split, why=why) from error
    if recorded is not None and not is_same and fingerprint.of(frame) != recorded:
        items = fingerprint.changed(frame, file, recorded)
        template = UNNAMED if items is None else CHANGED if items else FEWER
        raise DataError(template, run=run_id, split=split, items=named(items or ()))
    return frame


def named(items: Sequence[str]) -> str:
    """Return the first few of these items' ids with commas, as a sentence names them."""
    return ", ".join(item[:80] for item in items[:NAMED]) + (" …" if len(items) > NAMED else "")


UNREADABLE = (
    "The stored answers of {run} to the {split} rows were changed after the run ended: {why}. Nothing is made of them; for all that was "
    "changed: python -m fmcore verify {run}."
)
CHANGED = (
    "The stored answers of {run} to the {split} rows were changed after the run ended: those to {items}. Nothing is made of them; for all "
    "that was changed: python -m fmcore verify {run}."
)
FEWER = (
    "The stored answers of {run} to the {split} rows were changed after the run ended: some are gone or stand elsewhere. Nothing is made "
    "of them; for all that was changed: python -m fmcore verify {run}."
)
UNNAMED = (
    "The stored answers of {run} to the {split} rows were changed after the run ended, and so were their digests, so the items can't be "
    "named. Nothing is made of them; for all that was changed: python -m fmcore verify {run}."
)
