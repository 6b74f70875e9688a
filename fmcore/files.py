"""Files that are whole or not there. Knows nothing of what they mean."""

from __future__ import annotations

import os
from pathlib import Path


def write_text(path: Path, text: str) -> None:
    """Put the text where ``path`` is, in UTF-8 and with the line ends that it has, as :func:`write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes) -> None:
    """Put the content where ``path`` is: written beside, synced, renamed. A kill in between leaves what was there before.

    Raises:
        OSError: the folder can't be written, or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(content)
    sync(beside)
    beside.replace(path)


def sync(path: Path) -> None:
    """Wait until the disk holds this file, or the names in this folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
