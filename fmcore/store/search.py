"""Which runs, in which order: turns a RunQuery into one page of rows. Reads no more of them than the page needs.

A figure to sort by stands in a table of its own, so an outer join would read every run for the first fifty. Instead the runs that have the
figure come in the order of that table; only a page that reaches beyond them asks for the runs that lack it, newest first.
"""

from __future__ import annotations

import functools
import operator
import string
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.store.records import RunQuery, Where
from fmcore.store.rows import RUN, pick_figures
from fmcore.store.tables import columns, contents, figures, runs, tags

OPERATORS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
SORTS = {"when": runs.c.number, "name": sa.func.lower(runs.c.name), "seconds": runs.c.seconds, "status": runs.c.status}
_OWN = ("seconds", "name", "status", "who")
_FIGURE = "a figure"
"""Stands for every ``metric:…`` and ``setting:…`` to sort by, so that all of them share one kept statement."""

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)

# One text to look through costs a quarter of six; no word that a person types reaches across a line's end.
_OWN_WORDS = functools.reduce(
    lambda text, column: text + "\n" + column, (runs.c.name, runs.c.id, runs.c.notes, runs.c.dataset, runs.c.base, runs.c.who)
)


def contains(column: sa.ColumnElement[str], word: str) -> sa.ColumnElement[bool]:
    """Return the condition that the column contains the word as it is typed; the case of A to Z is ignored.

    Of other letters it is not: both databases leave them as they are here, so the word must be left so too.
    """
    return sa.func.lower(column).contains(word.translate(_LOWER), autoescape=True)


def needs_ranking(query: RunQuery) -> bool:
    """Return whether the query sorts or filters by a figure."""
    return query.sort not in SORTS or any(where.column not in _OWN for where in query.where)


def page(connection: sa.Connection, query: RunQuery) -> tuple[list[sa.Row], int]:
    """Return one page of runs, in order, as the columns of RUN and their figures, and how many runs match in all.

    Raises:
        StoreError: an unknown column, operator or sort.
    """
    for column in query.columns:
        _check(column)
    by_figure = query.sort not in SORTS
    if by_figure:
        _check(query.sort)
    count, chosen = _statements(replace(query, columns=(), where=tuple(query.where), sort=_FIGURE if by_figure else query.sort))
    total = connection.execute(count).scalar_one()
    found = connection.execute(chosen, {"sort_by": query.sort} if by_figure else {}).all()
    if by_figure and len(found) < min(query.limit, total - query.offset):
        found += _lacking(connection, query, len(found))
    return found, total


@functools.lru_cache(maxsize=256)
def _statements(query: RunQuery) -> tuple[sa.Select, sa.Select]:
    """Return the statements that count what matches and that read one page of it; kept, because building them costs as much as running."""
    count = _count(_conditions(query), deleted=query.deleted)
    if query.sort not in SORTS:
        chosen, is_it = _having(query)
        order = [_directed(column, query) for column in (figures.c.is_text, figures.c.number, figures.c.text, figures.c.run)]
        return count, chosen.where(is_it).order_by(*order).limit(query.limit).offset(query.offset)
    column = SORTS[query.sort]
    order = [_directed(column, query)] + [_directed(runs.c.number, query)] * (query.sort != "when")
    if query.sort == "seconds":
        order.insert(0, column.is_(None))
    return count, _rows.where(*_conditions(query)).order_by(*order).limit(query.limit).offset(query.offset)


def _count(conditions: list[sa.ColumnElement[bool]], *, deleted: bool) -> sa.Select:
    """Return the statement that counts what matches. All runs outside the bin are all runs less those in it: SQLite counts a whole
    table by its pages, a tenth of the time that looking at each run takes, and the bin is small.
    """
    if len(conditions) > 1 or deleted:
        return sa.select(sa.func.count()).select_from(runs).where(*conditions)
    every, binned = sa.select(sa.func.count()).select_from(runs), sa.select(sa.func.count()).where(runs.c.deleted.is_not(None))
    return sa.select(every.scalar_subquery() - binned.scalar_subquery())


_sorted_by = sa.select(columns.c.number).where(columns.c.name == sa.bindparam("sort_by")).scalar_subquery()
_rows = sa.select(*RUN, contents.c.figures).join_from(runs, contents, contents.c.run == runs.c.number, isouter=True)


def _having(query: RunQuery) -> tuple[sa.Select, sa.ColumnElement[bool]]:
    """Return the runs that match joined to their entry in the order asked for, and the condition that picks that entry."""
    chosen = _rows.join(figures, figures.c.run == runs.c.number)
    return chosen.where(*_conditions(query, indexed=False)), figures.c.column == _sorted_by


def _lacking(connection: sa.Connection, query: RunQuery, n_found: int) -> list[sa.Row]:
    """Return what follows on the page after the runs that have the figure: those that lack it, the newest first."""
    chosen, is_it = _having(query)
    named = {"sort_by": query.sort}
    n_having = query.offset + n_found
    if query.offset and not n_found:
        n_having = connection.execute(sa.select(sa.func.count()).select_from(chosen.where(is_it).subquery()), named).scalar_one()
    has_it = sa.exists().where(figures.c.run == runs.c.number, is_it)
    lacking = _rows.where(*_conditions(query), ~has_it).order_by(runs.c.number.desc())
    rest = lacking.limit(query.limit - n_found).offset(max(0, query.offset - n_having))
    return list(connection.execute(rest, named).all())


def _directed(column: sa.ColumnElement, query: RunQuery) -> sa.ColumnElement:
    return column.desc() if query.descending else column.asc()


def _conditions(query: RunQuery, *, indexed: bool = True) -> list[sa.ColumnElement[bool]]:
    conditions = [runs.c.deleted.is_not(None) if query.deleted else runs.c.deleted.is_(None)]
    if not indexed:
        # Not usable by an index, on purpose: SQLite would start from it and sort 10,000 runs, instead of walking the figure's index.
        conditions = [sa.func.coalesce(runs.c.deleted, "") != "" if query.deleted else sa.func.coalesce(runs.c.deleted, "") == ""]
    if query.status is not None:
        conditions.append(runs.c.status == str(query.status))
    if query.stages:
        conditions.append(runs.c.stage.in_(query.stages))
    if query.dataset is not None:
        conditions.append(runs.c.dataset == query.dataset)
    if query.tag is not None:
        conditions.append(sa.exists().where(tags.c.run == runs.c.number, tags.c.tag == query.tag))
    for word in query.search.split():
        tagged = runs.c.number.in_(sa.select(tags.c.run).where(contains(tags.c.tag, word)))
        conditions.append(sa.or_(contains(_OWN_WORDS, word), tagged))
    return conditions + [_where(where) for where in query.where]


def _where(where: Where) -> sa.ColumnElement[bool]:
    if where.operator not in OPERATORS:
        raise StoreError("There is no operator {operator}; known: {known}.", operator=where.operator, known=" ".join(OPERATORS))
    compare = OPERATORS[where.operator]
    if where.column in _OWN:
        return compare(runs.c[where.column], where.value)
    kind, value = (figures.c.is_text, figures.c.text) if isinstance(where.value, str) else (~figures.c.is_text, figures.c.number)
    chosen = sa.select(figures.c.run).where(figures.c.column == _number_of(where.column), kind, compare(value, where.value))
    return runs.c.number.in_(chosen)


def _number_of(column: str) -> sa.ScalarSelect[int]:
    """Return the number that a ``metric:…`` or ``setting:…`` column goes by."""
    _check(column)
    return sa.select(columns.c.number).where(columns.c.name == column).scalar_subquery()


@functools.lru_cache(maxsize=1024)
def _check(column: str) -> None:
    kind, _, name = column.partition(":")
    split, slash, figure = name.partition("/")
    if not (kind == "setting" and name) and not (kind == "metric" and split and slash and figure):
        known = ", ".join([*SORTS, "metric:<split>/<name>", "setting:<name>"])
        raise StoreError("There is no column {column}; known: {known}.", column=column, known=known)


def values(packed: bytes, wanted: Sequence[str]) -> dict[str, float | str]:
    """Return those of a run's figures that are asked for and that it has."""
    return pick_figures(packed, tuple(wanted)) if wanted else {}


def known_columns(connection: sa.Connection) -> list[str]:
    """Return every ``metric:…`` and ``setting:…`` that some run has, in order of name."""
    used = sa.exists().where(figures.c.column == columns.c.number)
    return list(connection.execute(sa.select(columns.c.name).where(used).order_by(columns.c.name)).scalars())
