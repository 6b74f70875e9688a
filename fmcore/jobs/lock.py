"""The lock that makes a home's supervisor the only one."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from fmcore.settings import get_settings


@contextmanager
def supervisor_lock() -> Iterator[bool]:
    """Hold the lock of this home's only supervisor when it is free; gives whether it was. The lock ends with the process at the latest."""
    path = get_settings().home / "supervisor.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
