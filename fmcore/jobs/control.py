"""What people ask of jobs: see to it that somebody works, submit, stop, resume."""

from __future__ import annotations

from typing import Any

from fmcore.errors import JobError
from fmcore.jobs import deaths, launcher
from fmcore.jobs.lock import supervisor_lock
from fmcore.jobs.supervisor import work_inline
from fmcore.pipeline import runs
from fmcore.records import Run, RunSpec
from fmcore.settings import get_settings
from fmcore.store import open_store


def ensure_supervisor() -> None:
    """See to it that somebody works on the queue. Cheap, and any number of times is as good as once.

    Call it after something was submitted or resumed, and when an app starts: runs that died with the machine go on by themselves.
    With FMCORE_INLINE_JOBS the queue is worked off here and now instead.
    """
    if get_settings().inline_jobs:
        work_inline()
        return
    try:
        with supervisor_lock() as free:
            if not free:
                return
        launcher.start(["supervise"], log=get_settings().home / "supervisor.log")
    except OSError as error:
        raise JobError("The process that starts runs can't be started: {reason}.", reason=error.strerror or str(error)) from error


def submit(spec: RunSpec, **options: Any) -> Run:
    """Return the queued run, with somebody at work on the queue. Takes what :func:`fmcore.pipeline.runs.submit` takes."""
    run = runs.submit(spec, **options)
    ensure_supervisor()
    return open_store().run(run.id)


def stop(run_id: str, *, who: str | None = None) -> Run:
    """Return the run, asked to stop: a queued one stops at once, a running one after its present step and keeps its last checkpoint."""
    run = open_store().request_stop(run_id, who or get_settings().who)
    if not run.status.is_final:
        ensure_supervisor()  # were its process gone, somebody has to notice
    return run


def resume(run_id: str, *, who: str | None = None) -> Run:
    """Return the stopped or failed run, queued to go on from its last checkpoint.

    Raises:
        StoreError: it is done or running.
    """
    run = open_store().requeue(run_id, who or get_settings().who)
    deaths.forget(run_id)  # a person wants another try
    ensure_supervisor()
    return open_store().run(run.id)
