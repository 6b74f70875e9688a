"""Which audits there are. A stored audit never changes: there is no way to edit or delete one."""

from __future__ import annotations

import sqlalchemy as sa

from fmcore.audit.origin import Origin
from fmcore.audit.records import Audit
from fmcore.errors import StoreError
from fmcore.records import say
from fmcore.store.part import Part, dumps, insert_or_nothing, load, note
from fmcore.store.tables import audits, runs


class Audits(Part):
    def add_audit(self, audit: Audit, origin: Origin | None = None) -> Audit:
        """Return the audit as it is stored: this one, or the one that has its id already.

        ``origin`` says where a table's answers came from; of several places the newest counts.
        """
        row = {
            "id": audit.id,
            "run": audit.spec.source,
            "fingerprint": audit.spec.fingerprint,
            "who": audit.who,
            "at": audit.when,
            "content": dumps(audit),
            "origin": None if origin is None else dumps(origin),
        }
        with self.engine.write() as connection:
            added = connection.execute(insert_or_nothing(connection, audits).values(row).returning(audits.c.id)).scalar()
            if added is None and origin is not None:
                connection.execute(sa.update(audits).where(audits.c.id == audit.id).values(origin=row["origin"]))
            if added is None:
                return _load(audit.id, connection.execute(sa.select(audits.c.content).where(audits.c.id == audit.id)).scalar_one())
            sentence = say(
                "Audited {rows} answers by {columns}: {failed} of {asked} questions fail.",
                rows=audit.rows,
                columns=", ".join(group.column for group in audit.spec.groups),
                failed=sum(verdict.verdict == "fail" for verdict in audit.verdicts),
                asked=len(audit.verdicts),
            )
            subjects = [audit.id] if audit.spec.source is None else [audit.id, audit.spec.source]
            note(connection, "audit-added", subjects, sentence, who=audit.who)
        return audit

    def audit(self, audit_id: str) -> Audit:
        """Return one audit.

        Raises:
            StoreError: there is none with this id.
        """
        with self.engine.read() as connection:
            content = connection.execute(sa.select(audits.c.content).where(audits.c.id == audit_id)).scalar()
        if content is None:
            raise StoreError("There is no audit {id}.", id=audit_id)
        return _load(audit_id, content)

    def origin(self, audit_id: str) -> Origin | None:
        """Return where the answers of an audit of a table came from; None of a run's, and where that was not kept."""
        with self.engine.read() as connection:
            found = connection.execute(sa.select(audits.c.origin).where(audits.c.id == audit_id)).scalar()
        return None if found is None else load(Origin, found, f"audit {audit_id}")

    def audit_ids(self, run_id: str | None = None, *, limit: int = 100) -> list[str]:
        """Return the ids of the newest audits, the newest first; of one run when asked."""
        query = sa.select(audits.c.id).order_by(audits.c.number.desc()).limit(limit)
        if run_id is not None:
            query = query.where(audits.c.run == run_id)
        with self.engine.read() as connection:
            return list(connection.execute(query).scalars())

    def audits_alone(self) -> list[str]:
        """Return the ids of the audits of tables, and of those of runs that are gone, the oldest first."""
        gone = audits.c.run.is_(None) | audits.c.run.not_in(sa.select(runs.c.id))
        query = sa.select(audits.c.id).where(gone).order_by(audits.c.number)
        with self.engine.read() as connection:
            return list(connection.execute(query).scalars())

    def count_audits(self) -> int:
        """Return how many audits there are."""
        with self.engine.read() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(audits)).scalar_one()

    def audits(self, run_id: str | None = None, *, fingerprint: str | None = None, limit: int = 100) -> list[Audit]:
        """Return the newest audits, the newest first; of one run, or of one set of answers, when asked."""
        query = sa.select(audits.c.id, audits.c.content).order_by(audits.c.number.desc()).limit(limit)
        if run_id is not None:
            query = query.where(audits.c.run == run_id)
        if fingerprint is not None:
            query = query.where(audits.c.fingerprint == fingerprint)
        with self.engine.read() as connection:
            return [_load(*row) for row in connection.execute(query)]


def _load(audit_id: str, content: str) -> Audit:
    return load(Audit, content, f"audit {audit_id}")
