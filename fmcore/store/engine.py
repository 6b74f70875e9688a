"""The one place that makes database engines, and what a database error means to a person.

SQLAlchemy's own way with SQLite silently loses updates when several processes write, because a transaction begins late, at its
first write. Here every writing transaction says BEGIN IMMEDIATE and every file is in WAL mode, so writers wait for each other and
readers wait for nobody. Nothing else in this project calls ``create_engine``.
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from fmcore.errors import StoreError
from fmcore.records import Sentence, say
from fmcore.store import unopened

BUSY_SECONDS = 60
"""How long a writer waits for its turn before it gives up."""
WAL_BYTES = 8 * 1024 * 1024
"""A write-ahead log longer than this is moved into the database file …"""
WAL_COMMITS = 100
"""… by a process at its first commit, and then once in so many of its commits."""

NO_TEXT = "A text holds a zero byte or half a character (a lone surrogate), which no database can hold; leave it out and try again."

_engines: dict[str, Engine] = {}
_lock = threading.Lock()


class Engine:
    """Reading and writing transactions on one database. Made by :func:`get_engine` only."""

    def __init__(self, url: sa.URL) -> None:
        self.url = url
        self.place = url.database or "" if url.get_backend_name() == "sqlite" else url.render_as_string(hide_password=True)
        self.is_sqlite = url.get_backend_name() == "sqlite"
        self.pool = _make_sqlite(url) if self.is_sqlite else _make_server(url)
        self._writer = self.pool.execution_options(fmcore_writes=True)
        self._reader = self.pool if self.is_sqlite else self.pool.execution_options(isolation_level="REPEATABLE READ")
        self._wal = Path(f"{url.database}-wal")
        self._commits = WAL_COMMITS

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state of the database and changes nothing."""
        with self.saying_what_happened(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """A transaction that is kept whole, or undone whole when anything is raised. Keep it short: others wait.

        Raises:
            StoreError: the database is read-only, full, locked, damaged or out of reach.
        """
        with self.saying_what_happened():
            with self._writer.begin() as connection:
                yield connection
            if self.is_sqlite:
                self._move_log()

    def _move_log(self) -> None:
        """Move a long write-ahead log into the database file, so that the next writer begins at its front again.

        SQLite's own automatic checkpoint is off: it runs beside other writers, which is what its WAL-reset fault needs. RESTART
        holds the write lock meanwhile (https://sqlite.org/c3ref/wal_checkpoint_v2.html), so no commit can reset the log under it.
        The file keeps its length, because syncing a file that grows costs several times as much as one that is overwritten; so
        its length alone can't say when the next move is due, and commits are counted too.
        """
        self._commits += 1
        if self._commits < WAL_COMMITS:  # before the file is asked for its length, which costs as much as a row
            return
        self._commits = 0
        try:
            size = self._wal.stat().st_size
        except FileNotFoundError:
            return
        if size < WAL_BYTES:
            return
        with self.pool.connect() as connection:
            connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()

    @contextmanager
    def saying_what_happened(self) -> Iterator[None]:
        """Turn the database's errors that people can act on into a :class:`StoreError`; anything else is a mistake of ours and passes."""
        try:
            yield
        except sa.exc.DBAPIError as error:
            found = explain(error.orig, self.place)
            if found is None:
                raise
            raise found from error
        except sqlite3.Error as error:
            found = explain(error, self.place)
            if found is None:
                raise
            raise found from error
        except UnicodeEncodeError as error:
            raise StoreError(NO_TEXT) from error


def get_engine(url: str) -> Engine:
    """Return this process's engine for the URL; the same one each time.

    Raises:
        StoreError: the URL can't be read, its driver is missing, or its folder can't be made.
    """
    try:
        parsed = sa.make_url(url)
        if parsed.get_backend_name() == "postgresql":
            parsed = parsed.set(drivername="postgresql+pg8000")
    except sa.exc.ArgumentError as error:
        raise StoreError("The database URL can't be read; write sqlite:////folder/file.db or postgresql://user@host/name.") from error
    if parsed.get_backend_name() not in ("sqlite", "postgresql"):
        raise StoreError("{kind} is not a database this store knows; use sqlite or postgresql.", kind=parsed.get_backend_name())
    if parsed.get_backend_name() == "sqlite":
        parsed = _in_its_folder(parsed)
    key = parsed.render_as_string(hide_password=False)
    with _lock:
        if key not in _engines:
            _engines[key] = Engine(parsed)
        return _engines[key]


def _in_its_folder(url: sa.URL) -> sa.URL:
    if not url.database or url.database == ":memory:":
        raise StoreError("The store needs a file, because several processes share it; write sqlite:////folder/file.db.")
    path = Path(url.database).expanduser().absolute()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            "The folder {folder} can't be made ({reason}); choose another one with FMCORE_HOME.",
            folder=str(path.parent), reason=os.strerror(error.errno or errno.EIO),
        ) from error  # fmt: skip
    return url.set(database=str(path))


def _make_sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, pool_size=8, max_overflow=24, connect_args={"timeout": BUSY_SECONDS})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; `begin` below does
        for pragma in ("foreign_keys=ON", "synchronous=FULL", "wal_autocheckpoint=0", "cache_size=-64000"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        writes = connection.get_execution_options().get("fmcore_writes", False)
        # Straight to the driver: every transaction begins here, and SQLAlchemy's handling takes ten times as long as SQLite's.
        connection.connection.driver_connection.execute("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _make_server(url: sa.URL) -> sa.Engine:
    try:
        return sa.create_engine(url, pool_size=4, max_overflow=12, pool_pre_ping=True)
    except ModuleNotFoundError as error:
        raise StoreError("PostgreSQL needs the package {package}; install it with pip.", package=error.name or "pg8000") from error


def _after_fork() -> None:
    """A child must not touch its parent's connections: forget them, without closing what the parent still uses."""
    global _lock
    _lock = threading.Lock()
    for engine in _engines.values():
        engine.pool.dispose(close=False)


os.register_at_fork(after_in_child=_after_fork)


def explain(error: BaseException | None, place: str) -> StoreError | None:
    """Return what a person can do about a database error, or None when it is nothing a person can mend."""
    if isinstance(error, sqlite3.Error):
        return _explain_sqlite(error, place)
    # pg8000 names what happened by SQLSTATE; what never reached the server is an InterfaceError or an OSError.
    detail = error.args[0] if error is not None and error.args else None
    state = detail.get("C", "") if isinstance(detail, dict) else ""
    if state.startswith("28"):
        return StoreError("The database {place} refuses this name and password; check FMCORE_DATABASE_URL.", place=place)
    if state == "3D000":
        return StoreError("The server has no database {place}; make it with createdb.", place=place)
    if state == "25006":
        return StoreError("The database {place} can only be read; give this account the right to write.", place=place)
    if state == "22021":
        return StoreError(NO_TEXT)
    if state == "53100":
        return StoreError("The disk of the database {place} is full; make room and try again.", place=place)
    if state.startswith(("53", "57", "08")) or type(error).__name__ == "InterfaceError" or isinstance(error, OSError):
        return StoreError("The database {place} can't be reached; check that its server runs and try again.", place=place)
    return None


def is_missing_parent(error: BaseException | None) -> bool:
    """Return whether the database refused a row that points to nothing. pg8000 has no exception class for it, only the SQLSTATE."""
    detail = error.args[0] if error is not None and error.args else None
    state = detail.get("C") if isinstance(detail, dict) else None
    return state == "23503" or getattr(error, "sqlite_errorname", "") == "SQLITE_CONSTRAINT_FOREIGNKEY"


def _explain_sqlite(error: sqlite3.Error, place: str) -> StoreError | None:
    name = getattr(error, "sqlite_errorname", "")
    if name.startswith(("SQLITE_READONLY", "SQLITE_PERM")):
        return StoreError("The database {place} can only be read; give this account the right to write to it and its folder.", place=place)
    if name == "SQLITE_FULL":
        return unopened.full(place)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return StoreError(
            "The database {place} was locked by another process for over {seconds} seconds; close what holds it and try again.",
            place=place, seconds=BUSY_SECONDS,
        )  # fmt: skip
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return StoreError("{place} is damaged or not a database; put it aside and restore a copy.", place=place)
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return unopened.why(place)
    return None


def sqlite_faults(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> list[Sentence]:
    """Return the known faults of this SQLite that touch this store; empty when there are none.

    Source: https://sqlite.org/wal.html#walresetbug (3.7.0 to 3.51.2; corrected in 3.51.3 and in the older lines 3.50.7 and 3.44.6).
    """
    faults = []
    corrected = version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    if version >= (3, 7) and not corrected:
        faults.append(
            say(
                "SQLite {version} can, very rarely, damage a database when two processes write and checkpoint at once (WAL-reset fault, "
                "corrected in 3.51.3, 3.50.7 and 3.44.6). This store checkpoints only while it holds the write lock, which keeps clear "
                "of it; upgrade SQLite all the same.",
                version=".".join(map(str, version)),
            )
        )
    if version < (3, 35):
        faults.append(say("SQLite {version} is too old for this store; it needs 3.35 or newer.", version=".".join(map(str, version))))
    return faults
