from __future__ import annotations

import pytest

from fmcore.errors import StoreError
from fmcore.records import Dataset, Progress
from fmcore.store import Claim, Store
from tests.store.examples import HERE, metric, point, spec


@pytest.fixture
def claim(store: Store, known: Dataset) -> Claim:
    store.add_run(spec(), name="a", who="ana", key="k")
    return store.claim(HERE, "cpu")


def test_a_step_that_is_done_again_is_kept_once(store: Store, claim: Claim) -> None:
    run_id = claim.run.id
    store.add_progress(run_id, [point(1), point(2), point(3)], token=claim.token)
    store.add_progress(run_id, [point(2, loss=0.5), point(4)], token=claim.token)
    assert store.progress(run_id) == [point(1), point(2, loss=0.5), point(3), point(4)]
    assert store.progress(run_id, after_step=2) == [point(3), point(4)]
    assert store.run(run_id).step == 4


def test_work_that_starts_over_forgets_its_steps(store: Store, claim: Claim) -> None:
    store.add_progress(claim.run.id, [point(1), point(2), point(3)], token=claim.token)
    store.start_over(claim.run.id, token=claim.token)
    store.add_progress(claim.run.id, [point(1, loss=0.5)], token=claim.token)
    assert store.progress(claim.run.id) == [point(1, loss=0.5)] and store.run(claim.run.id).step == 1
    with pytest.raises(StoreError):
        store.start_over(claim.run.id, token=claim.token + 1)


def test_a_loss_that_is_no_number_is_kept_as_it_is(store: Store, claim: Claim) -> None:
    store.add_progress(claim.run.id, [point(1, loss=float("inf"))], token=claim.token)
    assert store.progress(claim.run.id) == [point(1, loss=float("inf"))]


def test_points_of_one_write_may_hold_different_values(store: Store, claim: Claim) -> None:
    measured = Progress(2, 0.2, 1002.0, {"train_loss": 0.1, "validation_loss": 1 / 3})
    store.add_progress(claim.run.id, [point(1), measured, Progress(3, 0.3, 1003.0, {}), point(4)], token=claim.token)
    assert store.progress(claim.run.id) == [point(1), measured, Progress(3, 0.3, 1003.0, {}), point(4)]


def test_a_curve_that_is_recorded_whole_comes_back_as_it_was(store: Store, known: Dataset) -> None:
    measured = Progress(2, 0.2, 1002.0, {"train_loss": 0.1 + 0.2, "validation_loss": 1 / 3})
    points = [point(1), measured, Progress(3, 0.3, 1003.0, {}), point(4, loss=float("inf"))]
    run_id = store.log_run(spec(), name="a", who="ana", key="k", progress=points)
    assert store.progress(run_id) == points and store.progress(run_id, after_step=2) == points[2:]
    assert store.progress(store.log_run(spec(), name="b", who="ana", key="l")) == []


def test_metrics_come_back_as_they_were_and_in_order(store: Store, claim: Claim) -> None:
    first = [metric(0.5, "macro-f1"), metric(None, "accuracy"), metric(0.1 + 0.2, "f1", label="good"), metric(0.2, "f1", label="bad")]
    store.put_metrics(claim.run.id, first, token=claim.token)
    assert store.metrics(claim.run.id) == first
    store.put_metrics(claim.run.id, [metric(0.7, "accuracy", "validation")])
    assert store.metrics(claim.run.id) == [*first, metric(0.7, "accuracy", "validation")]


def test_a_metric_that_is_stored_again_is_overwritten(store: Store, claim: Claim) -> None:
    store.put_metrics(claim.run.id, [metric(0.5)], token=claim.token)
    store.put_metrics(claim.run.id, [metric(0.6)], token=claim.token)
    assert store.metrics(claim.run.id) == [metric(0.6)]


def test_a_metric_that_is_not_a_number_is_refused(store: Store, claim: Claim) -> None:
    with pytest.raises(StoreError, match="accuracy on test is not a number"):
        store.put_metrics(claim.run.id, [metric(float("nan"))], token=claim.token)
    assert store.metrics(claim.run.id) == []


def test_every_look_at_the_test_split_is_counted(store: Store, claim: Claim) -> None:
    assert store.looks(claim.run.id) == []
    assert store.look(claim.run.id, who="ana", how="report") == 1
    assert store.look(claim.run.id, who="ben", how="evaluate") == 2
    assert [(look.who, look.how) for look in store.looks(claim.run.id)] == [("ana", "report"), ("ben", "evaluate")]
    assert store.events(claim.run.id)[0].what == "test-looked-at"


def test_events_are_newest_first_and_can_be_cut(store: Store, claim: Claim) -> None:
    assert [event.what for event in store.events()] == ["run-claimed", "run-added", "dataset-added"]
    assert [event.what for event in store.events(limit=1)] == ["run-claimed"]
    assert str(store.events("d-1")[0].sentence) == "Added data set calls, version 1."
