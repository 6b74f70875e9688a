"""Who runs what: one worker per run, one run per device, first come first served. Knows no process; a worker is an Identity.

A claim is one UPDATE, so two workers never get the same run. Each claim raises the run's token; every write of a job shows its token,
so a worker that slept through its lease and wakes after somebody else took over can spoil nothing (a fencing token:
M. Kleppmann, "How to do distributed locking", 2016).
"""

from __future__ import annotations

import time

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.records import Run, Sentence, Status, say
from fmcore.settings import get_settings
from fmcore.store.part import ENGINE, Part, dump_sentence, note, now, number_of
from fmcore.store.records import Abandoned, Claim, Identity
from fmcore.store.rows import load_run, load_runs
from fmcore.store.tables import jobs, runs


class Jobs(Part):
    def claim(self, worker: Identity, device: str) -> Claim | None:
        """Return the run that waited longest, now held by this worker; None when nothing waits or the device of this host is busy."""
        at = time.time()
        busy = sa.exists().where(jobs.c.state == "running", jobs.c.host == worker.host, jobs.c.device == device).correlate(None)
        first = sa.select(jobs.c.run).where(jobs.c.state == "queued").order_by(jobs.c.place, jobs.c.run).limit(1)
        first = first.with_for_update(skip_locked=True)  # PostgreSQL; SQLite has one writer at a time anyway
        take = (
            jobs.update()
            .where(jobs.c.run == first.scalar_subquery(), jobs.c.state == "queued", ~busy)
            .values(state="running", token=jobs.c.token + 1, device=device, lease=at + _lease(), began=at, **_columns(worker))
            .returning(jobs.c.run, jobs.c.token)
        )
        try:
            with self.engine.write() as connection:
                row = connection.execute(take).first()
                if row is None:
                    return None
                begin = {"status": Status.RUNNING.value, "device": device, "attempts": runs.c.attempts + 1, "message": None, "ended": None,
                         "started": sa.func.coalesce(runs.c.started, now())}  # fmt: skip
                connection.execute(runs.update().where(runs.c.number == row.run).values(begin))
                run = load_run(connection, row.run)
                note(connection, "run-claimed", run.id, say("Started on {device}, attempt {n}.", device=device, n=run.attempts), who=ENGINE)
                return Claim(run, row.token)
        except sa.exc.IntegrityError:  # PostgreSQL: another worker of this host took the device in the same moment
            return None

    def heartbeat(self, run_id: str, token: int) -> bool:
        """Renew the lease; return False when the run is no longer this worker's."""
        with self.engine.write() as connection:
            return connection.execute(_held(run_id, token).values(lease=time.time() + _lease())).rowcount == 1

    def set_running(self, run_id: str, token: int, identity: Identity, device: str, steps: int | None) -> None:
        """Say which process does the run, on which device, in how many steps.

        Raises:
            StoreError: the token is old.
        """
        with self.engine.write() as connection:
            number = check_token(connection, run_id, token)
            connection.execute(jobs.update().where(jobs.c.run == number).values(_columns(identity)))
            connection.execute(runs.update().where(runs.c.number == number).values(device=device, steps=steps))

    def message(self, run_id: str, token: int, sentence: Sentence | None) -> None:
        """Say what the run is doing now.

        Raises:
            StoreError: the token is old.
        """
        with self.engine.write() as connection:
            number = check_token(connection, run_id, token)
            connection.execute(runs.update().where(runs.c.number == number).values(message=dump_sentence(sentence)))

    def finish(self, run_id: str, token: int, status: Status, message: Sentence | None, seconds: float | None) -> Run:
        """Return the run as it ended. ``seconds`` is the training time over all attempts; None leaves what is known.

        Raises:
            StoreError: the token is old, or the status is not a final one.
        """
        if not Status(status).is_final:
            raise StoreError("A run can't end as {status}; known: stopped, failed, done.", status=str(status))
        with self.engine.write() as connection:
            number = check_token(connection, run_id, token)
            return _end(connection, number, run_id, Status(status), message, seconds)

    def release(self, run_id: str, token: int, *, requeue: bool, message: Sentence | None = None) -> Run:
        """Return the run, taken from a worker that is gone: back at its old place in the queue, or failed.

        One that was asked to stop is stopped instead of queued.

        Raises:
            StoreError: the token is old: somebody else dealt with it.
        """
        with self.engine.write() as connection:
            number = check_token(connection, run_id, token)
            asked = connection.execute(sa.select(runs.c.stop_requested).where(runs.c.number == number)).scalar_one()
            if not requeue or asked:
                return _end(connection, number, run_id, Status.STOPPED if asked else Status.FAILED, message, None)
            connection.execute(jobs.update().where(jobs.c.run == number).values(state="queued", lease=None))
            waiting = {"status": Status.QUEUED.value, "message": dump_sentence(message)}
            connection.execute(runs.update().where(runs.c.number == number).values(waiting))
            note(connection, "run-released", run_id, message or say("Its job was gone; back in the queue."), who=ENGINE)
            return load_run(connection, number)

    def abandoned(self, at: float | None = None) -> list[Abandoned]:
        """Return the running jobs whose lease ran out before ``at``, in seconds since 1970; None is now."""
        chosen = sa.select(jobs, runs.c.id).join(runs, runs.c.number == jobs.c.run)
        chosen = chosen.where(jobs.c.state == "running", jobs.c.lease < (time.time() if at is None else at)).order_by(jobs.c.lease)
        with self.engine.read() as connection:
            return [Abandoned(row.id, row.token, _identity(row)) for row in connection.execute(chosen)]

    def queue(self) -> list[Run]:
        """Return the runs that wait, the next one first."""
        chosen = sa.select(jobs.c.run).where(jobs.c.state == "queued").order_by(jobs.c.place, jobs.c.run)
        with self.engine.read() as connection:
            return load_runs(connection, list(connection.execute(chosen).scalars()))

    def running(self) -> list[tuple[Run, Identity]]:
        """Return the runs that are held, with the process that holds each, the oldest claim first."""
        chosen = sa.select(jobs).where(jobs.c.state == "running").order_by(jobs.c.began, jobs.c.run)
        with self.engine.read() as connection:
            rows = {row.run: row for row in connection.execute(chosen)}
            return list(zip(load_runs(connection, list(rows)), map(_identity, rows.values()), strict=True))

    def claim_of(self, run_id: str) -> Claim | None:
        """Return the claim in force on a run; None when nobody holds it."""
        with self.engine.read() as connection:
            number = number_of(connection, run_id)
            token = connection.execute(sa.select(jobs.c.token).where(jobs.c.run == number, jobs.c.state == "running")).scalar()
            return None if token is None else Claim(load_run(connection, number), token)

    def stop_requested(self, run_id: str) -> bool:
        """Return whether somebody asked the run to stop; True too for a run that was removed."""
        with self.engine.read() as connection:
            asked = connection.execute(sa.select(runs.c.stop_requested).where(runs.c.id == run_id)).scalar()
        return True if asked is None else asked

    def request_stop(self, run_id: str, who: str) -> Run:
        """Return the run: one that waits is stopped at once, one that runs obeys at its next step, one that has ended stays so."""
        with self.engine.write() as connection:
            number = number_of(connection, run_id)
            sentence = say("Asked to stop.")
            waits = jobs.update().where(jobs.c.run == number, jobs.c.state == "queued").values(state="ended")
            if connection.execute(waits).rowcount:
                stopped = {"status": Status.STOPPED.value, "ended": now(), "message": dump_sentence(say("Stopped before it began."))}
                connection.execute(runs.update().where(runs.c.number == number).values(stopped))
                note(connection, "run-stop-requested", run_id, sentence, who=who)
                return load_run(connection, number)
            runs_now = (runs.c.number == number, runs.c.status == Status.RUNNING.value, ~runs.c.stop_requested)
            if connection.execute(runs.update().where(*runs_now).values(stop_requested=True)).rowcount:
                note(connection, "run-stop-requested", run_id, sentence, who=who)
            return load_run(connection, number)

    def requeue(self, run_id: str, who: str) -> Run:
        """Return a stopped or failed run, queued again to go on from its last checkpoint. One that waits already is returned as it is.

        Raises:
            StoreError: the run is done or running, or lies in the bin.
        """
        with self.engine.write() as connection:
            number = number_of(connection, run_id)
            run = load_run(connection, number)
            if run.status is Status.QUEUED:
                return run
            if run.status not in (Status.STOPPED, Status.FAILED) or run.deleted:
                where = "in the bin" if run.deleted else run.status.value
                raise StoreError("Run {name} is {where}; only a stopped or failed run can be resumed.", name=run.name, where=where)
            place = connection.execute(sa.select(sa.func.coalesce(sa.func.max(jobs.c.place), 0) + 1)).scalar_one()
            again = jobs.update().where(jobs.c.run == number, jobs.c.state == "ended").values(state="queued", place=place)
            if not connection.execute(again).rowcount:
                raise StoreError("Run {name} was recorded from elsewhere; it has no job to resume.", name=run.name)
            waiting = {"status": Status.QUEUED.value, "stop_requested": False, "ended": None, "message": None}
            connection.execute(runs.update().where(runs.c.number == number).values(waiting))
            note(connection, "run-requeued", run_id, say("Queued again."), who=who)
            return load_run(connection, number)


def check_token(connection: sa.Connection, run_id: str, token: int) -> int:
    """Return the run's number; renews the lease, since who writes is alive.

    The UPDATE also locks the job's row, so no other worker can claim the run before this transaction ends.

    Raises:
        StoreError: the token is not the one in force.
    """
    held = _held(run_id, token).values(lease=time.time() + _lease()).returning(jobs.c.run)
    number = connection.execute(held).scalar()
    if number is None:
        number_of(connection, run_id)
        raise StoreError("Run {id} is not held by this job (token {token}) any more: it ended or another has it.", id=run_id, token=token)
    return number


def _held(run_id: str, token: int) -> sa.Update:
    number = sa.select(runs.c.number).where(runs.c.id == run_id).scalar_subquery()
    return jobs.update().where(jobs.c.run == number, jobs.c.token == token, jobs.c.state == "running")


def _end(
    connection: sa.Connection, number: int, run_id: str, status: Status, message: Sentence | None, seconds: float | None
) -> Run:  # fmt: skip
    connection.execute(jobs.update().where(jobs.c.run == number).values(state="ended", lease=None))
    ended = {"status": status.value, "ended": now(), "message": dump_sentence(message)}
    if seconds is not None:
        ended["seconds"] = seconds
    connection.execute(runs.update().where(runs.c.number == number).values(ended))
    note(connection, f"run-{status.value}", run_id, message or say("Ended: {status}.", status=status.value), who=ENGINE)
    return load_run(connection, number)


def _lease() -> float:
    return get_settings().lease_seconds


def _columns(identity: Identity) -> dict[str, object]:
    return {"boot_id": identity.boot_id, "pid": identity.pid, "process_started": identity.started, "host": identity.host}


def _identity(row: sa.Row) -> Identity:
    return Identity(row.boot_id, row.pid, row.process_started, row.host)
