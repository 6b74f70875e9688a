"""The sha256 of what a finished run left behind. The files lie elsewhere; here is what they were."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from fmcore.records import say
from fmcore.store.jobs import check_token
from fmcore.store.part import ENGINE, Part, insert, note, number_of
from fmcore.store.tables import fingerprints


class Fingerprints(Part):
    def put_fingerprints(self, run_id: str, found: Mapping[str, str], *, token: int | None = None) -> None:
        """Keep the fingerprints of a run instead of those that it had; ``token`` is None outside a job.

        Raises:
            StoreError: the token is old, or there is no such run.
        """
        with self.engine.write() as connection:
            number = number_of(connection, run_id) if token is None else check_token(connection, run_id, token)
            connection.execute(fingerprints.delete().where(fingerprints.c.run == number))
            insert(connection, fingerprints, [{"run": number, "what": what, "sha256": sha} for what, sha in sorted(found.items())])
            note(connection, "fingerprints-stored", run_id, say("Stored {n} fingerprints.", n=len(found)), who=ENGINE)

    def fingerprints(self, run_id: str) -> dict[str, str]:
        """Return what → sha256, in order of name; nothing for a run that ended before fingerprints were kept.

        Raises:
            StoreError: there is no such run.
        """
        with self.engine.read() as connection:
            chosen = sa.select(fingerprints.c.what, fingerprints.c.sha256).order_by(fingerprints.c.what)
            return dict(connection.execute(chosen.where(fingerprints.c.run == number_of(connection, run_id))).all())
