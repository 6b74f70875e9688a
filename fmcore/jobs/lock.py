"""The lock that makes a home's supervisor the only one."""

from __future__ import annotations

from contextlib import AbstractContextManager

from fmcore.files import lock
from fmcore.settings import get_settings


def supervisor_lock() -> AbstractContextManager[bool]:
    """Hold the lock of this home's only supervisor when it is free; gives whether it was. The lock ends with the process at the latest."""
    path = get_settings().home / "supervisor.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return lock(path)
