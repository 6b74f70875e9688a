"""Which process is which: by host, boot, pid and start time together, because a pid alone comes back.

Knows the operating system only.
"""

from __future__ import annotations

import functools
import os
import socket
from pathlib import Path

import psutil

from fmcore.store import Identity

CLOSE_ENOUGH = 0.02
"""Two start times nearer than this, in seconds, are the same: the kernel counts in hundredths."""


@functools.lru_cache(maxsize=1)
def boot_id() -> str:
    """Return what changes with every start of this machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:  # not Linux
        return str(int(psutil.boot_time()))


def of(pid: int) -> Identity | None:
    """Return the identity of a process on this machine; None when there is none, or only a zombie that nobody has collected yet."""
    started = _started(pid)
    return None if started is None else Identity(boot_id(), pid, started, socket.gethostname())


def mine() -> Identity:
    """Return the identity of this process."""
    found = of(os.getpid())
    assert found is not None  # who asks is alive
    return found


def is_here(identity: Identity) -> bool:
    """Return whether the process ran on this machine, so that :func:`is_alive` can tell."""
    return identity.host == socket.gethostname()


def is_alive(identity: Identity) -> bool:
    """Return whether this very process, not another one with its pid, still runs here."""
    if not is_here(identity) or identity.boot_id != boot_id():
        return False
    started = _started(identity.pid)
    return started is not None and abs(started - identity.started) < CLOSE_ENOUGH


def _started(pid: int) -> float | None:
    """Return when the process began; on Linux in seconds since boot, which no change of the clock moves, as it would a calendar time."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        return None if fields[0] in "ZXx" else int(fields[19]) / os.sysconf("SC_CLK_TCK")
    except (FileNotFoundError, ProcessLookupError):
        if Path("/proc/self/stat").exists():
            return None
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None
