"""The Playground and the Demo view in a real browser, with a real worker and a tiny model, wide and as on a phone."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pandas as pd
import psutil
import pytest
from playwright.sync_api import Page, expect

from fmcore.store import open_store
from tests.browser.served import browser, dashboard, settle, visit
from tests.inference.trained import trained

pytestmark = pytest.mark.browser
HOSTILE = (
    "</script><script>document.title='taken'</script> <img src=x onerror=\"document.title='taken'\"> **b** $x^2$ :smile: \u202eשלום 😀"
)


@pytest.fixture
def run_id(home: Path, tiny_model: Path, tiny_rows: pd.DataFrame) -> str:
    return trained(tiny_model, tiny_rows)


@pytest.fixture
def address(home: Path, run_id: str):
    with dashboard(home) as url:
        yield url


def answer(page: Page, text: str) -> None:
    page.get_by_label("Your text", exact=True).fill(text)
    page.get_by_role("button", name="Answer").click()
    settle(page)
    page.get_by_text("with a confidence of").or_(page.get_by_text("but its confidence of")).wait_for()


def looks_right(page: Page) -> None:
    assert page.get_by_test_id("stException").count() == 0 and page.get_by_text("Traceback").count() == 0
    assert page.title() != "taken" and page.locator("[data-testid=stMain] img, [data-testid=stMain] script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "something sticks out to the right"


def test_type_edit_say_that_it_is_wrong_and_share_it(address: str, run_id: str, home: Path) -> None:
    with browser(address) as page:
        visit(page, f"{address}/playground?level=0.01")
        answer(page, "the room number 7 was lovely and quick today")
        page.get_by_text("Nearest training examples").wait_for()
        answer(page, "the room number 7 was awful and quick today")
        page.get_by_text("Changed since the last answer").wait_for()
        page.reload()
        settle(page)
        assert page.get_by_label("Your text", exact=True).input_value() == "the room number 7 was awful and quick today"
        page.get_by_text("Changed since the last answer").wait_for()

        page.get_by_role("button", name="This is wrong").click()
        page.get_by_label("Why? (if you like)").fill("it was irony")
        page.get_by_role("button", name="Send").click()
        page.get_by_text("You said that this is wrong").wait_for()
        assert [one.comment for one in open_store().feedback(run_id)] == ["it was irony"]

        answer(page, HOSTILE)
        looks_right(page)

        os.kill(worker(home), signal.SIGKILL)
        answer(page, "the phone was awful")  # another worker answers
        looks_right(page)

        visit(page, f"{address}/playground?view=share")
        page.get_by_label("Title").fill("Is it good or bad?")
        page.get_by_role("textbox", name="Examples to click").fill("the meal was lovely and quick")
        page.get_by_role("button", name="Make the link").click()
        page.get_by_text("It is shown only now").wait_for()
        link = page.get_by_test_id("stCode").first.inner_text().strip()
        assert link.startswith(address)

    with browser(address, width=390) as page:
        visit(page, link)
        assert page.locator("h1").inner_text() == "Is it good or bad?"
        assert page.get_by_test_id("stSidebar").count() == 0 and page.get_by_test_id("stSidebarNav").count() == 0
        for other in ("runs", "demo", "nowhere"):  # the address of another page, or of none
            visit(page, link.replace("/?", f"/{other}?"))
            assert page.locator("h1").inner_text() == "Is it good or bad?" and page.get_by_text("Page not found").count() == 0
        page.get_by_role("button", name="the meal was lovely and quick").click()
        page.get_by_role("button", name="That is right").click()
        page.get_by_text("You said that this is right").wait_for()
        page.get_by_role("button", name="This is wrong").click()
        expect(page.get_by_role("button", name="Send")).to_be_in_viewport()  # the form opens where one sees it
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_text("You said that this is wrong")).to_be_in_viewport()
        answer(page, HOSTILE)
        looks_right(page)

    with browser(address, width=390) as page:
        visit(page, f"{address}/playground?view=share")
        expect(page.get_by_text("4 visits")).to_be_visible()
        page.get_by_role("button", name="Revoke").click()
        page.get_by_role("button", name="Revoke the link").click()
        page.get_by_text("Revoked").wait_for()
        visit(page, link)
        assert page.locator("h1").inner_text() == "This page is closed"
        looks_right(page)


def worker(home: Path) -> int:
    """Return the process id of the worker of this home folder."""
    workers = [one for one in psutil.process_iter(["cmdline"]) if "inference-worker" in (one.info["cmdline"] or [])]
    return next(one.pid for one in workers if one.environ().get("FMCORE_HOME") == str(home))
