"""Swap tests and jobs that explain stand among the runs; pages about scores or models must neither break nor offer what those lack."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fmcore.pipeline.swaps import SwapSettings
from fmcore.records import Status, say
from fmcore.store import Identity, LoggedRun, NewRun
from tests.pages import history

SWAPS = SwapSettings().model_dump(mode="json") | {"words": "built in", "pairs": 3, "pairs_sha256": "0" * 64}
PAGES = ("2_train/run", "2_train/runs", "2_train/finetune", "3_judge/evaluate", "3_judge/report", "3_judge/compare", "0_home/home")


def asks(stage: str) -> str:
    """Return a done run of this stage that asks the model of another."""
    store = history.store()
    dataset = history.add_dataset(store)
    tuned = history.finished_run(store, dataset)
    settings = {"swaps": SWAPS, "explanations": {"items": 6, "judged": 20}}[stage] | {"of": tuned}
    of = replace(history.spec(dataset), stage=stage, settings=settings)
    [made] = store.log_runs([LoggedRun(NewRun(of, "It · reviews", "tester", f"key-{stage}", (tuned,)), (), (), Status.DONE, 1.0)])
    return made


@pytest.mark.parametrize("stage", ["swaps", "explanations"])
@pytest.mark.parametrize("page", [*PAGES, "4_try/explain", "4_try/playground"])
def test_a_page_asked_about_what_asks_another_run_does_not_break(home: Path, stage: str, page: str) -> None:
    made = asks(stage)
    asked = {"2_train/finetune": {"clone": made}, "3_judge/compare": {"runs": made}, "4_try/playground": {"runs": made}}
    shown = history.app(page, **asked.get(page, {"run": made}))
    assert not shown.exception, shown.exception
    assert "Clone with changes" not in str(shown) and "not your doing" not in history.words(shown)


@pytest.mark.parametrize("stage", ["swaps", "explanations"])
def test_stopping_what_trains_nothing_speaks_of_no_training_and_no_checkpoint(home: Path, stage: str) -> None:
    store, made = history.store(), asks(stage)
    again = store.add_run(store.run(made).spec, name="It · once more", who="tester", key="again", parents=store.run(made).parents)
    claim = store.claim(Identity("boot", 1, 1.0, "here"), "cpu")
    assert claim is not None and claim.run.id == again.id
    page = history.app("2_train/run", run=again.id)
    page.button(key="run-stop").click().run()
    asked = history.words(page)
    store.finish(again.id, claim.token, Status.STOPPED, say("Stopped as asked."), None)
    stopped = history.words(history.app("2_train/run", run=again.id))
    assert "Nothing of it is kept; resumed later, it starts over." in asked and "resume starts it over" in stopped
    assert not any(word in text for word in ("raining ends", "heckpoint") for text in (asked, stopped))
