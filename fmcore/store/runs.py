"""The history of runs: add, find, edit, put into the bin and take out again. Knows nothing of how a run is done."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import Metric, Progress, Run, RunSpec, Sentence, Status, say
from fmcore.store import search
from fmcore.store.engine import is_missing_parent
from fmcore.store.part import Part, dumps, insert_or_nothing, note, now, number_of
from fmcore.store.records import LoggedRun, NewRun, Page, RunQuery, RunRow
from fmcore.store.rows import load_run, load_runs, metric_rows, progress_rows, setting_rows
from fmcore.store.tables import jobs, metrics, progress, runs, settings, specs, tags


class Runs(Part):
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
            numbers = []
            for ahead, new in enumerate(many, 1):
                number, is_new = _insert_run(connection, new, Status.QUEUED)
                numbers.append(number)
                if is_new:
                    connection.execute(jobs.insert().values(run=number, state="queued", place=place + ahead))
            return load_runs(connection, numbers)

    def log_run(self, spec: RunSpec, *, name: str, who: str, key: str, progress: Sequence[Progress] = (), metrics: Sequence[Metric] = (),
                seconds: float | None = None, device: str | None = None, status: Status = Status.DONE) -> str:  # fmt: skip
        """Return the id of a run that happened elsewhere, recorded whole in one transaction. The same key records nothing twice."""
        return self.log_runs([LoggedRun(NewRun(spec, name, who, key), progress, metrics, status, seconds, device)])[0]

    def log_runs(self, many: Sequence[LoggedRun]) -> list[str]:
        """Return the ids of runs that happened elsewhere, in order, recorded in one transaction."""
        ids: list[str] = []
        with self.engine.write() as connection:
            fresh: list[tuple[int, LoggedRun]] = []
            for one in many:
                run_id = one.new.id or new_id()
                number, is_new = _insert_run(connection, one.new, one.status, one, run_id=run_id)
                if is_new:
                    fresh.append((number, one))
                else:
                    run_id = connection.execute(sa.select(runs.c.id).where(runs.c.number == number)).scalar_one()
                ids.append(run_id)
            _insert(connection, progress, [row for number, one in fresh for row in progress_rows(number, one.progress)])
            _insert(connection, metrics, [row for number, one in fresh for row in metric_rows(number, one.metrics)])
            _insert(connection, tags, [{"run": number, "tag": tag} for number, one in fresh for tag in sorted(set(one.tags))])
        return ids

    def run(self, run_id: str) -> Run:
        """Return one run, in the bin or not.

        Raises:
            StoreError: there is no such run.
        """
        with self.engine.read() as connection:
            return load_run(connection, number_of(connection, run_id))

    def runs(self, query: RunQuery = RunQuery()) -> Page:  # noqa: B008  frozen, so it can't be spoilt
        """Return one page of the runs that match, with the figures asked for.

        Raises:
            StoreError: an unknown column, operator or sort.
        """
        with self.engine.read() as connection:
            numbers, total = search.numbers(connection, query)
            values = search.values(connection, numbers, query.columns)
            found = load_runs(connection, numbers)
        return Page([RunRow(run, values[number]) for number, run in zip(numbers, found, strict=True)], total)

    def run_columns(self) -> list[str]:
        """Return every ``metric:…`` and ``setting:…`` that some run has: what runs can be sorted and filtered by."""
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
            found = dict(connection.execute(counted).tuples().all())
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
            StoreError: one of them is not in the bin. Then none is removed.
        """
        with self.engine.write() as connection:
            gone = connection.execute(runs.delete().where(runs.c.id.in_(run_ids), runs.c.deleted.is_not(None))).rowcount
            if gone != len(set(run_ids)):
                raise StoreError("Only runs in the bin can be removed for good; delete them first.")
            note(connection, "run-purged", run_ids, say("Removed for good."), who=who)


def new_id() -> str:
    return f"r-{uuid.uuid4().hex[:12]}"


def _insert_run(
    connection: sa.Connection, new: NewRun, status: Status, logged: LoggedRun | None = None, *, run_id: str | None = None
) -> tuple[int, bool]:
    """Return the run's number and whether it is new."""
    run_id, at, spec = run_id or new.id or new_id(), now(), new.spec
    row = {"id": run_id, "key": new.key, "name": new.name, "stage": spec.stage, "dataset": spec.dataset, "base": spec.base.name,
           "status": status.value, "who": new.who, "at": at, "parents": json.dumps(new.parents)}  # fmt: skip
    if logged is not None:
        last = logged.progress[-1].step if logged.progress else 0
        row |= {"device": logged.device, "seconds": logged.seconds, "notes": logged.notes, "ended": at, "attempts": 1}
        row |= {"step": last, "steps": last}
    try:
        number = connection.execute(insert_or_nothing(connection, runs).returning(runs.c.number), row).scalar()
    except sa.exc.DBAPIError as error:
        if not is_missing_parent(error.orig):
            raise
        raise StoreError("There is no data set {dataset}; add it before a run uses it.", dataset=spec.dataset) from error
    if number is None:
        number = connection.execute(sa.select(runs.c.number).where(runs.c.key == new.key)).scalar()
        if number is None:
            raise StoreError("There is a run {id} already; leave the id to the store.", id=run_id)
        return number, False
    connection.execute(specs.insert(), {"run": number, "spec": dumps(spec)})
    _insert(connection, settings, setting_rows(number, spec.settings))
    sentence: Sentence = say("Added run {name}.", name=new.name)
    note(connection, "run-added" if logged is None else "run-logged", run_id, sentence, who=new.who)
    return number, True


def _insert(connection: sa.Connection, table: sa.Table, rows: list[dict]) -> None:
    if rows:
        connection.execute(table.insert(), rows)


def _tag(connection: sa.Connection, number: int, wanted: Sequence[str]) -> None:
    connection.execute(tags.delete().where(tags.c.run == number))
    _insert(connection, tags, [{"run": number, "tag": tag} for tag in sorted({tag.strip() for tag in wanted} - {""})])


def _mark(connection: sa.Connection, run_ids: Sequence[str], *, deleted: str | None) -> None:
    found = connection.execute(runs.update().where(runs.c.id.in_(run_ids)).values(deleted=deleted)).rowcount
    if found != len(set(run_ids)):
        known = set(connection.execute(sa.select(runs.c.id).where(runs.c.id.in_(run_ids))).scalars())
        raise StoreError("There is no run {id}; see `python -m fmcore runs list`.", id=sorted(set(run_ids) - known)[0])


