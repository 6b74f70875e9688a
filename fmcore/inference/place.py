"""Where this home's worker is found: a folder that only this user may enter, with its socket, its lock and its log.

Knows nothing of what is said through the socket. One worker per home folder, machine and version.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import stat
import tempfile
from pathlib import Path

import fmcore
from fmcore import files
from fmcore.errors import InferenceError
from fmcore.settings import get_settings
from fmcore.store.migrate import HEAD

LONGEST_ADDRESS = 100
"""Bytes: a Unix socket's path must fit into 104 on some systems, 108 on others."""


def folder() -> Path:
    """Return the worker's folder inside the home folder, made when it is not there."""
    return _private(get_settings().home / "inference")


def log_file() -> Path:
    return folder() / "worker.log"


def address() -> Path:
    """Return the path of the socket, there or not: in the home folder, or in a private temporary one where that path is too long.

    Raises:
        InferenceError: the folder belongs to somebody else or can't be made.
    """
    near = folder() / f"{_mark()}.sock"
    if len(os.fsencode(near)) <= LONGEST_ADDRESS:
        return near
    home = hashlib.sha256(os.fsencode(get_settings().home)).hexdigest()[:16]
    return _private(Path(tempfile.gettempdir()) / f"fmcore-{os.getuid()}") / f"{home}-{_mark()}.sock"


def lock(name: str, *, wait: bool) -> contextlib.AbstractContextManager[bool]:
    """Hold one of this home's locks (``worker``: while it lives; ``start``: while somebody starts one); gives whether it could be had."""
    return files.lock(folder() / f"{_mark()}.{name}", wait=wait, mode=0o600)


def _mark() -> str:
    """Return what keeps apart machines that share a home folder, since a socket is of one machine, and versions: after an update nobody
    asks the worker of before, which leaves when it was idle for long enough."""
    return hashlib.sha256(f"{socket.gethostname()} {fmcore.__version__} {HEAD}".encode()).hexdigest()[:8]


def _private(path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise InferenceError("{folder} is not a folder of this user, so no answers can be asked there. Remove it.", folder=str(path))
        if stat.S_IMODE(found.st_mode) & 0o077:
            path.chmod(0o700)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InferenceError("The folder {folder} can't be made: {reason}.", folder=str(path), reason=reason) from error
    return path
