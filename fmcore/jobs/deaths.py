"""What to do with a run whose process is gone: put it back into the queue, or give up when it gets nowhere."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import psutil

from fmcore.files import write_text
from fmcore.jobs.launcher import JOB, mark
from fmcore.pipeline.runs import GOES_ON, folder
from fmcore.records import Run, Sentence, say
from fmcore.store import Claim, Store

MOST_DEATHS = 5
"""In a row without a new step; then the run is failed, or it would keep the device for ever."""
MOST_KILLS = 25
"""The same where somebody else ended the process: that says little about the run."""


def bury(store: Store, claim: Claim, *, exit_code: int | None, out_of_memory: bool = False) -> Run:
    """Return the run after its process was found dead: queued, to go on from its last checkpoint, or failed.

    ``exit_code`` is negative for a signal, None where nobody knows; ``out_of_memory`` says that the system ended processes meanwhile.

    Raises:
        StoreError: somebody else dealt with it.
    """
    _end_orphans(claim)
    deaths = _count(claim.run)
    was_ended = exit_code in (None, -signal.SIGKILL, -signal.SIGTERM) and not out_of_memory
    if deaths >= (MOST_KILLS if was_ended else MOST_DEATHS):
        return store.release(claim.run.id, claim.token, requeue=False, message=_why_given_up(claim.run, deaths, out_of_memory))
    message = say("Stopped. Its process was gone already.") if claim.run.stop_requested else _why_again(claim.run, exit_code)
    return store.release(claim.run.id, claim.token, requeue=True, message=message)


def forget(run_id: str) -> None:
    """Start counting the run's deaths anew."""
    count_file(run_id).unlink(missing_ok=True)


def count_file(run_id: str) -> Path:
    """Return where a run's deaths are counted."""
    return folder(run_id) / "deaths.json"


def _count(run: Run) -> int:
    """Return how many deaths in a row brought no new step, this one included."""
    path = count_file(run.id)
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
        highest, deaths = int(known["step"]), int(known["deaths"])
    except (FileNotFoundError, ValueError, KeyError, TypeError):  # none yet, or cut off by a crash: count from here
        highest, deaths = -1, 0
    deaths = 1 if run.step > highest else deaths + 1
    write_text(path, json.dumps({"step": max(run.step, highest), "deaths": deaths}))
    return deaths


def _why_again(run: Run, exit_code: int | None) -> Sentence:
    if run.spec.stage not in GOES_ON:
        if exit_code is not None and exit_code < 0:
            return say("Its process was ended by {signal}; it starts over.", signal=_name(exit_code))
        return say("Its process was gone; it starts over.")
    if exit_code is not None and exit_code < 0:
        return say(
            "Its process was ended by {signal} at step {step}; it goes on from its last checkpoint.", signal=_name(exit_code), step=run.step
        )
    return say("Its process was gone at step {step}; it goes on from its last checkpoint.", step=run.step)


def _why_given_up(run: Run, deaths: int, out_of_memory: bool) -> Sentence:
    if out_of_memory and run.spec.stage not in GOES_ON:
        return say(
            "The system ended its process {deaths} times in a row, because memory ran out. End what else needs memory, then resume it.",
            deaths=deaths,
        )
    if out_of_memory:
        return say(
            "The system ended its process {deaths} times in a row at step {step}, because memory ran out. "
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


def kills_for_memory() -> int:
    """Return how many processes this system has ended since its start because memory ran out; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text(encoding="ascii").splitlines()
    except OSError:  # not Linux
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def _name(exit_code: int) -> str:
    try:
        return signal.Signals(-exit_code).name
    except ValueError:
        return str(-exit_code)


def _end_orphans(claim: Claim) -> None:
    """End what the dead process left running, such as one process per GPU: two attempts must not write one folder."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(JOB) == mark(claim) and process.status() != psutil.STATUS_ZOMBIE:
                process.kill()
                process.wait(timeout=10)
        except (psutil.Error, OSError):  # ended meanwhile, or somebody else's
            continue
