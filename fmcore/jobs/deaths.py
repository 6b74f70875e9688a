"""What to do with a run whose process is gone: put it back into the queue, or give up when it gets nowhere."""

from __future__ import annotations

import json
import os
import signal

import psutil

from fmcore.jobs import identity
from fmcore.jobs.control import deaths_file
from fmcore.records import Run, Sentence, say
from fmcore.store import Claim, Identity, Store

MOST_DEATHS = 5
"""In a row without a new step; then the run is failed, or it would keep the device for ever."""


def bury(store: Store, claim: Claim, process: Identity | None, *, exit_code: int | None) -> Run:
    """Return the run after its process was found dead: queued, to go on from its last checkpoint, or failed.

    Raises:
        StoreError: somebody else dealt with it.
    """
    if process is not None:
        _end_orphans(process)
    deaths = _count(claim.run)
    if deaths >= MOST_DEATHS:
        return store.release(claim.run.id, claim.token, requeue=False, message=_why_given_up(claim.run, deaths, exit_code))
    return store.release(claim.run.id, claim.token, requeue=True, message=_why_again(claim.run, exit_code))


def _count(run: Run) -> int:
    """Return how many deaths in a row brought no new step, this one included."""
    path = deaths_file(run.id)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        highest, deaths = int(known["step"]), int(known["deaths"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # none yet, or cut off by a crash: count from here
        highest, deaths = -1, 0
    deaths = 1 if run.step > highest else deaths + 1
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps({"step": max(run.step, highest), "deaths": deaths}), encoding="utf-8")
    os.replace(beside, path)
    return deaths


def _why_again(run: Run, exit_code: int | None) -> Sentence:
    if exit_code is not None and exit_code < 0:
        return say(
            "Its process was ended by {signal} at step {step}; it goes on from its last checkpoint.", signal=_name(exit_code), step=run.step
        )
    return say("Its process was gone at step {step}; it goes on from its last checkpoint.", step=run.step)


def _why_given_up(run: Run, deaths: int, exit_code: int | None) -> Sentence:
    if exit_code == -signal.SIGKILL:
        return say(
            "Its process was killed {deaths} times in a row at step {step} without getting further, most likely because memory ran out. "
            "Use a smaller batch or shorter texts in a clone of this run.",
            deaths=deaths,
            step=run.step,
        )
    return say(
        "Its process ended {deaths} times in a row at step {step} without getting further. Its log says why; "
        "resume it when that is mended.",
        deaths=deaths,
        step=run.step,
    )


def _name(exit_code: int) -> str:
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return str(-exit_code)


def _end_orphans(process: Identity) -> None:
    """End what the dead process left running in its session: two of them must not write one folder."""
    if not identity.is_here(process) or process.boot_id != identity.boot_id() or identity.of(process.pid) is not None:
        return  # elsewhere, before this boot, or the pid is somebody else's by now
    for pid in psutil.pids():
        try:
            if pid != process.pid and os.getsid(pid) == process.pid:
                os.kill(pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            continue
