"""Which runs, in which order: turns a RunQuery into run numbers. Reads no more rows than the page needs.

A figure to sort by stands in its own table, so an outer join would read every run for the first fifty. Instead the runs that have the
figure come from its index, in order; only a page that reaches beyond them asks for the runs that lack it, newest first.
"""

from __future__ import annotations

import functools
import operator
import string
from collections.abc import Sequence

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import Run
from fmcore.store.records import RunQuery, Where
from fmcore.store.rows import sortable
from fmcore.store.tables import OVERALL, metrics, runs, settings, tags

OPERATORS = {"=": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
SORTS = {"when": runs.c.at, "name": sa.func.lower(runs.c.name), "seconds": runs.c.seconds, "status": runs.c.status}


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


def numbers(connection: sa.Connection, query: RunQuery) -> tuple[list[int], int]:
    """Return the numbers of one page of runs, in order, and how many runs match in all.

    Raises:
        StoreError: an unknown column, operator or sort.
    """
    conditions = _conditions(query)
    total = connection.execute(sa.select(sa.func.count()).select_from(runs).where(*conditions)).scalar_one()
    if query.sort in SORTS:
        return _by_own_column(connection, query, conditions), total
    return _by_figure(connection, query, conditions), total


def _by_own_column(connection: sa.Connection, query: RunQuery, conditions: Sequence[sa.ColumnElement[bool]]) -> list[int]:
    column = SORTS[query.sort]
    order = [_directed(column, query), _directed(runs.c.number, query)]
    if query.sort == "seconds":
        order.insert(0, column.is_(None))
    statement = sa.select(runs.c.number).where(*conditions).order_by(*order).limit(query.limit).offset(query.offset)
    return list(connection.execute(statement).scalars())


def _by_figure(connection: sa.Connection, query: RunQuery, conditions: Sequence[sa.ColumnElement[bool]]) -> list[int]:
    table, is_it, values = _figure(query.sort)
    having = sa.select(runs.c.number).join(table, table.c.run == runs.c.number).where(is_it, *conditions)
    order = [_directed(column, query) for column in (*values, table.c.run)]
    found = list(connection.execute(having.order_by(*order).limit(query.limit).offset(query.offset)).scalars())
    if len(found) == query.limit:
        return found
    n_having = query.offset + len(found)
    if query.offset and not found:
        n_having = connection.execute(sa.select(sa.func.count()).select_from(having.subquery())).scalar_one()
    lacking = sa.select(runs.c.number).where(*conditions, ~sa.exists().where(table.c.run == runs.c.number, is_it))
    lacking = lacking.order_by(runs.c.at.desc(), runs.c.number.desc())
    rest = lacking.limit(query.limit - len(found)).offset(max(0, query.offset - n_having))
    return found + list(connection.execute(rest).scalars())


def _directed(column: sa.ColumnElement, query: RunQuery) -> sa.ColumnElement:
    return column.desc() if query.descending else column.asc()


def _conditions(query: RunQuery) -> list[sa.ColumnElement[bool]]:
    conditions = [runs.c.deleted.is_not(None) if query.deleted else runs.c.deleted.is_(None)]
    if query.sort not in SORTS:
        # Not usable by an index, on purpose: SQLite would start from it and sort 10,000 runs, instead of walking the figure's index.
        conditions = [sa.func.coalesce(runs.c.deleted, "") != "" if query.deleted else sa.func.coalesce(runs.c.deleted, "") == ""]
    if query.status is not None:
        conditions.append(runs.c.status == str(query.status))
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
    if where.column in ("seconds", "name", "status", "who"):
        return compare(runs.c[where.column], where.value)
    table, is_it, _ = _figure(where.column)
    if table is metrics:
        value = compare(metrics.c.value, where.value)
    elif isinstance(where.value, str):
        value = sa.and_(settings.c.is_text, compare(settings.c.text, where.value))
    else:
        value = sa.and_(~settings.c.is_text, compare(settings.c.number, where.value))
    return runs.c.number.in_(sa.select(table.c.run).where(is_it, value))


@functools.lru_cache(maxsize=1024)
def _figure(column: str) -> tuple[sa.Table, sa.ColumnElement[bool], tuple[sa.Column, ...]]:
    """Return the table of a ``metric:…`` or ``setting:…`` column, the condition that picks its rows, and the values to sort by."""
    kind, _, name = column.partition(":")
    if kind == "setting" and name:
        return settings, settings.c.name == name, (settings.c.is_text, settings.c.number, settings.c.text)
    split, slash, name = name.partition("/")
    if kind == "metric" and slash and name:
        chosen = sa.and_(metrics.c.split == split, metrics.c.name == name, metrics.c.label == OVERALL, metrics.c.value.is_not(None))
        return metrics, chosen, (metrics.c.value,)
    known = ", ".join([*SORTS, "metric:<split>/<name>", "setting:<name>"])
    raise StoreError("There is no column {column}; known: {known}.", column=column, known=known)


def values(connection: sa.Connection, page: Sequence[int], found: Sequence[Run], columns: Sequence[str]) -> list[dict[str, float | str]]:
    """Return, for each run of a page, the figures asked for that it has. Settings are read from the runs' own specs."""
    for column in columns:
        _figure(column)
    names = {column.removeprefix("setting:"): column for column in columns if column.startswith("setting:")}
    rows: dict[int, dict[str, float | str]] = {}
    for number, run in zip(page, found, strict=True):
        given = {column: run.spec.settings.get(name) for name, column in names.items()}
        rows[number] = {column: sortable(value) for column, value in given.items() if value is not None}
    figures = [tuple(column.removeprefix("metric:").split("/", 1)) for column in columns if column.startswith("metric:")]
    if figures and page:
        chosen = sa.select(metrics.c.run, metrics.c.split, metrics.c.name, metrics.c.value)
        chosen = chosen.where(metrics.c.run.in_(page), metrics.c.label == OVERALL, metrics.c.value.is_not(None))
        chosen = chosen.where(metrics.c.name.in_(sorted({name for _, name in figures})))
        titles = {(split, name): f"metric:{split}/{name}" for split, name in figures}
        for run, split, name, value in connection.execute(chosen).all():
            if (split, name) in titles:
                rows[run][titles[split, name]] = value
    return list(rows.values())


def known_columns(connection: sa.Connection) -> list[str]:
    """Return every ``metric:…`` and ``setting:…`` that some run has, in order of name."""
    figures = _distinct(connection, metrics, "split", "name", metrics.c.label == OVERALL)
    plain = _distinct(connection, settings, "name")
    return [f"metric:{split}/{name}" for split, name in figures] + [f"setting:{name}" for (name,) in plain]


def _distinct(connection: sa.Connection, table: sa.Table, *rest: object) -> list[tuple[str, ...]]:
    """Return the different values of the leading columns of an index, one index step each: DISTINCT would read every row."""
    columns = [table.c[name] for name in rest if isinstance(name, str)]
    conditions = [condition for condition in rest if not isinstance(condition, str)]
    found: list[tuple[str, ...]] = []
    while True:
        statement = sa.select(*columns).where(*conditions).order_by(*columns).limit(1)
        if found:
            statement = statement.where(sa.tuple_(*columns) > sa.tuple_(*map(sa.literal, found[-1])))
        row = connection.execute(statement).first()
        if row is None:
            return found
        found.append(tuple(row))
