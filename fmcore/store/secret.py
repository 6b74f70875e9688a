"""Secrets that open one run to whoever holds them: how they are made, kept and taken back. Shared by API keys and demo links.

Only the sha256 of a secret is stored. It is 192 random bits, so nobody finds it by trying and no slow hash is needed.
"""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.store.part import note, now, number_of
from fmcore.store.tables import runs

MOST_DAYS = 366
LONGEST_NAME = 100
"""Characters of a name or a title that people give."""


def grant(connection: sa.Connection, table: sa.Table, prefix: str, run_id: str, *, who: str, days: int, **more: Any) -> tuple[str, str]:
    """Insert a row for a new secret; return the secret, which is never seen again, and the row's id.

    Raises:
        StoreError: there is no such run, or ``days`` is not a whole number from 1 to 366.
    """
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_DAYS:
        raise StoreError("It can hold from 1 to {most} days; asked for {days}.", most=MOST_DAYS, days=str(days))
    secret, id = f"{prefix}-{secrets.token_urlsafe(24)}", f"{prefix[0]}-{uuid.uuid4().hex[:12]}"
    expires = (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="microseconds")
    row = {"id": id, "run": number_of(connection, run_id), "sha256": sha256(secret), "who": who, "at": now(), "expires": expires, **more}
    connection.execute(table.insert().values(row))
    return secret, id


def sha256(secret: str) -> str:
    """Return what is stored in place of the secret."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def opens(table: sa.Table, secret: str) -> sa.ColumnElement[bool]:
    """Return the condition that this secret is known, neither revoked nor expired, and its run not in the bin."""
    return sa.and_(table.c.sha256 == sha256(secret), table.c.revoked.is_(None), table.c.expires > now(), runs.c.deleted.is_(None))


def chosen(table: sa.Table) -> sa.Select:
    """Return the query of all rows with the id of their run as ``run_id``."""
    return sa.select(table, runs.c.id.label("run_id")).join(runs, runs.c.number == table.c.run)


def revoke(connection: sa.Connection, table: sa.Table, id: str, what: str, sentence: Any, *, who: str) -> None:
    """Take a secret back for good; once revoked it stays as it was.

    Raises:
        StoreError: there is none with this id.
    """
    row = connection.execute(chosen(table).where(table.c.id == id)).mappings().first()
    if row is None:
        raise StoreError("There is no {id} to revoke.", id=id)
    taken = table.update().where(table.c.id == id, table.c.revoked.is_(None)).values(revoked=now())
    if connection.execute(taken).rowcount == 1:
        note(connection, what, [id, row["run_id"]], sentence(row), who=who)


def named(text: str, what: str) -> str:
    """Return a name or a title as it is stored: one line, spaces single, nothing that a database can't hold.

    Raises:
        StoreError: nothing is left of it, or it is longer than 100 characters.
    """
    found = " ".join(text.replace("\0", "").encode("utf-8", "replace").decode().split())
    if not 1 <= len(found) <= LONGEST_NAME:
        raise StoreError("{what} takes from 1 to {most} characters; found {n}.", what=what, most=LONGEST_NAME, n=len(found))
    return found


def shared(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that every record of a secret has."""
    return {
        "id": row["id"],
        "run": row["run_id"],
        "who": row["who"],
        "when": row["at"],
        "expires": row["expires"],
        "revoked": row["revoked"],
    }
