"""What the supervisor does about processes that live, died, or are somebody else by now. No training here."""

from __future__ import annotations

import dataclasses
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fmcore.errors import StoreError
from fmcore.jobs import control, deaths, devices, identity, launcher, lock, supervisor
from fmcore.pipeline import runs
from fmcore.records import RunSpec, Status
from fmcore.settings import ROOT, get_settings
from fmcore.store import Claim, Store

Plan = Callable[..., RunSpec]


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of runs that would have been started."""
    found: list[str] = []

    def start(claim: Claim, device: str) -> subprocess.Popen[bytes]:
        found.append(claim.run.id)
        return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])

    monkeypatch.setattr(launcher, "start_job", start)
    return found


def held_by(store: Store, spec: RunSpec, process: subprocess.Popen[bytes]) -> Claim:
    """Queue a run and let this process hold it."""
    runs.submit(spec, key="held")
    worker = identity.of(process.pid)
    assert worker is not None
    claim = store.claim(worker, devices.slots()[0])
    assert claim is not None
    return claim


def test_a_process_is_known_by_its_start_not_by_its_pid_alone() -> None:
    me = identity.mine()
    assert identity.is_alive(me)
    assert not identity.is_alive(dataclasses.replace(me, started=me.started - 60))
    assert not identity.is_alive(dataclasses.replace(me, boot_id="before the restart"))


def test_a_zombie_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    who = identity.of(process.pid)
    deadline = time.monotonic() + 10
    while who is not None and identity.is_alive(who) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert who is None or not identity.is_alive(who)  # ended, and nobody has collected it
    process.wait()


def test_a_lapsed_lease_is_no_reason_to_run_twice_while_the_process_lives(
    store: Store, plan: Plan, sleeper: subprocess.Popen[bytes], started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FMCORE_LEASE_SECONDS", "0.05")
    get_settings.cache_clear()
    claim = held_by(store, plan(), sleeper)
    time.sleep(0.2)
    assert [gone.run_id for gone in store.abandoned()] == [claim.run.id]
    watcher = supervisor.Supervisor(store)
    watcher.look()
    assert store.run(claim.run.id).status is Status.RUNNING
    assert started == []
    sleeper.kill()
    sleeper.wait()
    watcher.look()
    assert started == [claim.run.id]
    assert store.run(claim.run.id).attempts == 2
    watcher.children[claim.run.id].process.kill()
    with pytest.raises(StoreError):  # what the first process still wants to say is void
        store.finish(claim.run.id, claim.token, Status.DONE, None, None)


def test_a_run_that_gets_nowhere_is_given_up(store: Store, plan: Plan, sleeper: subprocess.Popen[bytes]) -> None:
    run_id = held_by(store, plan(), sleeper).run.id
    for _ in range(deaths.MOST_DEATHS - 1):
        claim = store.claim_of(run_id)
        assert claim is not None
        assert deaths.bury(store, claim, exit_code=-signal.SIGSEGV).status is Status.QUEUED
        store.claim(identity.mine(), devices.slots()[0])
    claim = store.claim_of(run_id)
    assert claim is not None
    run = deaths.bury(store, claim, exit_code=-signal.SIGSEGV)
    assert run.status is Status.FAILED
    assert str(run.message).startswith("Its process ended 5 times in a row at step 0 without getting further.")
    store.requeue(run_id, "tester")
    assert deaths.count_file(run_id).exists()


def test_work_without_checkpoints_is_said_to_start_over(store: Store, plan: Plan) -> None:
    store.add_run(dataclasses.replace(plan(), stage="explanations"), name="a", who="ana", key="k")
    claim = store.claim(identity.mine(), devices.slots()[0])
    assert claim is not None
    run = deaths.bury(store, claim, exit_code=-signal.SIGKILL)
    assert str(run.message) == "Its process was ended by SIGKILL; it starts over."


def test_somebody_who_kills_it_does_not_make_a_run_hopeless(store: Store, plan: Plan, sleeper: subprocess.Popen[bytes]) -> None:
    run_id = held_by(store, plan(), sleeper).run.id
    for _ in range(deaths.MOST_DEATHS + 3):
        claim = store.claim_of(run_id)
        assert claim is not None
        assert deaths.bury(store, claim, exit_code=-signal.SIGKILL).status is Status.QUEUED
        store.claim(identity.mine(), devices.slots()[0])


def test_what_a_dead_job_left_running_is_ended(store: Store, plan: Plan, sleeper: subprocess.Popen[bytes]) -> None:
    claim = held_by(store, plan(), sleeper)
    leftover = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(60)"],
        env={**os.environ, launcher.JOB: launcher.mark(claim)},
        start_new_session=True,
    )
    time.sleep(0.3)
    deaths.bury(store, claim, exit_code=None)
    leftover.wait(timeout=1)
    assert sleeper.poll() is None  # without the mark it is nobody's leftover


def test_a_second_supervisor_leaves_at_once(store: Store) -> None:
    with lock.supervisor_lock() as free:
        assert free
        assert supervisor.supervise(idle_seconds=100_000) == 0


def test_a_supervisor_outlives_whoever_started_it(store: Store, home: Path) -> None:
    code = "import time; from fmcore import jobs; jobs.ensure_supervisor(); print('started', flush=True); time.sleep(60)"
    dashboard = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, start_new_session=True)
    assert dashboard.stdout is not None
    dashboard.stdout.readline()
    os.killpg(dashboard.pid, signal.SIGKILL)
    dashboard.wait()
    dashboard.stdout.close()
    deadline = time.monotonic() + 20
    while not (words := (home / "supervisor.log").read_text().split())[1:]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pid = int(words[2])
    assert identity.of(pid) is not None
    assert os.getsid(pid) == pid  # no terminal's hang-up reaches it
    with lock.supervisor_lock() as free:
        assert not free


def test_an_idle_supervisor_leaves(store: Store) -> None:
    assert supervisor.supervise(idle_seconds=0.5) == 0


def test_a_queued_run_stops_at_once(store: Store, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "ensure_supervisor", lambda: None)
    run = runs.submit(plan(), key="a")
    assert control.stop(run.id).status is Status.STOPPED


def test_gpus_become_one_slot_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2,5")
    devices.gpus.cache_clear()
    assert devices.slots() == ("cuda:0", "cuda:1")
    assert devices.environment("cuda:1") == {"CUDA_VISIBLE_DEVICES": "5"}
    assert devices.environment("cpu") == {"CUDA_VISIBLE_DEVICES": ""}
    devices.gpus.cache_clear()


def test_a_child_whose_run_has_ended_is_collected_and_leaves_no_zombie(
    store: Store, plan: Plan, started: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = runs.submit(plan(), key="quick")
    watcher = supervisor.Supervisor(store)
    watcher.look()
    assert started == [run.id]
    child, claim = watcher.children[run.id], store.claim_of(run.id)
    assert claim is not None
    store.finish(run.id, claim.token, Status.DONE, None, 1.0)
    child.process.kill()
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)  # it is a zombie now
    watcher.look()
    assert watcher.children == {}
    with pytest.raises(ChildProcessError):  # the system has nobody of this number to collect any more
        os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOHANG)


def test_a_full_disk_does_not_end_the_supervisor(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def look(self: supervisor.Supervisor) -> bool:
        looks.append(1)
        if len(looks) == 1:
            raise OSError(28, "No space left on device")
        return False

    monkeypatch.setattr(supervisor.Supervisor, "look", look)
    monkeypatch.setattr(supervisor.time, "sleep", lambda seconds: None)
    (get_settings().home / "supervisor.lock").touch()
    supervisor._work(supervisor.Supervisor(store), 0.05)
    assert len(looks) > 1
