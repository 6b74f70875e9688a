"""Start processes that outlive whoever starts them. Knows what they are called, not what they do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from fmcore.jobs import devices
from fmcore.pipeline.runs import folder
from fmcore.records import Run
from fmcore.settings import ROOT, get_settings
from fmcore.store import Claim

TOKEN = "FMCORE_JOB_TOKEN"
"""Environment variable that hands the claim's fencing token to the job."""
JOB = "FMCORE_JOB"
"""Environment variable that marks a job and all that it starts, so that leftovers can be found: run id and token."""
_started: list[subprocess.Popen[bytes]] = []


def start_job(claim: Claim, device: str) -> subprocess.Popen[bytes]:
    """Return the process that does this run; its output goes to ``job.log`` in the run's folder."""
    run = claim.run
    home = folder(run.id)
    home.mkdir(parents=True, exist_ok=True)
    extra = {TOKEN: str(claim.token), JOB: mark(claim), **manners(run), **devices.environment(device)}
    return start(["run", run.id], log=home / "job.log", heading=f"attempt {run.attempts} on {device}", extra=extra)


def manners(run: Run) -> dict[str, str]:
    """Return the environment in which libraries behave inside a job: no chatter, no forked thread pools, no network unasked."""
    quiet = {
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_DISABLE_PROGRESS_BARS": "1",
        "HF_HUB_DISABLE_TELEMETRY": "1",
        "PYTHONUNBUFFERED": "1",
    }
    # Only a person who asked for a hub model has asked for the network.
    offline = get_settings().offline or run.spec.base.source != "hub"
    return {**quiet, "HF_HUB_OFFLINE": "1"} if offline else quiet


def mark(claim: Claim) -> str:
    """Return what marks the processes of this attempt."""
    return f"{claim.run.id}:{claim.token}"


def start(
    arguments: list[str], *, log: Path, heading: str = "", extra: dict[str, str] | None = None, keep: tuple[int, ...] = ()
) -> subprocess.Popen[bytes]:
    """Return ``python -m fmcore ARGUMENTS`` as a process in a session of its own, without this process's terminal, files and locks.

    It lives on when this process ends, whichever way, or its terminal closes. ``keep`` are open files that it shall have all the same.
    """
    environment = {**os.environ, "FMCORE_HOME": str(get_settings().home), "PYTHONPATH": _python_path(), **(extra or {})}
    for name in {TOKEN, JOB} - set(extra or {}):
        environment.pop(name, None)
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab", buffering=0) as out:
        if heading:
            out.write(f"--- {time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {heading}\n".encode())
        process = subprocess.Popen(
            [sys.executable, "-m", "fmcore", *arguments],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
            close_fds=True,
            pass_fds=keep,
        )
    _collect(process)
    return process


def _collect(process: subprocess.Popen[bytes]) -> None:
    """Keep the process until it ends, so that no zombie stays behind and no warning is given."""
    _started[:] = [p for p in _started if p.poll() is None]
    _started.append(process)


def _python_path() -> str:
    inherited = os.environ.get("PYTHONPATH", "")
    return str(ROOT) + (os.pathsep + inherited if inherited else "")
