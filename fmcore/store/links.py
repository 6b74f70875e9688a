"""Demo links: each shows one run to a partner, read-only, until it expires or is revoked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from fmcore.records import from_json, say, to_json
from fmcore.store import secret as secrets
from fmcore.store.part import Part, note
from fmcore.store.records import DemoSettings, Link
from fmcore.store.tables import links, runs


class Links(Part):
    def add_link(self, run: str, title: str, who: str, days: int, settings: DemoSettings | None = None) -> tuple[str, Link]:
        """Return a new link's secret, which is shown once and not stored, and the link.

        Raises:
            StoreError: there is no such run, the title is empty or longer than 100 characters, or ``days`` is not from 1 to 366.
        """
        title = secrets.named(title, "The title of a link")
        # ASCII, so that whatever a person typed, half a surrogate pair and a zero byte included, is text that every database holds.
        text = json.dumps(to_json(settings or DemoSettings()))
        with self.engine.write() as connection:
            secret, id = secrets.grant(connection, links, "link", run, who=who, days=days, title=title, settings=text)
            note(connection, "link-added", [id, run], say("Made the demo link {title} for {days} days.", title=title, days=days), who=who)
            row = connection.execute(secrets.chosen(links).where(links.c.id == id)).mappings().one()
        return secret, _load(row)

    def link_of(self, secret: str) -> Link | None:
        """Return the link of this secret; None when it is unknown, revoked or expired, or its run lies in the bin."""
        with self.engine.read() as connection:
            row = connection.execute(secrets.chosen(links).where(secrets.opens(links, secret))).mappings().first()
        return None if row is None else _load(row)

    def visit_link(self, id: str) -> None:
        """Count one more visit; a link that is gone counts nothing."""
        with self.engine.write() as connection:
            connection.execute(links.update().where(links.c.id == id).values(visits=links.c.visits + 1))

    def revoke_link(self, id: str, who: str) -> None:
        """Take a link back for good.

        Raises:
            StoreError: there is none with this id.
        """
        with self.engine.write() as connection:
            secrets.revoke(
                connection, links, id, "link-revoked", lambda row: say("Revoked the demo link {title}.", title=row["title"]), who=who
            )

    def links(self, run: str) -> list[Link]:
        """Return the links of a run, the newest first, those that no longer open anything included."""
        with self.engine.read() as connection:
            query = secrets.chosen(links).where(runs.c.id == run).order_by(links.c.number.desc())
            return [_load(row) for row in connection.execute(query).mappings()]


def _load(row: Mapping[str, Any]) -> Link:
    settings = from_json(DemoSettings, json.loads(row["settings"]))
    return Link(**secrets.shared(row), title=row["title"], settings=settings, visits=row["visits"])
