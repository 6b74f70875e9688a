"""A swap test in a real browser: read the pairs, start once with three clicks, watch the real job, find the result again by its link."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from fmcore import jobs
from fmcore.pipeline import datasets, runs, swap_results
from fmcore.records import Columns, Status
from fmcore.training.settings import FinetuneSettings
from tests.browser.served import browser, dashboard, settle, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def run_id(home: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A finished run of the tiny model on sentences about her."""
    from fmcore.settings import get_settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FMCORE_INLINE_JOBS", "1")
        get_settings.cache_clear()
        texts = [f"She lost her card number {n}, {'a lovely' if n % 2 else 'an awful'} reply" for n in range(240)]
        frame = pd.DataFrame({"text": texts, "label": ["good" if n % 2 else "bad" for n in range(240)]})
        data = datasets.add(frame, Columns(text="text", label="label"), name="tiny", accept_problems=True)
        settings = FinetuneSettings(batch_size=16, precision="fp32", epochs=1, max_length=32)
        run = jobs.submit(runs.plan(data.id, base=str(tiny_model), settings=settings), key="tuned")
        assert run.status is Status.DONE, run.message
    get_settings.cache_clear()
    assert "FMCORE_INLINE_JOBS" not in os.environ
    return run.id


@pytest.fixture
def address(run_id: str, home: Path) -> Iterator[str]:
    with dashboard(home) as url:
        yield url


def test_a_swap_test_is_read_started_once_watched_and_found_again(address: str, run_id: str) -> None:
    with browser(address, width=390) as page:
        visit(page, f"{address}/swaps?run={run_id}&categories=gender&favourable=good")
        page.get_by_text("Read some of the pairs first").wait_for()
        assert page.locator("strong", has_text="He").count() and page.locator("strong", has_text="his").count()
        page.get_by_role("button", name="Start the test").click(click_count=3, delay=40)
        page.wait_for_url("**test=*")
        page.get_by_text("How often, and how far").wait_for(timeout=120_000)
        settle(page)
        [test] = swap_results.tests(run_id)
        assert test.status is Status.DONE and test.spec.settings["favourable"] == "good"
        page.locator(".js-plotly-plot .scatterlayer path").first.wait_for(state="attached")
        page.reload()
        page.get_by_text("The sentences that move farthest").wait_for()
        assert test.id in page.url and page.locator("h1").inner_text().startswith("tiny")
        wide = "() => { const m = document.querySelector('[data-testid=stMain]'); return m.scrollWidth - m.clientWidth }"
        assert page.evaluate(wide) <= 0
