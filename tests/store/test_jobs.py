from __future__ import annotations

import multiprocessing
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from fmcore.errors import StoreError
from fmcore.records import Dataset, Run, Status, say
from fmcore.store import Store
from tests.store.examples import HERE, THERE, claim_all, metric, point, spec
from tests.store.test_runs import store_url

spawn = multiprocessing.get_context("spawn")


def add(store: Store, name: str) -> Run:
    return store.add_run(spec(), name=name, who="ana", key=f"key of {name}")


def test_the_first_to_wait_is_the_first_to_run(store: Store, known: Dataset) -> None:
    first, second = add(store, "first"), add(store, "second")
    claim = store.claim(HERE, "cpu")
    assert (claim.run.id, claim.token, claim.run.status, claim.run.attempts, claim.run.device) == (first.id, 1, Status.RUNNING, 1, "cpu")
    assert [run.id for run in store.queue()] == [second.id]
    assert store.running() == [(claim.run, HERE)]


def test_a_device_runs_one_job_at_a_time(store: Store, known: Dataset) -> None:
    for name in "abc":
        add(store, name)
    claim = store.claim(HERE, "cpu")
    assert store.claim(HERE, "cpu") is None
    assert store.claim(HERE, "cuda:0").run.name == "b"
    assert store.claim(THERE, "cpu").run.name == "c"
    store.finish(claim.run.id, claim.token, Status.DONE, None, 1.0)
    assert store.claim(HERE, "cpu") is None and store.queue() == []


def test_nothing_waiting_is_nothing_claimed(store: Store) -> None:
    assert store.claim(HERE, "cpu") is None and store.running() == [] and store.abandoned() == []


def test_eight_processes_never_claim_one_run_twice(store: Store, known: Dataset) -> None:
    runs = [add(store, str(n)) for n in range(40)]
    with spawn.Pool(8) as pool:
        got = pool.starmap(claim_all, [(store_url(store), n) for n in range(8)], chunksize=1)
    assert sorted(id for ids in got for id in ids) == sorted(run.id for run in runs)
    assert {store.run(run.id).attempts for run in runs} == {1}


def test_workers_of_one_host_never_share_a_device(store: Store, known: Dataset) -> None:
    for n in range(8):
        add(store, str(n))
    with ThreadPoolExecutor(8) as threads:
        claims = list(threads.map(lambda _: store.claim(HERE, "cpu"), range(8)))
    assert len([claim for claim in claims if claim]) == 1 and len(store.running()) == 1


def test_an_old_token_can_write_nothing(store: Store, known: Dataset) -> None:
    add(store, "a")
    old = store.claim(HERE, "cpu")
    run_id = old.run.id
    store.release(run_id, old.token, requeue=True)
    new = store.claim(THERE, "cpu")
    assert new.run.id == run_id and new.token > old.token
    for write in (
        lambda: store.add_progress(run_id, [point(1)], token=old.token),
        lambda: store.put_metrics(run_id, [metric(0.5)], token=old.token),
        lambda: store.set_running(run_id, old.token, HERE, "cpu", 10),
        lambda: store.message(run_id, old.token, say("Working.")),
        lambda: store.finish(run_id, old.token, Status.DONE, None, 1.0),
        lambda: store.release(run_id, old.token, requeue=True),
    ):
        with pytest.raises(StoreError, match="is not held by this job"):
            write()
    assert store.heartbeat(run_id, old.token) is False and store.heartbeat(run_id, new.token) is True
    assert store.progress(run_id) == [] and store.metrics(run_id) == [] and store.running()[0][1] == THERE


def test_a_token_means_nothing_while_the_run_waits_or_has_ended(store: Store, known: Dataset) -> None:
    add(store, "a")
    claim = store.claim(HERE, "cpu")
    store.release(claim.run.id, claim.token, requeue=True)
    assert not store.heartbeat(claim.run.id, claim.token)
    again = store.claim(HERE, "cpu")
    store.finish(again.run.id, again.token, Status.DONE, None, 1.0)
    with pytest.raises(StoreError):
        store.add_progress(again.run.id, [point(1)], token=again.token)


def test_a_job_says_how_it_goes(store: Store, known: Dataset) -> None:
    add(store, "a")
    claim = store.claim(HERE, "cpu")
    store.set_running(claim.run.id, claim.token, THERE, "cpu", 20)
    store.add_progress(claim.run.id, [point(1), point(2)], token=claim.token)
    store.message(claim.run.id, claim.token, say("Halved the batch to {n}.", n=16))
    run = store.run(claim.run.id)
    assert (run.step, run.steps, str(run.message)) == (2, 20, "Halved the batch to 16.")
    assert store.running() == [(run, THERE)]
    ended = store.finish(run.id, claim.token, Status.DONE, None, 12.5)
    assert (ended.status, ended.seconds, ended.message) == (Status.DONE, 12.5, None) and ended.ended >= ended.started
    assert store.claim_of(run.id) is None


def test_a_run_ends_in_a_final_status_only(store: Store, known: Dataset) -> None:
    add(store, "a")
    claim = store.claim(HERE, "cpu")
    with pytest.raises(StoreError, match="can't end as running"):
        store.finish(claim.run.id, claim.token, Status.RUNNING, None, 1.0)


def test_a_silent_job_is_abandoned_and_goes_back_to_its_place(store: Store, known: Dataset) -> None:
    first, second = add(store, "first"), add(store, "second")
    claim = store.claim(HERE, "cpu")
    assert store.abandoned() == []
    (found,) = store.abandoned(time.time() + 31)
    assert tuple(found) == (first.id, claim.token, HERE)
    run = store.release(first.id, claim.token, requeue=True, message=say("Its job was killed."))
    assert run.status is Status.QUEUED and [run.id for run in store.queue()] == [first.id, second.id]
    assert store.claim(HERE, "cpu").run.attempts == 2


def test_a_heartbeat_or_any_write_renews_the_lease(store: Store, known: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "a")
    claim = store.claim(HERE, "cpu")
    later = time.time() + 100
    monkeypatch.setattr(time, "time", lambda: later)
    assert len(store.abandoned()) == 1
    assert store.heartbeat(claim.run.id, claim.token) and store.abandoned() == []
    monkeypatch.setattr(time, "time", lambda: later + 100)
    assert len(store.abandoned()) == 1
    store.add_progress(claim.run.id, [point(1)], token=claim.token)
    assert store.abandoned() == []


def test_a_released_run_fails_when_it_is_not_queued_again(store: Store, known: Dataset) -> None:
    add(store, "a")
    claim = store.claim(HERE, "cpu")
    run = store.release(claim.run.id, claim.token, requeue=False, message=say("It died {n} times.", n=3))
    assert run.status is Status.FAILED and str(run.message) == "It died 3 times." and store.queue() == []


def test_a_run_that_waits_is_stopped_at_once(store: Store, known: Dataset) -> None:
    run = add(store, "a")
    assert store.request_stop(run.id, "ben").status is Status.STOPPED
    assert store.queue() == [] and store.claim(HERE, "cpu") is None
    assert store.request_stop(run.id, "ben").status is Status.STOPPED
    assert [(event.who, event.what) for event in store.events(run.id)] == [("ben", "run-stop-requested"), ("ana", "run-added")]


def test_a_run_that_runs_is_asked_to_stop(store: Store, known: Dataset) -> None:
    add(store, "a")
    claim = store.claim(HERE, "cpu")
    assert not store.stop_requested(claim.run.id)
    assert store.request_stop(claim.run.id, "ben").status is Status.RUNNING
    assert store.stop_requested(claim.run.id)
    # Its job dies before it obeys: it is stopped, not started again.
    assert store.release(claim.run.id, claim.token, requeue=True).status is Status.STOPPED


def test_a_stopped_run_goes_on_when_asked(store: Store, known: Dataset) -> None:
    run, other = add(store, "a"), add(store, "b")
    store.request_stop(run.id, "ana")
    again = store.requeue(run.id, "ben")
    assert (again.status, again.stop_requested, again.message) == (Status.QUEUED, False, None)
    assert [run.id for run in store.queue()] == [other.id, run.id]
    assert store.requeue(run.id, "ben").status is Status.QUEUED
    assert [event.what for event in store.events(run.id)][0] == "run-requeued"


def test_a_run_that_is_done_or_recorded_is_not_resumed(store: Store, known: Dataset) -> None:
    add(store, "a")
    claim = store.claim(HERE, "cpu")
    with pytest.raises(StoreError, match="Run a is running"):
        store.requeue(claim.run.id, "ana")
    store.finish(claim.run.id, claim.token, Status.DONE, None, 1.0)
    with pytest.raises(StoreError, match="Run a is done"):
        store.requeue(claim.run.id, "ana")
    logged = store.log_run(spec(), name="l", who="ana", key="l", status=Status.FAILED)
    with pytest.raises(StoreError, match="no job to resume"):
        store.requeue(logged, "ana")


def test_an_unknown_run_is_said_so(store: Store) -> None:
    for act in (lambda: store.request_stop("r-9", "ana"), lambda: store.requeue("r-9", "ana"), lambda: store.message("r-9", 1, None)):
        with pytest.raises(StoreError, match="no run r-9"):
            act()
    assert store.stop_requested("r-9") is True
