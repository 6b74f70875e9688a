"""Why a database file can't be opened: SQLite doesn't say, so its folder is asked. Looks only after something went wrong."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from fmcore.errors import StoreError
from fmcore.files import is_full

ROOM = 64 * 1024
"""Bytes that SQLite needs beside the database before it reads one row."""


def why(place: str) -> StoreError:
    """Return what keeps a database file from being opened, and what to do about it."""
    path = Path(place)
    if path.is_dir():
        return StoreError("{place} is a folder and no database; choose another folder with FMCORE_HOME.", place=place)
    try:
        with tempfile.TemporaryFile(dir=path.parent) as probe:
            probe.write(bytes(ROOM))
            probe.flush()
            os.fsync(probe.fileno())
    except FileNotFoundError:
        return StoreError("The folder {folder} of the database is gone; put it back, or start anew.", folder=str(path.parent))
    except OSError as error:
        if is_full(error):
            return full(place)
        return StoreError(
            "The database {place} can't be opened, because nothing can be written into {folder} ({reason}); give this account the right "
            "to write there, or choose another folder with FMCORE_HOME.",
            place=place, folder=str(path.parent), reason=error.strerror or str(error),
        )  # fmt: skip
    if path.exists() and not os.access(path, os.R_OK | os.W_OK):
        return StoreError("The file {place} can't be read and written by this account; give it the right to.", place=place)
    return StoreError("The database {place} can't be opened or read, though its folder can be written; check its disk.", place=place)


def full(place: str) -> StoreError:
    """Return that the disk is full."""
    return StoreError("The disk of the database {place} is full; make room and try again. Nothing was half-stored.", place=place)
