"""What the store keeps more than once, for whoever holds the copies against each other. Reads only, and reads what nothing else can."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from fmcore.errors import DamagedError
from fmcore.records import Status
from fmcore.store.part import UNREADABLE, Part, damaged, decode, number_of
from fmcore.store.rows import dump_figures, load_figures, load_metrics, load_spec
from fmcore.store.tables import columns, contents, figures, runs, unranked

Figures = dict[str, float | str]


@dataclass(frozen=True)
class Kept:
    """The figures of a run by column (``metric:…``, ``setting:…``), from each place that holds them."""

    own: Figures
    """As its settings and measured figures give them."""
    listed: Figures
    """As the list of runs shows them."""
    sorted: Figures | None
    """As runs are sorted by; None for a run that is not entered there yet."""


class Copies(Part):
    def done_runs(self) -> list[str]:
        """Return the ids of the runs that are done and not in the bin, those of one data set together, readable or not."""
        chosen = sa.select(runs.c.id).where(runs.c.status == Status.DONE.value, runs.c.deleted.is_(None))
        with self.engine.read() as connection:
            return list(connection.execute(chosen.order_by(runs.c.dataset, runs.c.number)).scalars())

    def figures_kept(self, run_id: str) -> Kept:
        """Return a run's figures from each place that holds them.

        Raises:
            DamagedError: one of them can't be read.
            StoreError: there is no such run.
        """
        with self.engine.read() as connection:
            number = number_of(connection, run_id)
            row = connection.execute(sa.select(contents).where(contents.c.run == number)).first()
            waits = connection.execute(sa.select(unranked.c.run).where(unranked.c.run == number)).first() is not None
            entries = sa.select(columns.c.name, figures.c.is_text, figures.c.number, figures.c.text).join_from(
                figures, columns, columns.c.number == figures.c.column
            )
            entered = connection.execute(entries.where(figures.c.run == number)).all()
        try:
            own = load_figures(dump_figures(load_spec(decode(row.spec)).settings, load_metrics(row.metrics, run_id)))
            listed = load_figures(row.figures)
        except (*UNREADABLE, DamagedError) as error:
            raise damaged(f"run {run_id}") from error
        return Kept(own, listed, None if waits else {name: text if is_text else value for name, is_text, value, text in entered})
