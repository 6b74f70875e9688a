"""The Fine-tune page: choices from the address, one run per wish, no start on data that nobody confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmcore import jobs
from fmcore.jobs import estimate
from fmcore.training.outcome import Forecast
from pages.shared.runs import forecast_view
from tests.pages import history

FORECAST = Forecast(8, 3, 60, 90, 150, 1400, 900, 0.125, "cpu", "fp32")


@pytest.fixture(autouse=True)
def no_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither measures nor starts anything: what is tested is the page."""
    monkeypatch.setattr(estimate, "request", lambda spec: "key")
    monkeypatch.setattr(estimate, "result", lambda key: FORECAST)
    monkeypatch.setattr("fmcore.jobs.control.ensure_supervisor", lambda: None)
    monkeypatch.setattr(jobs, "ensure_supervisor", lambda: None)


def test_without_data_the_page_leads_to_adding_some(home: Path) -> None:
    assert "there is none yet" in history.words(history.app("2_train/finetune"))


def test_the_forecast_is_said_in_words_and_figures(home: Path) -> None:
    history.add_dataset(history.store())
    page = history.app("2_train/finetune")
    assert {metric.label: metric.value for metric in page.metric} == {
        "Training rows": "8",
        "Steps": "3",
        "Time": "1.5 min",
        "Memory": "1.4 GB",
    }
    assert "12.5 % of the training texts are longer" in history.words(page)


def test_start_makes_a_run_with_what_the_form_says(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    page = history.app("2_train/finetune", data=dataset.id, seed="7", epochs="2")
    page.button(key="start").click().run()
    [run] = store.queue()
    assert (run.spec.settings["seed"], run.spec.settings["epochs"]) == (7, 2)
    assert run.name == "reviews · MiniLM L6"
    assert run.spec.base.sha256 == history.BASE.sha256


def test_a_triple_click_is_one_run(home: Path) -> None:
    store = history.store()
    history.add_dataset(store)
    page = history.app("2_train/finetune")
    for _click in range(3):
        page.switch_page("pages/2_train/finetune.py").run()
        assert page.title[0].value == "Fine-tune"
        page.button(key="start").click().run()
    assert len(store.queue()) == 1


def test_clone_starts_from_the_other_runs_choices_and_names_it_as_parent(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    first = store.add_run(history.spec(dataset, seed=5, learning_rate=0.0003), name="first", who="tester", key="first")
    page = history.app("2_train/finetune", clone=first.id)
    assert page.number_input(key="seed").value == 5 and page.number_input(key="learning_rate").value == 0.0003
    page.number_input(key="seed").set_value(6).run()
    page.button(key="start").click().run()
    second = store.queue()[-1]
    assert second.parents == (first.id,) and second.spec.settings["seed"] == 6


def test_data_that_needs_confirmation_can_not_be_started(home: Path) -> None:
    history.add_dataset(history.store(), blocking=True)
    page = history.app("2_train/finetune")
    assert page.button(key="start").disabled
    assert "confirm them first" in history.words(page)


def test_a_refused_base_model_is_one_sentence(home: Path) -> None:
    history.add_dataset(history.store())
    page = history.app("2_train/finetune", base="/nowhere/at/all")
    assert len(page.error) == 1 and not page.button


def test_the_forecast_names_its_range() -> None:
    assert forecast_view.sentence(FORECAST) == "About **1.5 min** on cpu (fp32), most likely between 1 min and 2.5 min."
