"""Real processes: a run outlives whatever is killed around it, and ends as if nothing had happened."""

from __future__ import annotations

import hashlib
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

from fmcore import jobs
from fmcore.jobs import identity
from fmcore.pipeline.runs import folder
from fmcore.records import Run, RunSpec, Status
from fmcore.store import Identity, Store
from tests.jobs.conftest import until

Plan = Callable[..., RunSpec]


def has_ended(run: Run) -> bool:
    return run.status.is_final


def process_of(store: Store, run_id: str) -> Identity:
    return next(process for run, process in store.running() if run.id == run_id)


def supervisors(home: Path) -> list[int]:
    """Return the supervisors that ever worked in this home, the newest last."""
    lines = (home / "supervisor.log").read_text().splitlines()
    return [int(line.split()[2]) for line in lines if line.endswith("at work")]


def result(store: Store, run_id: str) -> tuple[list[tuple[int, float, float | None]], str]:
    """Return the curve of losses and the sha256 of the weights."""
    curve = [(p.step, p.values["train_loss"], p.values.get("validation_loss")) for p in store.progress(run_id)]
    return curve, hashlib.sha256((folder(run_id) / "model" / "model.safetensors").read_bytes()).hexdigest()


def test_a_triple_submit_is_one_run_which_is_done_and_measured(store: Store, plan: Plan) -> None:
    spec, found = plan(epochs=1), []
    clicks = [threading.Thread(target=lambda: found.append(jobs.submit(spec, key="one wish").id)) for _ in range(3)]
    for click in clicks:
        click.start()
    for click in clicks:
        click.join()
    assert len(set(found)) == 1
    run = until(store, found[0], has_ended)
    assert (run.status, run.step, run.steps, run.attempts) == (Status.DONE, 11, 11, 1)
    assert {m.split for m in store.metrics(run.id)} == {"validation", "test", "cost"}
    kept = {f"{split}.{kind}" for split in ("validation", "test") for kind in ("parquet", "digests")}
    assert {p.name for p in (folder(run.id) / "predictions").iterdir()} == kept
    assert len(store.runs().runs) == 1


def test_a_run_whose_supervisor_and_job_are_killed_ends_bit_for_bit_as_if_nothing_had_happened(
    store: Store, plan: Plan, home: Path
) -> None:
    spec = plan(epochs=12)
    undisturbed, killed = jobs.submit(spec, key="a").id, jobs.submit(spec, key="b").id
    until(store, killed, lambda run: run.step >= 20)
    job, watcher = process_of(store, killed), supervisors(home)[-1]
    os.kill(watcher, signal.SIGKILL)
    time.sleep(0.3)
    assert identity.is_alive(job)  # a job does not need its supervisor
    jobs.ensure_supervisor()
    os.kill(job.pid, signal.SIGKILL)
    run = until(store, killed, has_ended)
    assert (run.status, run.step, run.attempts) == (Status.DONE, 132, 2)
    assert supervisors(home)[-1] != watcher
    assert result(store, killed) == result(store, undisturbed)


def test_a_stopped_run_goes_on_when_it_is_resumed(store: Store, plan: Plan) -> None:
    run_id = jobs.submit(plan(epochs=60), key="a").id
    until(store, run_id, lambda run: run.step >= 5)
    jobs.stop(run_id)
    stopped = until(store, run_id, has_ended, seconds=20)
    assert stopped.status is Status.STOPPED
    assert 5 <= stopped.step < 660
    assert store.metrics(run_id) == []
    jobs.resume(run_id)
    until(store, run_id, lambda run: run.step > stopped.step)
    assert store.run(run_id).attempts == 2
    jobs.stop(run_id)
    assert until(store, run_id, has_ended, seconds=20).status is Status.STOPPED
