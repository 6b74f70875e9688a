"""A swap test stands among the runs; pages that are about scores or models must neither break nor offer what it lacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fmcore.pipeline.swaps import SwapSettings
from fmcore.records import Status
from fmcore.store import LoggedRun, NewRun
from tests.pages import history


@pytest.fixture
def swap_test(home: Path) -> str:
    store = history.store()
    dataset = history.add_dataset(store)
    tuned = history.finished_run(store, dataset)
    settings = SwapSettings().model_dump(mode="json") | {"of": tuned, "words": "built in", "pairs": 3, "pairs_sha256": "0" * 64}
    of = replace(history.spec(dataset), stage="swaps", settings=settings)
    [made] = store.log_runs([LoggedRun(NewRun(of, "Swaps · reviews", "tester", "key-swaps", (tuned,)), (), (), Status.DONE, 1.0)])
    return made


@pytest.mark.parametrize(
    "page", ["2_train/run", "2_train/runs", "2_train/finetune", "3_judge/evaluate", "3_judge/report", "3_judge/compare", "0_home/home"]
)
def test_a_page_asked_about_a_swap_test_does_not_break(swap_test: str, page: str) -> None:
    asked = {"2_train/finetune": {"clone": swap_test}, "3_judge/compare": {"runs": swap_test}}.get(page, {"run": swap_test})
    shown = history.app(page, **asked)
    assert not shown.exception, shown.exception
    assert "Clone with changes" not in str(shown)
