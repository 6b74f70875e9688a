"""Explanations that are kept for a report: the same bytes for everybody, and a change of them is seen."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from fmcore import jobs
from fmcore.data import shelf
from fmcore.errors import DataError, JobError
from fmcore.inference.operations import find
from fmcore.pipeline import explain, explain_job, explained, report, runs
from fmcore.pipeline.trained import load
from fmcore.pipeline.verify import State, verify
from fmcore.records import Progress, Run, Status, to_json
from fmcore.settings import get_settings
from fmcore.store import Identity, LoggedRun, NewRun, open_store
from tests.inference.trained import trained


@pytest.fixture
def run_id(home: Path, tiny_model: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FMCORE_INLINE_JOBS", "1")
    get_settings.cache_clear()
    return trained(tiny_model, tiny_rows)


def keep(run_id: str, *, who: str = "ann") -> Run:
    """Return the job, at its end."""
    job = explained.start(run_id, judged=12, who=who)
    jobs.ensure_supervisor()
    return open_store().run(job.id)


def state(run_id: str) -> State | None:
    [one] = verify([run_id])
    return next((check.state for check in one.checks if check.what == "explanations"), None)


def test_a_report_holds_explanations_once_somebody_put_them_there(run_id: str) -> None:
    before = report.report(run_id)
    assert explained.kept(run_id) is None and "speak for an answer" not in before.html and state(run_id) is None
    job = keep(run_id)
    assert (job.status, job.step, job.steps) == (
        Status.DONE,
        12,
        12,
    )  # words, three methods on three portions of 12 rows, hiding, stability
    found = explained.kept(run_id)
    assert found is not None and len(found.ids) == explained.SAMPLE and found.trust.n_texts == 12 and found.who == "ann"
    first, second = report.report(run_id, who="ann"), report.report(run_id, who="bob")
    assert first == second and "speak for an answer" in first.html and found.attributions[0].words[0] in first.html
    assert state(run_id) is State.OK and not any(check.state is State.CHANGED for one in verify([job.id]) for check in one.checks)
    assert "explanations for the report" in [look.how for look in open_store().looks(run_id)]


def test_changed_explanations_are_seen_and_make_no_report(run_id: str) -> None:
    keep(run_id)
    path = runs.folder(run_id) / explained.KEPT
    path.write_text(path.read_text().replace("[MASK]", "[HASH]"))
    assert state(run_id) is State.CHANGED
    with pytest.raises(DataError, match="Keep them again"):
        report.report(run_id)
    path.unlink()
    assert state(run_id) is State.MISSING
    keep(run_id)
    assert state(run_id) is State.OK


def test_kept_explanations_are_what_the_worker_says_of_the_same_texts(run_id: str) -> None:
    keep(run_id)
    found, held = explained.kept(run_id), load(run_id)
    assert found is not None
    texts = [list(one.texts)[0] for one in found.attributions]
    assert [to_json(one) for one in found.attributions] == find("attribution")(held, texts=texts)
    answers = explain.answers_frame(run_id, "test").set_index("id")
    assert list(found.targets) == answers.loc[list(found.ids), "target"].tolist()


def test_words_of_wrong_answers_are_asked_in_portions_that_are_told(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    held, heard = load(run_id), []

    def ask(run: str, operation: str, **asked: Any) -> Any:
        return find(operation)(held, **asked)

    def found(**more: Any) -> Any:
        return explain.why_groups_differ(run_id, "group", "north", "south", split="validation", ask=ask, how="test", **more)

    whole = found()
    monkeypatch.setattr(explain, "PORTION", 2)
    portions = found(watch=lambda done, of: heard.append((done, of)))
    n = heard[-1][1]
    assert n > 2 and heard == [(min(k, n), n) for k in range(2, n + 2, 2)]
    assert [(one.word, one.push and one.push.n) for one in portions.words] == [(one.word, one.push and one.push.n) for one in whole.words]


def test_half_of_a_sample_are_wrong_answers_where_there_are_enough() -> None:
    is_wrong = np.array([True] * 4 + [False] * 20)
    assert is_wrong[explain_job.sample(is_wrong, 6)].tolist() == [True] * 3 + [False] * 3
    assert is_wrong[explain_job.sample(is_wrong[:6], 6)].sum() == 4  # of two right answers both


def test_one_job_is_at_work_however_often_it_is_asked_for_and_another_after_it(run_id: str) -> None:
    first = explained.start(run_id)
    assert explained.start(run_id).id == first.id and explained.is_at_work(explained.newest(run_id))
    jobs.ensure_supervisor()
    second = explained.start(run_id)
    assert second.id != first.id and explained.newest(run_id) == second


def test_a_job_that_is_stopped_keeps_nothing_and_counts_no_look(run_id: str) -> None:
    job = explained.start(run_id)
    heard: list[tuple[int, int]] = []
    done = explain_job.make(
        job, open_store(), should_stop=lambda: len(heard) == 3, watch=lambda *parts: heard.append(parts), tell=lambda said: None
    )
    assert not done and heard == [(0, 15), (1, 15), (2, 15)]
    assert explained.kept(run_id) is None and open_store().looks(run_id) == []


def test_a_model_that_is_gone_ends_the_job_with_one_sentence(run_id: str) -> None:
    shutil.rmtree(runs.folder(run_id) / "model")
    job = keep(run_id)
    assert job.status is Status.FAILED and str(job.message).startswith(f"The model of {run_id} is not in ")
    with pytest.raises(JobError, match="belongs to"):
        report.report(explained_done(run_id))


def explained_done(run_id: str) -> str:
    """Return a job that is done, written by hand."""
    store = open_store()
    spec = replace(store.run(run_id).spec, stage=explained.STAGE, settings={"of": run_id})
    [made] = store.log_runs([LoggedRun(NewRun(spec, "Explanations", "ann", "by-hand", (run_id,)), (), (), Status.DONE, 1.0)])
    return made


def test_edited_texts_become_marked_training_rows_of_a_new_version(run_id: str) -> None:
    dataset = open_store().dataset(open_store().run(run_id).spec.dataset)
    made = explain.add_rows(dataset.id, [(("a quick and awful meal",), "bad"), (("a lovely phone",), "good")])
    train = shelf.rows(made.id, "train")
    assert train.loc[train[explain.ADDED] == "counterfactual", "text"].tolist() == ["a quick and awful meal", "a lovely phone"]
    for split in ("validation", "test"):
        old, new = (shelf.rows(one.id, split) for one in (dataset, made))
        assert old["text"].tolist() == new["text"].tolist() and (new[explain.ADDED].fillna("") == "").all()
    with pytest.raises(DataError, match="bad, good"):
        explain.add_rows(dataset.id, [(("x",), "ugly")])


def test_a_job_that_was_killed_counts_its_steps_anew(run_id: str) -> None:
    store, job = open_store(), explained.start(run_id)
    claim = store.claim(Identity("boot", 1, 1.0, "here"), "cpu")
    assert claim is not None and claim.run.id == job.id
    store.add_progress(job.id, [Progress(99, 1.0, 0.0, {})], token=claim.token)
    store.release(job.id, claim.token, requeue=True)
    jobs.ensure_supervisor()
    done = store.run(job.id)
    assert (done.status, done.step) == (Status.DONE, done.steps) and store.progress(job.id)[-1].step == done.steps < 99
