"""Files that are whole or not there, and locks between processes. Knows nothing of what they mean."""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

FULL = ("No space left", "os error 28", "Disk quota exceeded")
"""What a full disk is called by Python, by pyarrow and by safetensors."""


def write_text(path: Path, text: str) -> None:
    """Put the text where ``path`` is, in UTF-8 and with the line ends that it has, as :func:`write_bytes`."""
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, content: bytes | memoryview) -> None:
    """Put the content where ``path`` is: written beside, synced, renamed. A kill in between leaves what was there before.

    Raises:
        OSError: the folder can't be written, or the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        sync(beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)  # what came half of the way would keep a full disk full
        raise


def is_full(error: BaseException) -> bool:
    """Return whether the disk, or a person's share of it, is full; libraries wrap the system's error in types and words of their own."""
    return getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or any(words in str(error) for words in FULL)


@contextlib.contextmanager
def beside(path: Path) -> Iterator[TextIO]:
    """Give a text file, UTF-8, to be written bit by bit: it takes the place of ``path`` when all went well, and is gone otherwise."""
    with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=f".{path.name}.", delete=False, encoding="utf-8", newline="") as written:
        made = Path(written.name)
        try:
            yield written
            written.flush()
            os.fsync(written.fileno())
            made.chmod(0o644)
            os.replace(made, path)
        except BaseException:
            made.unlink(missing_ok=True)
            raise


def sync(path: Path) -> None:
    """Wait until the disk holds this file, or the names in this folder."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def lock(path: Path, *, wait: bool = False, mode: int = 0o644) -> Iterator[bool]:
    """Hold the lock of this file, made when it is not there; gives whether it could be had. It ends with the process at the latest."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, mode)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
