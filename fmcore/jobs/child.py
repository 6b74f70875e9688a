"""The job process, ``python -m fmcore run RUN_ID``: takes over the claim that its supervisor made and executes the run.

Steps back for everything else on the machine: niced, and the first that the system may end when memory runs out.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from fmcore.errors import JobError
from fmcore.jobs import devices, identity
from fmcore.jobs.launcher import JOB, TOKEN, manners, mark
from fmcore.pipeline.execute import LeaseLost, execute, log
from fmcore.records import Run, Status
from fmcore.store import Claim, Store, open_store

NICENESS = 10
LEASE_LOST = 75
"""Exit code of a job that somebody else has taken over."""


def main(run_id: str) -> int:
    """Execute the run; return 0 when it is done or stopped, 1 when it failed.

    Raises:
        JobError: the run is not this process's to do.
    """
    _step_back()
    store = open_store()
    claim = _claim(store, run_id)
    os.environ.update({JOB: mark(claim), **manners(claim.run)})  # again, for a job that was started by hand
    me = identity.mine()
    device = claim.run.device or devices.slots()[0]
    store.set_running(run_id, claim.token, me, device, claim.run.steps)
    log(f"run {run_id}, attempt {claim.run.attempts}, process {me.pid}, {device}")
    try:
        run = execute(run_id, store, claim, worker=me, on_lost=_end_at_once)
    except LeaseLost:
        log("somebody else has this run now; ending")
        return LEASE_LOST
    log(f"{run.status.value}. {run.message or ''}")
    return 1 if run.status is Status.FAILED else 0


def perform(claim: Claim) -> Run:
    """Execute a claimed run inside this process, for tests and small trials."""
    return execute(claim.run.id, open_store(), claim, worker=identity.mine())


def _claim(store: Store, run_id: str) -> Claim:
    handed = os.environ.pop(TOKEN, None)  # popped: nothing that this process starts is the job
    if handed is None:
        return _claim_by_hand(store, run_id)
    held = store.claim_of(run_id)
    if held is None or str(held.token) != handed:
        raise JobError("Run {run} was handed to another process meanwhile.", run=run_id)
    return held


def _claim_by_hand(store: Store, run_id: str) -> Claim:
    run = store.run(run_id)
    waiting = store.queue()
    if run.status is not Status.QUEUED:
        raise JobError("Run {run} is {status}; only a queued run can be started. Resume it first.", run=run_id, status=run.status.value)
    if waiting[0].id != run_id:
        raise JobError("Run {run} has to wait: {other} is before it in the queue.", run=run_id, other=waiting[0].id)
    claim = store.claim(identity.mine(), devices.slots()[0])
    if claim is None:
        raise JobError("Run {run} has to wait: the device is busy with another run.", run=run_id)
    if claim.run.id != run_id:  # the queue moved in this very moment
        store.release(claim.run.id, claim.token, requeue=True)
        raise JobError("Run {run} has to wait: {other} is before it in the queue.", run=run_id, other=claim.run.id)
    return claim


def _step_back() -> None:
    os.nice(max(0, NICENESS - os.nice(0)))
    with contextlib.suppress(OSError):  # Linux only; a worse score is always allowed
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")


def _end_at_once() -> None:
    log("somebody else has this run now; ending")
    os._exit(LEASE_LOST)
