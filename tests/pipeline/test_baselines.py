"""Baselines as runs: queued, executed by the ordinary job, compared with the run that they belong to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from fmcore import jobs
from fmcore.errors import JobError
from fmcore.evaluation import costs
from fmcore.pipeline import baselines, datasets, evaluate, export, learning_curve, predict, runs, worth
from fmcore.records import Columns, Run, Status
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.training.settings import FinetuneSettings


@pytest.fixture(scope="module")
def tuned(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A finished run of the tiny model in a home of its own, with all its baselines."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"HOME": str(tmp_path_factory.mktemp("home")), "WHO": "tester", "OFFLINE": "1", "INLINE_JOBS": "1"}.items():
            patch.setenv(f"FMCORE_{name}", value)
        patch.setenv("OMP_NUM_THREADS", "1")
        get_settings.cache_clear()
        things = ["room", "train", "meal", "film", "phone", "doctor"]
        texts = [f"the {things[i % 6]} number {i} was {'lovely and quick' if i % 2 else 'awful and slow'} today" for i in range(160)]
        frame = pd.DataFrame({"text": texts, "label": ["good" if i % 2 else "bad" for i in range(160)]})
        data = datasets.add(frame, Columns(text="text", label="label"), name="tiny", accept_problems=True)
        settings = FinetuneSettings(batch_size=8, precision="fp32", epochs=1, max_length=32)
        run = jobs.submit(runs.plan(data.id, base=str(tiny_model), settings=settings), key="tuned")
        assert run.status is Status.DONE, run.message
        yield run
    get_settings.cache_clear()


@pytest.fixture(scope="module")
def started(tuned: Run) -> baselines.Started:
    found = baselines.start(tuned.id)
    jobs.ensure_supervisor()
    return found


def test_each_kind_is_a_run_with_answers_figures_and_costs(tuned: Run, started: baselines.Started) -> None:
    assert set(started.runs) == {"majority", "tfidf", "probe"}
    assert "no head" in str(started.left_out["untuned"])
    store = open_store()
    for run in (store.run(one.id) for one in started.runs.values()):
        assert (run.status, run.spec.stage, run.parents) == (Status.DONE, "baseline", (tuned.id,)), run.message
        assert set(costs.found(store.metrics(run.id))) == set(costs.COSTS)
        assert (
            evaluate.evaluation(run.id, "validation", how="test").confusion.sum()
            == evaluate.evaluation(tuned.id, "validation", how="test").confusion.sum()
        )
    assert set(costs.found(store.metrics(tuned.id))) == set(costs.COSTS)


def test_asking_again_starts_nothing_new(tuned: Run, started: baselines.Started) -> None:
    again = baselines.start(tuned.id)
    assert {k: r.id for k, r in again.runs.items()} == {k: r.id for k, r in started.runs.items()}
    store = open_store()
    victim = again.runs["majority"].id
    store.delete_runs([victim], "tester")
    assert next(row for row in worth.worth(tuned.id, how="test").rows if row.kind == "majority").run is None
    assert baselines.start(tuned.id).runs["majority"].deleted is None


def test_what_it_is_worth_is_said_with_a_paired_difference(tuned: Run, started: baselines.Started) -> None:
    found = worth.worth(tuned.id, "test", how="test")
    rows = {row.kind: row for row in found.rows}
    assert list(rows) == ["tuned", "majority", "tfidf", "probe", "untuned"]
    assert rows["tuned"].difference is None and rows["tuned"].cost["megabytes"] > 0.1
    assert rows["untuned"].run is None and "no head" in str(rows["untuned"].reason)
    tfidf = rows["tfidf"]
    assert tfidf.score.value == 1.0  # the word that tells is in every text
    assert tfidf.difference.first == tuned.id
    assert tfidf.difference.estimate.value == pytest.approx(rows["tuned"].score.value - 1.0)
    assert "TF-IDF" in str(found.sentence)
    assert len(open_store().looks(tfidf.run.id)) == 1


def test_a_baseline_that_needs_no_base_is_shared_and_one_that_does_is_not(tuned: Run, started: baselines.Started) -> None:
    other = runs.clone(tuned.id, {"seed": 5, "max_length": 16})
    jobs.ensure_supervisor()
    again = baselines.start(other.id, kinds=["majority", "tfidf", "probe"])
    jobs.ensure_supervisor()
    assert again.runs["tfidf"].id == started.runs["tfidf"].id
    assert again.runs["probe"].id != started.runs["probe"].id


def test_a_baseline_refuses_what_needs_a_model(tuned: Run, started: baselines.Started, tmp_path: Path) -> None:
    run_id = started.runs["tfidf"].id
    for refuse in (
        lambda: runs.clone(run_id),
        lambda: export.export(run_id, tmp_path / "out"),
        lambda: baselines.start(run_id),
        lambda: predict.predict_file(run_id, tmp_path / "a.csv", text="text", out=tmp_path / "b.csv"),
    ):
        with pytest.raises(JobError, match=f"is a baseline.*Use {tuned.id}"):
            refuse()


def test_a_learning_curve_has_a_point_for_each_share(tuned: Run) -> None:
    wanted = learning_curve.learning_curve(tuned.id, (0.2, 1.0))
    jobs.ensure_supervisor()
    points = learning_curve.learning_points(tuned.id, shares=(0.2, 1.0))
    assert [(p.kind, p.share) for p in points] == [("tuned", 0.2), ("tfidf", 0.2), ("tuned", 1.0), ("tfidf", 1.0)]
    assert points[2].run.id == tuned.id
    assert learning_curve.learning_points(tuned.id) == points, "a share of one's own choice is a point like any other"
    assert all(p.score.low <= p.score.value <= p.score.high for p in points)
    assert [run.id for run in learning_curve.learning_curve(tuned.id, (0.2, 1.0))] == [run.id for run in wanted]


def test_a_failed_baseline_is_tried_again(tuned: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from fmcore.evaluation import baselines as fitting

    with monkeypatch.context() as patch:
        patch.setitem(fitting._FIT, "tfidf", lambda work: (_ for _ in ()).throw(MemoryError()))
        learning_curve.learning_curve(tuned.id, (0.5,))
        jobs.ensure_supervisor()
    failed = baselines.start(_half(tuned).id, kinds=["tfidf"]).runs["tfidf"]
    assert failed.status is Status.QUEUED
    jobs.ensure_supervisor()
    assert open_store().run(failed.id).status is Status.DONE


def _half(tuned: Run) -> Run:
    return next(p.run for p in learning_curve.learning_points(tuned.id) if p.share == 0.5)
