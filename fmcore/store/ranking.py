"""The order of runs by each figure: one entry per run and figure, sorted by value. Knows runs by their numbers only.

A run's entries lie in as many places as it has figures, so entering them with the run itself would triple what its commit has to sync.
A run is only marked instead. Whoever needs the order enters all that is marked first, and so does a process after every so many runs that
it logged: then neighbours share pages. What is marked is in the database, so nothing is forgotten when a process dies.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from fmcore.errors import DamagedError
from fmcore.store.engine import Engine
from fmcore.store.part import insert, insert_into, insert_or_nothing, insert_tuples
from fmcore.store.rows import load_figures
from fmcore.store.tables import columns, contents, figures, unranked

EVERY = 500
"""A process that logged so many runs enters them; sooner costs more per run, later lets the first sort wait longer."""
_LOCK = 0x464D44  # any number that is ours alone
_BATCH = 500

_Entry = tuple[int, bool, float, str, int]
_ENTRY = ("column", "is_text", "number", "text", "run")
_is_marked = sa.select(unranked.c.run).limit(1)


def mark(connection: sa.Connection, numbers: Iterable[int]) -> None:
    """Say that these runs are new."""
    insert(connection, unranked, [{"run": number, "old": None} for number in numbers])


def mark_changed(connection: sa.Connection, number: int, old: bytes) -> None:
    """Say that a run had these figures until now. Of several changes the first one counts: its old figures are the ones entered."""
    # An update that changes nothing, because DO NOTHING locks no row on PostgreSQL, and who enters runs just now would not see this one.
    statement = insert_into(connection, unranked).on_conflict_do_update(index_elements=["run"], set_={"run": unranked.c.run})
    connection.execute(statement, {"run": number, "old": old})


def refresh(engine: Engine) -> None:
    """Enter every run that is marked; costs one small query when none is."""
    with engine.read() as connection:
        if connection.execute(_is_marked).first() is None:
            return
    with engine.write() as connection:
        enter(connection)


def enter(connection: sa.Connection) -> None:
    """Enter every run that is marked, in the caller's transaction."""
    if connection.dialect.name == "postgresql":  # one at a time: two that wait for each other's rows would be a deadlock
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
    olds = dict(connection.execute(unranked.delete().returning(unranked.c.run, unranked.c.old)).all())
    if not olds:
        return
    _remove(connection, {number: old for number, old in olds.items() if old is not None})
    new = _read(_packed(connection, list(olds)))
    numbers = _column_numbers(connection, {name for values in new.values() for name in values})
    insert_tuples(connection, figures, _ENTRY, sorted(_entries(new, numbers)))


def forget(connection: sa.Connection, numbers: Sequence[int]) -> None:
    """Take runs out of the order, before they are removed."""
    enter(connection)
    _remove(connection, _packed(connection, numbers))


def _packed(connection: sa.Connection, numbers: Sequence[int]) -> dict[int, bytes]:
    found: dict[int, bytes] = {}
    for start in range(0, len(numbers), _BATCH):
        some = contents.c.run.in_(numbers[start : start + _BATCH])
        found |= dict(connection.execute(sa.select(contents.c.run, contents.c.figures).where(some)).all())
    return found


def _read(packed: dict[int, bytes]) -> dict[int, dict[str, float | str]]:
    """Return the figures of the runs; none of a run whose record is damaged, which must not keep the others from being sorted."""
    found = {}
    for run, one in packed.items():
        with contextlib.suppress(DamagedError):  # `verify` names it
            found[run] = load_figures(one)
    return found


def _remove(connection: sa.Connection, entered: dict[int, bytes]) -> None:
    if not entered:
        return
    numbers = dict(connection.execute(sa.select(columns.c.name, columns.c.number)).all())
    entries = _entries(_read(entered), numbers)
    if entries:
        this = [figures.c[name] == sa.bindparam(f"this_{name}") for name in _ENTRY]
        named = [{f"this_{name}": value for name, value in zip(_ENTRY, entry, strict=True)} for entry in entries]
        connection.execute(figures.delete().where(*this), named)


def _entries(found: dict[int, dict[str, float | str]], numbers: dict[str, int]) -> list[_Entry]:
    return [
        (numbers[name], True, 0.0, value, run) if isinstance(value, str) else (numbers[name], False, value, "", run)
        for run, values in found.items()
        for name, value in values.items()
    ]


def _column_numbers(connection: sa.Connection, names: set[str]) -> dict[str, int]:
    known = sa.select(columns.c.name, columns.c.number)
    numbers = dict(connection.execute(known).all())
    fresh = sorted(names - numbers.keys())
    if not fresh:
        return numbers
    connection.execute(insert_or_nothing(connection, columns), [{"name": name} for name in fresh])
    return dict(connection.execute(known).all())
