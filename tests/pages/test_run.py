"""One run's page: queued, running, failed, stopped and done, with strangers' text shown as text."""

from __future__ import annotations

from pathlib import Path

from fmcore.records import Status, say
from fmcore.settings import get_settings
from fmcore.store import Identity
from pages.shared.runs import run_log, run_pace
from tests.pages import history


def started(store, dataset, name: str = "live"):
    run = store.add_run(history.spec(dataset), name=name, who="tester", key=name)
    me = Identity("boot", 1, 1.0, "here")
    claim = store.claim(me, "cpu")
    store.set_running(run.id, claim.token, me, "cpu", 20)
    store.add_progress(run.id, history.progress(10), token=claim.token)
    return store.run(run.id), claim.token


def test_without_a_run_in_the_address_the_newest_are_offered(home: Path) -> None:
    store = history.store()
    history.log_runs(store, history.add_dataset(store), 2)
    page = history.app("2_train/run")
    assert "Which run?" in history.words(page)
    assert {"run 0", "run 1"} <= {button.label for button in page.button}


def test_an_unknown_run_is_one_sentence_and_a_choice(home: Path) -> None:
    page = history.app("2_train/run", run="r-nowhere")
    assert len(page.error) == 1 and "nowhere" in page.error[0].value
    assert not page.exception


def test_a_running_run_shows_step_rate_and_time_left(home: Path) -> None:
    store = history.store()
    run, _token = started(store, history.add_dataset(store))
    page = history.app("2_train/run", run=run.id)
    figures = {metric.label: metric.value for metric in page.metric}
    assert figures["Examples per second"] == "64"
    assert figures["Time left"] == "10 s"  # one second a step, ten steps to go
    assert any(button.label == "Stop" for button in page.button)


def test_stop_asks_before_it_stops(home: Path) -> None:
    store = history.store()
    run, _token = started(store, history.add_dataset(store))
    page = history.app("2_train/run", run=run.id)
    page.button(key="run-stop").click().run()
    assert page.button(key="stop-yes").label == "Stop the run"
    assert not store.run(run.id).stop_requested


def test_a_queued_run_shows_its_place_and_what_runs_now(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    started(store, dataset)
    store.add_run(history.spec(dataset), name="first", who="tester", key="first")
    second = store.add_run(history.spec(dataset), name="second", who="tester", key="second")
    assert "Number 2 of 2 in the queue" in history.words(history.app("2_train/run", run=second.id))


def test_a_failed_run_says_its_sentence_and_what_to_do(home: Path) -> None:
    store = history.store()
    run, token = started(store, history.add_dataset(store), name="# <script>alert(1)</script>")
    store.finish(run.id, token, Status.FAILED, say("The loss is no longer a number at step {step}.", step=10), 3.0)
    page = history.app("2_train/run", run=run.id)
    assert "The loss is no longer a number at step 10" in page.error[0].value
    assert "**Resume**" in history.words(page)
    assert page.title[0].value.startswith("\\# \\<script")


def test_a_done_run_leads_to_its_report_and_shows_validation_only(home: Path) -> None:
    store = history.store()
    run_id = history.finished_run(store, history.add_dataset(store))
    page = history.app("2_train/run", run=run_id)
    assert [metric.label for metric in page.metric][:3] == ["Validation macro-F1", "Validation accuracy", "Validation loss"]
    assert store.looks(run_id) == []


def test_the_log_shows_its_last_lines_without_terminal_codes(home: Path) -> None:
    path = get_settings().home / "job.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [f"line {n}" for n in range(100)]
    path.write_text("\n".join([*lines, "\x1b[31mred\x1b[0m", "10 %\r50 %\r100 %", ""]), encoding="utf-8")
    tail = run_log.tail(path).split("\n")
    assert len(tail) == 60
    assert tail[-2:] == ["red", "100 %"]


def test_no_log_yet_is_no_error(home: Path) -> None:
    assert run_log.tail(get_settings().home / "none.log") == ""


def test_time_left_needs_two_steps() -> None:
    assert run_pace.pace(history.progress(1), 10).seconds_left is None
    assert run_pace.pace(history.progress(4), 10).seconds_left == 6.0


def test_a_baseline_shows_its_answers_and_offers_nothing_that_needs_a_model(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    tuned = history.finished_run(store, dataset)
    baseline = history.baseline_of(store, dataset, tuned)
    page = history.app("2_train/run", run=baseline)
    assert not page.exception and not page.error
    assert "shown" in history.words(page) or any("shown" in str(link.label) for link in page.get("page_link"))
    assert "Clone with changes" not in str(page)
    report = history.app("3_judge/report", run=baseline)
    assert not report.exception and not report.error
    listed = history.app("2_train/runs")
    assert not listed.exception and not listed.error
    form = history.app("2_train/finetune", clone=baseline)
    assert not form.exception
    assert any("nothing to clone" in str(warning.value) for warning in form.warning)


def test_a_run_in_the_bin_says_that_it_lies_there(home: Path) -> None:
    store = history.store()
    [run_id] = history.log_runs(store, history.add_dataset(store), 1)
    assert "lies in the bin" not in history.words(history.app("2_train/run", run=run_id))
    store.delete_runs([run_id], who="tester")
    assert "lies in the bin" in history.words(history.app("2_train/run", run=run_id))
