"""What every part of the store shares: the engine, the clock, JSON as it is stored, and the writing of events."""

from __future__ import annotations

import functools
import sqlite3
import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import pydantic_core
import sqlalchemy as sa

from fmcore.errors import DamagedError, StoreError
from fmcore.records import Json, Sentence, from_json, to_json
from fmcore.store.engine import Engine
from fmcore.store.tables import events, runs

Made = TypeVar("Made")
ENGINE = "fm-commons"
"""Who an act belongs to that no person asked for, such as a job's end."""


class Part:
    """One subject of the store. A method is one short transaction; what it takes and returns are records."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine


def now() -> str:
    """Return the time as it is stored: ISO 8601, UTC, always of one width, so that order of text is order of time."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


decode = pydantic_core.from_json
"""From JSON text, in a fifth of the time of ``json.loads``: a page of runs reads fifty specs."""


UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, struct.error)
"""What reading a stored value raises when it is not as it was written."""


def damaged(what: str) -> DamagedError:
    """Return the error that says which record can't be read: ``run r-…``, ``data set d-…``, ``audit a-…``."""
    return DamagedError("The record of {what} in the store is damaged; restore a copy of the store.", what=what)


def load(kind: type[Made], text: str, what: str) -> Made:
    """Return the record of this kind that a text holds.

    Raises:
        DamagedError: it holds none; ``what`` is named.
    """
    try:
        return from_json(kind, decode(text))
    except UNREADABLE as error:
        raise damaged(what) from error


def encode(value: Json | Sequence[Any]) -> str:
    """Return plain values as JSON text, in a sixth of the time of ``json.dumps``: logging a run is half JSON otherwise."""
    return pydantic_core.to_json(value, fallback=to_json).decode()


def dumps(record: Any) -> str:
    """Return a record as JSON text."""
    return encode(to_json(record))


def dump_sentence(sentence: Sentence | None) -> str | None:
    return None if sentence is None else dumps(sentence)


def load_sentence(text: str | None) -> Sentence | None:
    return None if text is None else from_json(Sentence, decode(text))


def note(connection: sa.Connection, what: str, subject: str | Iterable[str], sentence: Sentence, *, who: str) -> None:
    """Write down who did what, in the same transaction as the act itself."""
    subjects = [subject] if isinstance(subject, str) else list(subject)
    insert(connection, events, [event_row(what, one, sentence, who=who) for one in subjects])


def event_row(what: str, subject: str, sentence: Sentence, *, who: str) -> dict[str, str]:
    said = encode({"template": sentence.template, "values": dict(sentence.values)})  # as dumps does, in a third of its time
    return {"who": who, "at": now(), "what": what, "subject": subject, "sentence": said}


def number_of(connection: sa.Connection, run_id: str) -> int:
    """Return the number that the tables join on.

    Raises:
        StoreError: there is no such run.
    """
    number = connection.execute(sa.select(runs.c.number).where(runs.c.id == run_id)).scalar()
    if number is None:
        raise StoreError("There is no run {id}. It may have been removed for good.", id=run_id)
    return number


def insert(connection: sa.Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all name the same columns in the same order, in as few round trips as the driver allows."""
    if rows:
        insert_tuples(connection, table, tuple(rows[0]), [tuple(row.values()) for row in rows])


def insert_tuples(connection: sa.Connection, table: sa.Table, names: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows given as the values of these columns. For thousands of rows: as many dicts would keep the garbage collector busy."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        # Straight to the driver, with SQL that is made once: SQLAlchemy's handling would cost as much as SQLite's.
        driver(connection).executemany(statement(table, names), rows)
    else:  # pg8000 sends one row at a time; with RETURNING, SQLAlchemy packs about 1,000 rows into one statement
        named = [dict(zip(names, row, strict=True)) for row in rows]
        connection.execute(table.insert().returning(next(iter(table.primary_key))), named).close()


def driver(connection: sa.Connection) -> sqlite3.Connection:
    """Return SQLite's own connection, inside the transaction that SQLAlchemy began on it."""
    return connection.connection.driver_connection


@functools.lru_cache(maxsize=64)
def statement(table: sa.Table, columns: tuple[str, ...]) -> str:
    """Return SQLite's INSERT of one row."""
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join("?" * len(columns))})'


def insert_or_nothing(connection: sa.Connection, table: sa.Table):
    """Return an INSERT that does nothing when a unique value is taken."""
    return insert_into(connection, table).on_conflict_do_nothing()


def insert_into(connection: sa.Connection, table: sa.Table):
    """Return an INSERT that can say ON CONFLICT: both databases have it, SQLAlchemy keeps it with each dialect."""
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert
    return insert(table)
