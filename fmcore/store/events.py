"""Who did what and when. Reads only: each act writes its own event, in its own transaction."""

from __future__ import annotations

import sqlalchemy as sa

from fmcore.records import Sentence, from_json
from fmcore.store import tables
from fmcore.store.part import Part, decode
from fmcore.store.records import Event


class Events(Part):
    def events(self, subject: str | None = None, limit: int = 100) -> list[Event]:
        """Return the newest events, the newest first; of one run or data set when its id is given.

        Progress, heartbeats and a job's messages are no acts and leave no event.
        """
        table = tables.events
        chosen = sa.select(table).order_by(table.c.number.desc()).limit(limit)
        if subject is not None:
            chosen = chosen.where(table.c.subject == subject)
        with self.engine.read() as connection:
            rows = connection.execute(chosen).all()
        return [Event(row.who, row.at, row.what, row.subject, from_json(Sentence, decode(row.sentence))) for row in rows]
