"""What a swap test keeps beside its spec: the pairs, what was left out of them, and the answered pairs. Knows no model."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from fmcore.errors import DataError
from fmcore.files import write_bytes
from fmcore.pipeline.runs import folder
from fmcore.records import Run, Sentence, from_json, say, to_json

if TYPE_CHECKING:
    import pandas as pd

PAIRS, NOTES, ANSWERED = "pairs.parquet", "notes.json", "swaps.parquet"
FINGERPRINT = "swaps"
"""Under this name the store keeps the sha256 of the answered pairs."""
NOTES_SHA256 = "notes_sha256"
"""Under this name the spec keeps the sha256 of the notes."""
TEXTS = ("item", "before", "after", "category", "from", "to")


def sha256(frame: pd.DataFrame) -> str:
    """Return the sha256 of pairs, the same before they are written and after they are read."""
    return hashlib.sha256(frame.to_csv(index=False).encode("utf-8", "replace")).hexdigest()


def parquet(frame: pd.DataFrame) -> bytes:
    """Return a table as Parquet."""
    buffer = io.BytesIO()
    cleaned = frame.map(lambda cell: cell.encode("utf-8", "replace").decode() if isinstance(cell, str) else cell)  # lone surrogates
    cleaned.to_parquet(buffer, index=False)
    return buffer.getvalue()


def write(path: Path, content: bytes) -> None:
    """Put a file in its place, whole or not at all.

    Raises:
        DataError: the disk refuses.
    """
    try:
        write_bytes(path, content)
    except OSError as error:
        raise DataError("{file} can't be written: {reason}.", file=str(path), reason=error.strerror or type(error).__name__) from error


def read(path: Path, run: Run) -> pd.DataFrame:
    """Return a table of pairs.

    Raises:
        DataError: it is gone or damaged.
    """
    import pandas as pd
    import pyarrow

    try:
        return pd.read_parquet(path).astype({name: object for name in TEXTS})
    except (OSError, KeyError, ValueError, pyarrow.ArrowException) as error:
        raise DataError(
            "The file {file} of {run} is gone or damaged. Start the swap test again, and put this one into the bin.",
            file=path.name,
            run=run.id,
        ) from error


def note_bytes(notes: Sequence[Sentence]) -> bytes:
    """Return what people are told about the pairs, as it is written down."""
    return json.dumps(to_json(tuple(notes))).encode()


def write_notes(run_id: str, notes: Sequence[Sentence]) -> None:
    """Write down what people are told about the pairs."""
    write(folder(run_id) / NOTES, note_bytes(notes))


def notes_are_whole(run: Run) -> bool:
    """Return whether the notes are there, and the ones that the test was planned with; older tests did not record that."""
    try:
        found = hashlib.sha256((folder(run.id) / NOTES).read_bytes()).hexdigest()
    except OSError:
        return False
    return run.spec.settings.get(NOTES_SHA256, found) == found


def notes(run: Run) -> tuple[Sentence, ...]:
    """Return what people are told about the pairs."""
    lost = (say("What was left out of this test is not known any more: its file {file} is gone or was changed.", file=NOTES),)
    if not notes_are_whole(run):
        return lost
    try:
        return tuple(from_json(Sentence, note) for note in json.loads((folder(run.id) / NOTES).read_bytes()))
    except (OSError, ValueError, TypeError, AttributeError):
        return lost
