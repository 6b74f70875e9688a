"""What runs measured: curves while they train, figures when they are done, and every look at a sealed test split."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from fmcore.records import Metric, Progress, say
from fmcore.store import tables
from fmcore.store.jobs import check_token
from fmcore.store.part import ENGINE, Part, note, now, number_of, upsert
from fmcore.store.records import Look
from fmcore.store.rows import load_metric, load_progress, metric_rows, progress_rows
from fmcore.store.tables import looks, runs


class Measured(Part):
    def add_progress(self, run_id: str, points: Sequence[Progress], *, token: int) -> None:
        """Keep points of the curves; a step that is there already is overwritten, as after a resume. Send many at once.

        Raises:
            StoreError: the token is old.
        """
        if not points:
            return
        with self.engine.write() as connection:
            number = check_token(connection, run_id, token)
            connection.execute(upsert(connection, tables.progress), progress_rows(number, points))
            connection.execute(runs.update().where(runs.c.number == number).values(step=max(point.step for point in points)))

    def progress(self, run_id: str, after_step: int = -1) -> list[Progress]:
        """Return the points after a step, in order of step."""
        table = tables.progress
        with self.engine.read() as connection:
            chosen = sa.select(table).where(table.c.run == number_of(connection, run_id), table.c.step > after_step).order_by(table.c.step)
            return [load_progress(row) for row in connection.execute(chosen)]

    def put_metrics(self, run_id: str, metrics: Sequence[Metric], *, token: int | None = None) -> None:
        """Keep figures; one of the same split, name and label is overwritten. ``token`` is None outside a job.

        Raises:
            StoreError: the token is old, or a figure is not a number.
        """
        table = tables.metrics
        with self.engine.write() as connection:
            number = number_of(connection, run_id) if token is None else check_token(connection, run_id, token)
            last = connection.execute(sa.select(sa.func.coalesce(sa.func.max(table.c.place), 0)).where(table.c.run == number)).scalar_one()
            rows = metric_rows(number, metrics, last + 1)
            if rows:
                connection.execute(upsert(connection, table), rows)
                splits = ", ".join(sorted({metric.split for metric in metrics}))
                note(connection, "metrics-stored", run_id, say("Stored {n} figures on {splits}.", n=len(rows), splits=splits), who=ENGINE)

    def metrics(self, run_id: str) -> list[Metric]:
        """Return the run's figures, in the order in which they were stored."""
        table = tables.metrics
        with self.engine.read() as connection:
            chosen = sa.select(table).where(table.c.run == number_of(connection, run_id)).order_by(table.c.place)
            return [load_metric(row) for row in connection.execute(chosen)]

    def look(self, run_id: str, *, who: str, how: str) -> int:
        """Count a look at the run's sealed test split; return how many there were, this one included."""
        with self.engine.write() as connection:
            number = number_of(connection, run_id)
            connection.execute(looks.insert().values(run=number, who=who, at=now(), how=how))
            note(connection, "test-looked-at", run_id, say("Looked at the test split: {how}.", how=how), who=who)
            return connection.execute(sa.select(sa.func.count()).where(looks.c.run == number)).scalar_one()

    def looks(self, run_id: str) -> list[Look]:
        """Return every look at the run's test split, the first one first."""
        with self.engine.read() as connection:
            chosen = sa.select(looks).where(looks.c.run == number_of(connection, run_id)).order_by(looks.c.number)
            return [Look(row.who, row.at, row.how) for row in connection.execute(chosen)]
