"""API keys: each opens the answers of one run to a program. Knows nothing of how the answers are made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fmcore.records import say
from fmcore.store import secret as secrets
from fmcore.store.part import Part, note
from fmcore.store.records import Token
from fmcore.store.tables import runs, tokens


class Tokens(Part):
    def add_token(self, run: str, name: str, who: str, days: int) -> tuple[str, Token]:
        """Return a new key's secret, which is shown once and not stored, and the key.

        Raises:
            StoreError: there is no such run, the name is empty or longer than 100 characters, or ``days`` is not from 1 to 366.
        """
        name = secrets.named(name, "The name of a key")
        with self.engine.write() as connection:
            secret, id = secrets.grant(connection, tokens, "token", run, who=who, days=days, name=name)
            note(connection, "token-added", [id, run], say("Made the API key {name} for {days} days.", name=name, days=days), who=who)
            row = connection.execute(secrets.chosen(tokens).where(tokens.c.id == id)).mappings().one()
        return secret, _load(row)

    def token_of(self, secret: str) -> Token | None:
        """Return the key of this secret; None when it is unknown, revoked or expired, or its run lies in the bin."""
        with self.engine.read() as connection:
            row = connection.execute(secrets.chosen(tokens).where(secrets.opens(tokens, secret))).mappings().first()
        return None if row is None else _load(row)

    def revoke_token(self, id: str, who: str) -> None:
        """Take a key back for good.

        Raises:
            StoreError: there is none with this id.
        """
        with self.engine.write() as connection:
            secrets.revoke(
                connection, tokens, id, "token-revoked", lambda row: say("Revoked the API key {name}.", name=row["name"]), who=who
            )

    def tokens(self, run: str) -> list[Token]:
        """Return the keys of a run, the newest first, those that no longer open anything included."""
        with self.engine.read() as connection:
            query = secrets.chosen(tokens).where(runs.c.id == run).order_by(tokens.c.number.desc())
            return [_load(row) for row in connection.execute(query).mappings()]


def _load(row: Mapping[str, Any]) -> Token:
    return Token(**secrets.shared(row), name=row["name"])
