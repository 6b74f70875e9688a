"""Uploaded files, kept as they came until they are saved as a data set: a reload, or a second look tomorrow, finds them again.

A file lies under the hash of its content; what people call it is a text beside it and never part of a path.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import shutil
import time
from pathlib import Path

from fmcore.data.read import plain_name
from fmcore.errors import DataError
from fmcore.files import is_full, write_bytes
from fmcore.settings import get_settings

KEPT_SECONDS = 7 * 24 * 3600
_ID = re.compile(r"[0-9a-f]{24}")


def keep(name: str, content: bytes | memoryview) -> str:
    """Write the file and return its id. The same content has the same id, the newest name counts.

    Raises:
        DataError: the disk is full. Nothing of the file stays then.
    """
    sweep()
    upload_id = hashlib.sha256(content).hexdigest()[:24]
    folder = _folder() / upload_id
    try:
        for file, written in (("content", content), ("name", plain_name(name).encode())):
            write_bytes(folder / file, written)
    except OSError as error:
        with contextlib.suppress(OSError):
            folder.rmdir()  # when nothing came to lie in it
        if not is_full(error):
            raise
        text = "{name} does not fit on the disk of this machine ({megabytes} MB). Make room under {folder}, or bring a smaller file."
        raise DataError(text, name=plain_name(name), megabytes=round(len(content) / 1e6, 1), folder=str(get_settings().home)) from error
    return upload_id


def path(upload_id: str | None) -> Path | None:
    """Return where the file lies, or None when there is no such file (any more)."""
    if upload_id is None or not _ID.fullmatch(upload_id):
        return None
    found = _folder() / upload_id / "content"
    return found if found.is_file() else None


def name(upload_id: str) -> str:
    """Return what people call the file."""
    return (_folder() / upload_id / "name").read_text("utf-8", "replace")


def sweep(now: float | None = None) -> None:
    """Remove what was uploaded more than a week ago and never saved."""
    for folder in _folder().glob("*"):
        if (now or time.time()) - folder.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(folder, ignore_errors=True)


def _folder() -> Path:
    return get_settings().cache() / "uploads"
