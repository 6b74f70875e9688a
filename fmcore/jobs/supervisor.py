"""``python -m fmcore supervise``: one per home folder, gives queued runs to free devices and notices at once when a job's process is gone.

May be killed at any moment: jobs go on without it, and the next supervisor finds them again. Never loads torch.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass, field

import sqlalchemy as sa

from fmcore.errors import StoreError
from fmcore.jobs import deaths, devices, identity, launcher
from fmcore.jobs.child import perform
from fmcore.jobs.lock import supervisor_lock
from fmcore.records import say
from fmcore.settings import get_settings
from fmcore.store import Claim, Identity, Store, open_store

TICK_SECONDS = 0.4
IDLE_SECONDS = 600.0
"""A supervisor with nothing to do for this long leaves; the next submit starts another."""
LOCK_SECONDS = 2.0
"""Whoever asks whether a supervisor is there holds its lock for a moment: try for a while."""


@dataclass(frozen=True)
class Child:
    """A job that this supervisor started itself, so that it hears how the process ends."""

    token: int
    process: subprocess.Popen[bytes]
    kills_for_memory: int
    """As counted by the system when it began."""


@dataclass
class Supervisor:
    """Looks at the store again and again; everything that must not be lost stands there."""

    store: Store
    me: Identity = field(default_factory=identity.mine)
    children: dict[str, Child] = field(default_factory=dict)

    def look(self) -> bool:
        """Bury the dead, start what can start; return whether anything runs or waits."""
        self._collect()
        held = self.store.running()
        for run, process in held:
            self._look_at(run.id, process)
        started = [slot for slot in devices.slots() if self._start_next(slot)]
        return bool(held or started)

    def _collect(self) -> None:
        """Forget children that ended and whose runs did too: nobody else would ask how they ended, and they would stay as zombies."""
        for run_id, child in list(self.children.items()):
            if child.process.poll() is None:
                continue
            claim = self.store.claim_of(run_id)
            if claim is None or claim.token != child.token:
                del self.children[run_id]

    def _look_at(self, run_id: str, process: Identity) -> None:
        claim = self.store.claim_of(run_id)
        if claim is None:
            return
        child = self.children.get(run_id)
        if child is not None and child.token == claim.token:
            if child.process.poll() is not None:
                self._bury(claim, child)
        elif identity.is_here(process):
            # Its lease may have run out while the machine slept: what counts is whether the process lives.
            if not identity.is_alive(process) or process == self.me:
                self._bury(claim, None)
        elif any(gone.run_id == run_id for gone in self.store.abandoned(time.time() - get_settings().lease_seconds)):
            self._bury(claim, None)  # another machine, silent for two leases

    def _bury(self, claim: Claim, child: Child | None) -> None:
        self.children.pop(claim.run.id, None)
        held = self.store.claim_of(claim.run.id)  # it may have ended well between the look at the store and the look at the process
        if held is None or held.token != claim.token:
            return
        exit_code = child.process.poll() if child else None
        no_memory = exit_code == -signal.SIGKILL and child is not None and deaths.kills_for_memory() > child.kills_for_memory
        run = deaths.bury(self.store, held, exit_code=exit_code, out_of_memory=no_memory)
        log(f"{run.id} lost its process (exit code {exit_code}) at step {run.step}: now {run.status.value}")

    def _start_next(self, slot: str) -> bool:
        claim = self.store.claim(self.me, slot)
        if claim is None:
            return False
        try:
            child = launcher.start_job(claim, slot)
        except OSError as error:
            reason = say("Its process can't be started: {reason}. Resume it when that is mended.", reason=error.strerror or str(error))
            self.store.release(claim.run.id, claim.token, requeue=False, message=reason)
            return True
        self.children[claim.run.id] = Child(claim.token, child, deaths.kills_for_memory())
        log(f"{claim.run.id} started on {slot} as process {child.pid}, attempt {claim.run.attempts}")
        process = identity.of(child.pid)
        if process is not None and child.poll() is None:  # from now on anybody finds it, should this supervisor be killed
            try:
                self.store.set_running(claim.run.id, claim.token, process, slot, claim.run.steps)
            except StoreError as error:  # so short a run that it has ended already
                log(str(error))
        return True


def supervise(idle_seconds: float = IDLE_SECONDS) -> int:
    """Work until there was nothing to do for so long; return 0. Returns at once where another supervisor is at work."""
    patience = LOCK_SECONDS
    while True:
        with supervisor_lock() as free:
            if free:
                log(f"supervisor {identity.mine().pid} at work")
                _work(Supervisor(open_store()), idle_seconds)
                patience = 0.0
        if not free and patience <= 0:
            return 0
        if free and not _is_home_there() or free and not open_store().queue():
            return 0  # looked once more after the lock was given up: who submitted while it was held started nobody
        time.sleep(0.1)
        patience -= 0.1


def _work(supervisor: Supervisor, idle_seconds: float) -> None:
    busy_at = time.monotonic()
    while time.monotonic() - busy_at < idle_seconds and _is_home_there():
        try:
            if supervisor.look():
                busy_at = time.monotonic()
        except (StoreError, OSError) as error:  # locked, full, out of reach: it may come back
            log(str(error))
            time.sleep(2)
        except sa.exc.SQLAlchemyError:
            log(traceback.format_exc())
            time.sleep(5)
        time.sleep(TICK_SECONDS)
    log("supervisor leaves")


def work_inline() -> None:
    """Work off the queue inside this process, one run after the other, for tests and small trials."""
    store = open_store()
    while (claim := store.claim(identity.mine(), devices.slots()[0])) is not None:
        perform(claim)


def log(line: str) -> None:
    with contextlib.suppress(OSError):  # a full disk must not end who looks after the runs
        print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), line, file=sys.stderr, flush=True)


def _is_home_there() -> bool:
    return (get_settings().home / "supervisor.lock").exists()
