"""The Runs page in a real browser, with 10,000 runs: find, page, compare, put away, restore and remove. No clock is asserted here."""

from __future__ import annotations

from pathlib import Path

import pytest

from fmcore.store import LoggedRun, NewRun, open_store
from tests.browser.served import browser, dashboard, settle, tick, visit
from tests.pages import history

pytestmark = pytest.mark.browser


@pytest.fixture
def address(home: Path):
    store = open_store()
    dataset = history.add_dataset(store)
    many = [
        LoggedRun(NewRun(history.spec(dataset, seed=n), f"run {n:05}", "tester", f"k{n}"), history.progress(3), history.metrics(n / 10_000))
        for n in range(10_000)
    ]
    for first in range(0, len(many), 2_000):
        store.log_runs(many[first : first + 2_000])
    with dashboard(home) as url:
        yield url


def test_ten_thousand_runs_are_found_compared_put_away_restored_and_removed(address: str) -> None:
    with browser(address) as page:
        visit(page, f"{address}/runs?sort=metric:validation%2Fmacro-f1")  # a deep link, right after the start
        assert page.locator("h1").inner_text() == "Runs"
        page.get_by_text("10,000 runs, 1 to 50 shown").wait_for()

        tick(page, 0)
        tick(page, 1)
        page.get_by_role("button", name="Compare").click()
        page.wait_for_url("**/compare?runs=*")
        settle(page)
        page.get_by_role("radio", name="Settings and curves").click(force=True)
        page.wait_for_url("**view=settings*")
        page.reload()
        settle(page)
        assert page.locator("h1").inner_text() == "Compare"
        assert page.get_by_text("run 09999").count() and page.get_by_text("run 09998").count()

        visit(page, f"{address}/runs?q=04321")
        page.get_by_text("1 run", exact=True).wait_for()
        tick(page, 0)
        page.get_by_role("button", name="Put into the bin").click()
        page.get_by_test_id("stDialog").get_by_role("button", name="Put into the bin").click()
        page.get_by_text("No run matches").wait_for()

        visit(page, f"{address}/runs?bin=true")
        page.get_by_text("1 run", exact=True).wait_for()
        tick(page, 0)
        page.get_by_role("button", name="Restore").click()
        page.get_by_text("The bin is empty").wait_for()

        visit(page, f"{address}/runs?q=01234")
        tick(page, 0)
        page.get_by_role("button", name="Put into the bin").click()
        page.get_by_test_id("stDialog").get_by_role("button", name="Put into the bin").click()
        page.get_by_text("No run matches").wait_for()
        visit(page, f"{address}/runs?bin=true")
        page.get_by_role("button", name="Empty the bin").click()
        page.get_by_test_id("stDialog").get_by_text("1 run goes with its model").wait_for()
        page.get_by_test_id("stDialog").get_by_role("button", name="Remove for good").click()
        page.get_by_text("The bin is empty").wait_for()
        page.get_by_role("button", name="Back to the runs").click()
        page.get_by_text("9,999 runs, 1 to 50 shown").wait_for()

        visit(page, f"{address}/runs?page=200&sort=name&order=up")
        page.get_by_text("9,999 runs, 9,951 to 9,999 shown").wait_for()
