"""What the store keeps more than once, for whoever holds the copies against each other. Reads only, and reads what nothing else can."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from fmcore.errors import DamagedError
from fmcore.records import Status
from fmcore.store import tables
from fmcore.store.part import UNREADABLE, Part, damaged, decode, number_of
from fmcore.store.rows import dump_figures, load_figures, load_metrics, load_spec
from fmcore.store.tables import columns, contents, figures, runs, unranked

_LOOKED, _STORED = "test-looked-at", "fingerprints-stored"
Figures = dict[str, float | str]


@dataclass(frozen=True)
class Kept:
    """The figures of a run by column (``metric:…``, ``setting:…``), from each place that holds them."""

    own: Figures
    """As its settings and measured figures give them."""
    listed: Figures
    """As the list of runs shows them."""
    unsorted: tuple[str, ...]
    """Those of its own that are not what runs are sorted by; none of a run that is not entered there yet."""
    strange: tuple[str, ...] = ()
    """What runs are sorted by that it does not have, or has once and stands there twice."""


@dataclass(frozen=True)
class Told:
    """What the history says happened to each run, by its id."""

    looks: Mapping[str, int]
    """Looks at its test rows."""
    fingerprints: Mapping[str, int]
    """How many were stored when they last were."""
    entered: Mapping[str, int]
    """No history: by how many figures runs are sorted, counted at the same moment and for the same reason."""


class Copies(Part):
    def told(self) -> Told:
        """Return what the history says of all runs, read once: it has no index, and looking through it for each run would add up."""
        table = tables.events
        chosen = sa.select(table.c.subject, table.c.what, table.c.sentence).where(table.c.what.in_((_LOOKED, _STORED)))
        looks: Counter[str] = Counter()
        stored: dict[str, int] = {}
        with self.engine.read() as connection:
            for subject, what, sentence in connection.execute(chosen.order_by(table.c.number)):
                if what == _LOOKED:
                    looks[subject] += 1
                else:
                    stored[subject] = _n_of(sentence)
            entered = dict(connection.execute(_entries_by_run).all())
        return Told(looks, stored, entered)

    def done_runs(self) -> list[str]:
        """Return the ids of the runs that are done and not in the bin, those of one data set together, readable or not."""
        chosen = sa.select(runs.c.id).where(runs.c.status == Status.DONE.value, runs.c.deleted.is_(None))
        with self.engine.read() as connection:
            return list(connection.execute(chosen.order_by(runs.c.dataset, runs.c.number)).scalars())

    def figures_kept(self, run_id: str, *, entered: int = 0) -> Kept:
        """Return a run's figures from each place that holds them; ``entered`` is how many entries :meth:`told` counted.

        Raises:
            DamagedError: one of them can't be read.
            StoreError: there is no such run.
        """
        with self.engine.read() as connection:
            number = number_of(connection, run_id)
            row = connection.execute(sa.select(contents).where(contents.c.run == number)).first()
            waits = connection.execute(sa.select(unranked.c.run).where(unranked.c.run == number)).first() is not None
            try:
                own = load_figures(dump_figures(load_spec(decode(row.spec)).settings, load_metrics(row.metrics, run_id)))
                listed = load_figures(row.figures)
            except (*UNREADABLE, DamagedError) as error:
                raise damaged(f"run {run_id}") from error
            if waits:
                return Kept(own, listed, ())
            unsorted = _unsorted(connection, number, own)
            more = entered > len(own) - len(unsorted)
            return Kept(own, listed, unsorted, _strange(connection, number, own, unsorted) if more else ())


def _unsorted(connection: sa.Connection, number: int, own: Figures) -> tuple[str, ...]:
    numbers = dict(connection.execute(sa.select(columns.c.name, columns.c.number)).all())
    return tuple(name for name in sorted(own) if not _is_entered(connection, numbers.get(name), own[name], number))


def _is_entered(connection: sa.Connection, column: int | None, value: float | str, number: int) -> bool:
    """Return whether this very entry is there. Asked one by one: the table has no index by run, and is read whole for a list of entries."""
    is_text = isinstance(value, str)
    entry = {"column": column, "is_text": is_text, "number": 0.0 if is_text else value, "text": value if is_text else "", "run": number}
    return connection.execute(_this_entry, {f"this_{name}": one for name, one in entry.items()}).first() is not None


def _strange(connection: sa.Connection, number: int, own: Figures, unsorted: tuple[str, ...]) -> tuple[str, ...]:
    """Return the entries of a run that are not its own figures, by name. Reads the whole table: only for a run that has too many."""
    chosen = sa.select(figures, columns.c.name).join(columns, columns.c.number == figures.c.column, isouter=True)
    found = connection.execute(chosen.where(figures.c.run == number)).all()
    other = [row for row in found if row.name not in own or own[row.name] != (row.text if row.is_text else row.number)]
    return tuple(sorted({row.name or f"column {row.column}" for row in other} - set(unsorted)))


_counted = sa.select(figures.c.run, sa.func.count().label("n")).group_by(figures.c.run).subquery()
_entries_by_run = sa.select(runs.c.id, _counted.c.n).join_from(_counted, runs, runs.c.number == _counted.c.run)
_this_entry = sa.select(figures.c.run).where(*(column == sa.bindparam(f"this_{column.name}") for column in figures.primary_key))


def _n_of(sentence: str) -> int:
    """Return how many fingerprints the sentence of an event says were stored; 0 where it can't be read."""
    try:
        return int(decode(sentence)["values"]["n"])
    except UNREADABLE:
        return 0
