"""Bring a database to the newest migration, whoever else opens it at the same moment."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.store.engine import BUSY_SECONDS, Engine

HEAD = "0007"
"""The newest migration; a test holds it to what lies in migrations/versions."""
_FOLDER = Path(__file__).parent / "migrations"
_ADVISORY_LOCK = 0x464D43  # any number that is ours alone, "FMC"


def migrate(engine: Engine) -> None:
    """Bring the database to :data:`HEAD`; costs one query when it is there.

    Raises:
        StoreError: the database was written by a newer version of FM Commons, or can't be opened or written.
    """
    if engine.is_sqlite:
        _use_write_ahead_log(engine)
    with engine.read() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    # One at a time: BEGIN IMMEDIATE on SQLite, an advisory lock on PostgreSQL. Who comes second finds the work done.
    with engine.write() as connection:
        if not engine.is_sqlite:
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_ADVISORY_LOCK)))
        if revision(connection) != HEAD:
            _upgrade(connection, engine.place)


def revision(connection: sa.Connection) -> str | None:
    """Return the migration the database stands at; None for an empty database."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _upgrade(connection: sa.Connection, place: str) -> None:
    from alembic import command  # here, because most opens have nothing to migrate
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    found = revision(connection)
    if found is not None and found not in known:
        raise StoreError(
            "The database {place} was written by a newer version of FM Commons (it stands at {found}, this one knows {head}); "
            "update FM Commons.",
            place=place, found=found, head=HEAD,
        )  # fmt: skip
    command.upgrade(config, "head")


def _use_write_ahead_log(engine: Engine) -> None:
    """Turn WAL on, which the file then remembers. SQLite does not wait for others in this one pragma, so the waiting is here."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            with engine.pool.connect() as connection:
                mode = connection.connection.driver_connection.execute("PRAGMA journal_mode").fetchone()[0]
                if mode != "wal":
                    mode = connection.connection.driver_connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
            break
        except (sqlite3.OperationalError, sa.exc.OperationalError) as error:
            cause = error.orig if isinstance(error, sa.exc.OperationalError) else error
            if not getattr(cause, "sqlite_errorname", "").startswith("SQLITE_BUSY") or time.monotonic() > until:
                with engine.saying_what_happened():
                    raise
            time.sleep(0.02)
        except (sqlite3.Error, sa.exc.DBAPIError):
            with engine.saying_what_happened():
                raise
    if mode != "wal":
        raise StoreError("The disk of {place} can't hold a write-ahead log; use a local disk or PostgreSQL.", place=engine.place)
