"""Home: inviting when empty, true when full, and the demo behind one button."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmcore import jobs
from fmcore.records import Status, say
from fmcore.store import Identity, open_store
from tests.pages.history import add_dataset, app, finished_run, log_runs, spec, words

HOME = "0_home/home"
ME = Identity("boot", 1, 1.0, "here")


def test_an_empty_home_says_what_this_is_for_and_offers_the_demo(home: Path):
    test = app(HOME)
    assert not test.exception and not test.error
    assert "Nothing is here yet" in words(test) and "0 sets" in words(test)
    assert [b.label for b in test.button] == ["Run the demo"]


def test_a_full_home_counts_what_is_there(home: Path):
    store = open_store()
    log_runs(store, add_dataset(store), 3)
    test = app(HOME)
    assert not test.exception and not test.error
    assert "**1** data set and **3** runs so far, **3** of them done." in words(test)
    assert "1 set" in words(test) and "16 rows" in words(test) and "3 reports" in words(test)


def test_the_newest_runs_stand_with_their_figure(home: Path):
    store = open_store()
    finished_run(store, add_dataset(store), name="my *own* run")
    assert "validation macro-F1 0.750" in words(app(HOME))


def test_the_demo_button_starts_one_run_and_shows_it(home: Path, monkeypatch: pytest.MonkeyPatch):
    from fmcore.pipeline import demo

    store = open_store()
    dataset = add_dataset(store)
    started: list[str] = []

    def start(who: str):
        run = store.add_run(spec(dataset), name="Demo: reviews", who=who, key="demo")
        started.append(run.id)
        return run

    monkeypatch.setattr(demo, "start", start)
    monkeypatch.setattr(jobs, "ensure_supervisor", lambda: None)
    test = app(HOME)
    test.button[0].click().run()
    assert len(started) == 1 and test.query_params["demo"] == started[0]
    assert "Device free" in words(test) and not test.exception and not test.error
    assert store.run(started[0]).who == "tester"


def test_a_failed_demo_says_why_in_a_sentence(home: Path):
    store = open_store()
    run = store.add_run(spec(add_dataset(store)), name="Demo", who="tester", key="demo")
    claim = store.claim(ME, "cpu")
    assert claim is not None
    store.finish(run.id, claim.token, Status.FAILED, say("The disk is full. Free some space."), 1.0)
    test = app(HOME, demo=run.id)
    assert [e.value for e in test.error] == [r"The disk is full\. Free some space\."] and not test.exception


def test_an_old_link_to_a_demo_that_is_gone_is_just_home(home: Path):
    test = app(HOME, demo="r-nothing")
    assert not test.exception and not test.error and "Nothing is here yet" in words(test)


def test_a_demo_that_can_not_start_is_one_sentence(home: Path, monkeypatch: pytest.MonkeyPatch):
    from fmcore.errors import DataError
    from fmcore.pipeline import demo

    def start(who: str):
        raise DataError("The samples are gone.")

    monkeypatch.setattr(demo, "start", start)
    test = app(HOME)
    test.button[0].click().run()
    assert not test.exception and any("samples are gone" in e.value for e in test.error)


def test_home_says_where_everything_lies(home: Path):
    told = words(app(HOME))
    assert str(home) in told and str(home / "fmcore.db") in told


def test_one_run_alone_is_opened_not_compared(home: Path):
    store = open_store()
    log_runs(store, add_dataset(store), 1)
    labels = [link.proto.label for link in app(HOME).get("page_link")]
    assert "Compare" not in labels and labels.count("Open") == 2  # the data, the run
