"""What runs measured: curves while they train, figures when they are done, and every look at a sealed test split."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from fmcore.records import Metric, Progress, say
from fmcore.store.jobs import check_token
from fmcore.store.part import ENGINE, UNREADABLE, Part, damaged, decode, insert, note, now, number_of
from fmcore.store.ranking import mark_changed
from fmcore.store.records import Look
from fmcore.store.rows import dump_figures, dump_metrics, load_curve, load_metrics, load_progress, load_spec, progress_rows
from fmcore.store.tables import contents, looks, progress, runs


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
            last = sa.select(sa.func.max(progress.c.part)).where(progress.c.run == number)
            part = connection.execute(last).scalar()
            insert(connection, progress, progress_rows(number, 0 if part is None else part + 1, points))
            connection.execute(runs.update().where(runs.c.number == number).values(step=max(point.step for point in points)))

    def start_over(self, run_id: str, *, token: int) -> None:
        """Forget the points of the curves and how many steps were made: the work begins anew.

        Raises:
            StoreError: the token is old.
        """
        with self.engine.write() as connection:
            number = check_token(connection, run_id, token)
            connection.execute(progress.delete().where(progress.c.run == number))
            connection.execute(runs.update().where(runs.c.number == number).values(step=0))

    def progress(self, run_id: str, after_step: int = -1) -> list[Progress]:
        """Return the points after a step, in order of step."""
        with self.engine.read() as connection:
            number = number_of(connection, run_id)
            whole = connection.execute(sa.select(contents.c.curve).where(contents.c.run == number)).scalar()
            chosen = sa.select(progress.c.names, progress.c.points).order_by(progress.c.part)
            parts = connection.execute(chosen.where(progress.c.run == number, progress.c.last > after_step)).all()
        try:
            found = load_progress([*load_curve(whole), *parts])
        except UNREADABLE as error:
            raise damaged(f"run {run_id}") from error
        return [point for point in found if point.step > after_step]

    def put_metrics(self, run_id: str, metrics: Sequence[Metric], *, token: int | None = None) -> None:
        """Keep figures; one of the same split, name and label is overwritten. ``token`` is None outside a job.

        Raises:
            StoreError: the token is old, or a figure is not a number.
        """
        if not metrics:
            return
        splits = ", ".join(sorted({metric.split for metric in metrics}))
        sentence = say("Stored {n} figures on {splits}.", n=len(metrics), splits=splits)
        with self.engine.write() as connection:
            number = number_of(connection, run_id) if token is None else check_token(connection, run_id, token)
            # Locked, because what is there is read, added to and written back.
            row = connection.execute(sa.select(contents).where(contents.c.run == number).with_for_update()).one()
            both = [*load_metrics(row.metrics, run_id), *metrics]
            text = dump_metrics(both)
            figures = dump_figures(load_spec(decode(row.spec)).settings, load_metrics(text, run_id))
            connection.execute(contents.update().where(contents.c.run == number).values(metrics=text, figures=figures))
            mark_changed(connection, number, row.figures)
            note(connection, "metrics-stored", run_id, sentence, who=ENGINE)

    def metrics(self, run_id: str) -> list[Metric]:
        """Return the run's figures, in the order in which they were stored."""
        chosen = sa.select(contents.c.metrics).join(runs, runs.c.number == contents.c.run).where(runs.c.id == run_id)
        with self.engine.read() as connection:
            text = connection.execute(chosen).scalar()
            if text is None:
                number_of(connection, run_id)
        return load_metrics(text, run_id)

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
