"""The history of runs: add, find, edit, put into the bin and take out again. Knows nothing of how a run is done."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from fmcore.errors import DamagedError, StoreError
from fmcore.records import Metric, Progress, Run, RunSpec, Status, say
from fmcore.store import ranking, search
from fmcore.store.engine import is_missing_parent
from fmcore.store.part import Part, damaged, decode, driver, encode, event_row, insert, insert_or_nothing, note, now, number_of, statement
from fmcore.store.records import LoggedRun, NewRun, Page, RunQuery, RunRow
from fmcore.store.rows import dump_curve, dump_figures, dump_metrics, dump_spec, load_run, load_runs, load_tags, make_run
from fmcore.store.tables import contents, events, jobs, runs, tags


class Runs(Part):
    _n_unranked = 0

    def add_run(
        self, spec: RunSpec, *, name: str, who: str, key: str, parents: Sequence[str] = (), id: str | None = None
    ) -> Run:  # fmt: skip
        """Return the queued run; the same key gives the first run again, whoever asks at the same moment.

        Raises:
            StoreError: the data set is unknown, or the id is taken.
        """
        return self.add_runs([NewRun(spec, name, who, key, tuple(parents), id)])[0]

    def add_runs(self, many: Sequence[NewRun]) -> list[Run]:
        """Return the queued runs, in order, all or none of them. Keys as in :meth:`add_run`."""
        with self.engine.write() as connection:
            place = connection.execute(sa.select(sa.func.coalesce(sa.func.max(jobs.c.place), 0))).scalar_one()
            found, fresh = _insert_runs(connection, [LoggedRun(new, status=Status.QUEUED) for new in many], what="run-added")
            numbers = [number for number, _ in found]
            rows = [{"run": number, "state": "queued", "place": place + ahead} for ahead, number in enumerate(numbers, 1)]
            insert(connection, jobs, [row for row, is_fresh in zip(rows, fresh, strict=True) if is_fresh])
            added = load_runs(connection, numbers)
        self._rank(len(many))
        return added

    def log_run(self, spec: RunSpec, *, name: str, who: str, key: str, progress: Sequence[Progress] = (), metrics: Sequence[Metric] = (),
                seconds: float | None = None, device: str | None = None, status: Status = Status.DONE) -> str:  # fmt: skip
        """Return the id of a run that happened elsewhere, recorded whole in one transaction. The same key records nothing twice."""
        return self.log_runs([LoggedRun(NewRun(spec, name, who, key), progress, metrics, status, seconds, device)])[0]

    def log_runs(self, many: Sequence[LoggedRun]) -> list[str]:
        """Return the ids of runs that happened elsewhere, in order, recorded in one transaction."""
        with self.engine.write() as connection:
            found, fresh = _insert_runs(connection, many, what="run-logged")
            new = [(number, one) for (number, _), one, is_fresh in zip(found, many, fresh, strict=True) if is_fresh]
            insert(connection, tags, [{"run": number, "tag": tag} for number, one in new for tag in sorted(set(one.tags))])
        self._rank(len(many))
        return [run_id for _, run_id in found]

    def _rank(self, n_added: int) -> None:
        self._n_unranked += n_added
        if self._n_unranked >= ranking.EVERY:
            self._n_unranked = 0
            ranking.refresh(self.engine)

    def run(self, run_id: str) -> Run:
        """Return one run, in the bin or not.

        Raises:
            StoreError: there is no such run.
        """
        with self.engine.read() as connection:
            return load_run(connection, number_of(connection, run_id))

    def run_of_key(self, key: str) -> Run | None:
        """Return the run that was added with this key, in the bin or not, or None."""
        with self.engine.read() as connection:
            number = connection.execute(sa.select(runs.c.number).where(runs.c.key == key)).scalar()
            return None if number is None else load_run(connection, number)

    def run_keys(self, start: str) -> list[str]:
        """Return the keys that begin so, of all runs, in the bin or not."""
        with self.engine.read() as connection:
            return list(connection.execute(sa.select(runs.c.key).where(runs.c.key.startswith(start, autoescape=True))).scalars())

    def runs(self, query: RunQuery = RunQuery()) -> Page:  # noqa: B008  frozen, so it can't be spoilt
        """Return one page of the runs that match, with the figures asked for; runs whose record can't be read are only named.

        Raises:
            StoreError: an unknown column, operator or sort.
        """
        if search.needs_ranking(query):
            ranking.refresh(self.engine)
        with self.engine.read() as connection:
            rows, total = search.page(connection, query)
            tagged = load_tags(connection, [row.number for row in rows])
        listed, lost = [], []
        for row in rows:
            try:
                listed.append(RunRow(make_run(row, tagged), search.values(row.figures, query.columns)))
            except DamagedError:
                lost.append(row.id)
        return Page(listed, total, tuple(lost))

    def whole_runs(self, query: RunQuery) -> list[Run]:
        """Return the runs of one page, where none may be passed over.

        Raises:
            DamagedError: one of them can't be read.
            StoreError: as :meth:`runs`.
        """
        page = self.runs(query)
        if page.damaged:
            raise damaged(f"run {', '.join(page.damaged)}")
        return [row.run for row in page.runs]

    def run_columns(self) -> list[str]:
        """Return every ``metric:…`` and ``setting:…`` that some run has: what runs can be sorted and filtered by."""
        ranking.refresh(self.engine)
        with self.engine.read() as connection:
            return search.known_columns(connection)

    def run_tags(self) -> list[str]:
        """Return every tag in use, in order."""
        with self.engine.read() as connection:
            return list(connection.execute(sa.select(tags.c.tag).distinct().order_by(tags.c.tag)).scalars())

    def count_runs(self) -> dict[Status, int]:
        """Return how many runs stand in each status, without those in the bin."""
        counted = sa.select(runs.c.status, sa.func.count()).where(runs.c.deleted.is_(None)).group_by(runs.c.status)
        with self.engine.read() as connection:
            found = {status: n for status, n in connection.execute(counted)}
        return {status: found.get(status.value, 0) for status in Status}

    def edit_run(self, run_id: str, *, version: int, who: str, name: str | None = None, tags: Sequence[str] | None = None,
                 notes: str | None = None) -> Run:  # fmt: skip
        """Return the run as edited; what is None stays as it is. ``version`` is the one that the person saw.

        Raises:
            StoreError: somebody else edited it since, or there is no such run.
        """
        changes = {key: value for key, value in {"name": name, "notes": notes}.items() if value is not None}
        with self.engine.write() as connection:
            edit = runs.update().where(runs.c.id == run_id, runs.c.version == version).values(version=version + 1, **changes)
            number = connection.execute(edit.returning(runs.c.number)).scalar()
            if number is None:
                number_of(connection, run_id)
                raise StoreError("Somebody else edited run {id} meanwhile; reload it and edit again.", id=run_id)
            if tags is not None:
                _tag(connection, number, tags)
            what = ", ".join(key for key, value in {"name": name, "tags": tags, "notes": notes}.items() if value is not None)
            note(connection, "run-edited", run_id, say("Edited run {id}: {what}.", id=run_id, what=what), who=who)
            return load_run(connection, number)

    def delete_runs(self, run_ids: Sequence[str], who: str) -> None:
        """Put runs into the bin.

        Raises:
            StoreError: one of them is queued or running, or there is no such run. Then none is deleted.
        """
        with self.engine.write() as connection:
            alive = runs.c.status.in_((Status.QUEUED.value, Status.RUNNING.value))
            busy = connection.execute(sa.select(runs.c.name).where(runs.c.id.in_(run_ids), alive)).scalar()
            if busy is not None:
                raise StoreError("Run {name} is queued or running; stop it first.", name=busy)
            _mark(connection, run_ids, deleted=now())
            note(connection, "run-deleted", run_ids, say("Put into the bin."), who=who)

    def restore_runs(self, run_ids: Sequence[str], who: str) -> None:
        """Take runs out of the bin.

        Raises:
            StoreError: there is no such run. Then none is restored.
        """
        with self.engine.write() as connection:
            _mark(connection, run_ids, deleted=None)
            note(connection, "run-restored", run_ids, say("Taken out of the bin."), who=who)

    def purge_runs(self, run_ids: Sequence[str], who: str) -> None:
        """Remove runs for good, with their figures; only their events stay. Their files are the caller's task.

        Raises:
            StoreError: one of them is not in the bin, or another run was made from it. Then none is removed.
        """
        with self.engine.write() as connection:
            _check_purge(connection, set(run_ids))
            ranking.forget(connection, list(connection.execute(sa.select(runs.c.number).where(runs.c.id.in_(run_ids))).scalars()))
            connection.execute(runs.delete().where(runs.c.id.in_(run_ids)))
            note(connection, "run-purged", run_ids, say("Removed for good."), who=who)

    def check_purge(self, run_ids: Sequence[str]) -> None:
        """Raise what :meth:`purge_runs` would raise, and remove nothing."""
        with self.engine.read() as connection:
            _check_purge(connection, set(run_ids))

    def purgeable_runs(self) -> tuple[list[str], list[str]]:
        """Return the ids of the runs in the bin: those that may go together, and those that stay because other runs were made from them."""
        with self.engine.read() as connection:
            going = set(connection.execute(sa.select(runs.c.id).where(runs.c.deleted.is_not(None))).scalars())
            binned, lines = sorted(going), _lines(connection)
        while held := {parent for child, parents in lines if child not in going for parent in going.intersection(parents)}:
            going -= held
        return [one for one in binned if one in going], [one for one in binned if one not in going]


def _check_purge(connection: sa.Connection, going: set[str]) -> None:
    binned = set(connection.execute(sa.select(runs.c.id).where(runs.c.id.in_(going), runs.c.deleted.is_not(None))).scalars())
    if outside := going - binned:
        raise StoreError("Run {id} is not in the bin. Only runs in the bin can be removed for good; delete it first.", id=min(outside))
    for child, parents in _lines(connection):
        if child not in going and (needed := going.intersection(parents)):
            text = "Run {id} stays in the bin: {child} was made from it. Remove that one first, or both together."
            raise StoreError(text, id=min(needed), child=child)


def _lines(connection: sa.Connection) -> list[tuple[str, tuple[str, ...]]]:
    """Return each run that was made from others, with their ids."""
    made = connection.execute(sa.select(runs.c.id, runs.c.parents).where(runs.c.parents != "[]")).all()
    return [(run_id, tuple(decode(parents))) for run_id, parents in made]


def new_id() -> str:
    return f"r-{uuid.uuid4().hex[:12]}"


def _insert_runs(connection: sa.Connection, many: Sequence[LoggedRun], *, what: str) -> tuple[list[tuple[int, str]], list[bool]]:
    """Return the number and id of each run, and whether it is new: a key that is taken gives the run that has it."""
    if not many:
        return [], []
    at = now()
    rows = [_run_row(one, at) for one in many]
    numbers = _insert_new(connection, rows)
    fresh = [row["id"] in numbers for row in rows]
    found = [(numbers[row["id"]], row["id"]) if row["id"] in numbers else _run_of_key(connection, row) for row in rows]
    new = [(number, run_id, one) for (number, run_id), one, is_fresh in zip(found, many, fresh, strict=True) if is_fresh]
    insert(connection, contents, [_contents_row(number, one) for number, _, one in new])
    ranking.mark(connection, [number for number, _, _ in new])
    said = [event_row(what, run_id, say("Added run {name}.", name=one.new.name), who=one.new.who) for _, run_id, one in new]
    insert(connection, events, said)
    return found, fresh


def _insert_new(connection: sa.Connection, rows: list[dict]) -> dict[str, int]:
    """Return the number of each id that was new."""
    try:
        if connection.dialect.name == "sqlite":
            return _insert_one_by_one(driver(connection), rows)
        return dict(connection.execute(insert_or_nothing(connection, runs).returning(runs.c.id, runs.c.number), rows).all())
    except (sa.exc.IntegrityError, sa.exc.ProgrammingError, sqlite3.IntegrityError) as error:
        if not is_missing_parent(getattr(error, "orig", error)):
            raise
        unknown = sorted({row["dataset"] for row in rows})
        raise StoreError("There is no data set {dataset}; add it before a run uses it.", dataset=", ".join(unknown)) from error


def _insert_one_by_one(connection: sqlite3.Connection, rows: list[dict]) -> dict[str, int]:
    numbers, text = {}, statement(runs, tuple(rows[0])) + " ON CONFLICT DO NOTHING"
    for row in rows:
        cursor = connection.execute(text, tuple(row.values()))
        if cursor.rowcount == 1:
            numbers[row["id"]] = cursor.lastrowid
    return numbers


def _contents_row(number: int, one: LoggedRun) -> dict[str, object]:
    spec, figures = dump_spec(one.new.spec), dump_figures(one.new.spec.settings, one.metrics)
    return {"run": number, "spec": spec, "figures": figures, "metrics": dump_metrics(one.metrics), "curve": dump_curve(one.progress)}


def _run_row(one: LoggedRun, at: str) -> dict[str, object]:
    new, spec, last = one.new, one.new.spec, one.progress[-1].step if one.progress else 0
    ended = one.status.is_final
    return {
        "id": new.id or new_id(), "key": new.key, "name": new.name, "stage": spec.stage, "dataset": spec.dataset, "base": spec.base.name,
        "status": one.status.value, "who": new.who, "at": at, "parents": encode(new.parents), "device": one.device,
        "seconds": one.seconds, "notes": one.notes, "ended": at if ended else None, "attempts": int(ended), "step": last,
        "steps": last if ended else None,
    }  # fmt: skip


def _run_of_key(connection: sa.Connection, row: dict) -> tuple[int, str]:
    found = connection.execute(sa.select(runs.c.number, runs.c.id).where(runs.c.key == row["key"])).first()
    if found is None:
        raise StoreError("There is a run {id} already; leave the id to the store.", id=row["id"])
    return found.number, found.id


def _tag(connection: sa.Connection, number: int, wanted: Sequence[str]) -> None:
    connection.execute(tags.delete().where(tags.c.run == number))
    insert(connection, tags, [{"run": number, "tag": tag} for tag in sorted({tag.strip() for tag in wanted} - {""})])


def _mark(connection: sa.Connection, run_ids: Sequence[str], *, deleted: str | None) -> None:
    found = connection.execute(runs.update().where(runs.c.id.in_(run_ids)).values(deleted=deleted)).rowcount
    if found != len(set(run_ids)):
        known = set(connection.execute(sa.select(runs.c.id).where(runs.c.id.in_(run_ids))).scalars())
        raise StoreError("There is no run {id}. It may have been removed for good.", id=sorted(set(run_ids) - known)[0])
