"""An audit by a real browser: a stranger's table, the question in plain words, the verdict, exploration, another question beside it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from fmcore.store import open_store
from tests.browser.served import browser, dashboard, settle, visit
from tests.pages.audits import unequal

pytestmark = pytest.mark.browser
WHOLE = "one => [one, ...one.querySelectorAll('*')].every(part => part.scrollWidth <= part.clientWidth + 1 || !part.clientWidth)"
"""Whether all of an element's text is seen."""


@pytest.fixture
def address(home: Path):
    with dashboard(home) as url:
        yield url


def pick(page: Page, label: str, option: str) -> None:
    box = page.get_by_test_id("stSelectbox").filter(has_text=label).first
    box.scroll_into_view_if_needed()  # a list that opens while the page still scrolls shuts again
    page.wait_for_timeout(300)
    box.locator("input").click()
    page.get_by_role("option").filter(has_text=option).first.click()
    settle(page)


def show(page: Page, view: str) -> None:
    page.get_by_test_id("stButtonGroup").get_by_text(view, exact=True).click()
    settle(page)


def test_a_table_is_asked_judged_explored_and_laid_beside_another_audit(home: Path, address: str) -> None:
    with browser(address) as page:
        visit(page, f"{address}/audit")
        show(page, "Anybody’s predictions")
        content = unequal().to_csv(index=False).encode()
        page.locator("input[type=file]").set_input_files({"name": "decisions.csv", "mimeType": "text/csv", "buffer": content})
        page.get_by_text("sex · 2 groups").first.wait_for()
        settle(page)
        pick(page, "Which answer do people hope for?", "yes")  # yes to what? nothing is filled in
        pick(page, "What follows from the answer?", "somebody is checked")
        pick(page, "and that is wrong?", "nobody")
        pick(page, "Are the targets", "yes, as far")
        pick(page, "but the answer is another?", "the person")
        page.get_by_text("Say how wide a gap you accept.").wait_for()
        page.get_by_role("spinbutton", name="Accepted gap").fill("10")
        page.keyboard.press("Enter")
        settle(page)
        page.reload()  # nothing that was said is lost
        settle(page)
        page.get_by_text("equal opportunity").wait_for()
        page.get_by_role("button", name="Make the audit").click()
        page.get_by_text("The gap is wider than what was accepted.").wait_for()
        page.get_by_text("for 20.0 % of men and for 80.0 % of women").first.wait_for()
        [first] = open_store().audits()
        assert f"audit={first.id}" in page.url
        ticks = page.locator(".js-plotly-plot .ytick")
        ticks.first.wait_for()
        assert ticks.all_text_contents() == ["men", "women"], "who is served worst stands first"

        show(page, "Explore")
        pick(page, "Measure", "False positive rate")
        page.get_by_text("False positive rate (yes) by sex").wait_for()
        assert len(open_store().audits()) == 1

        page.get_by_role("button", name="Ask something else").click()
        settle(page)
        page.get_by_role("spinbutton", name="Accepted gap").fill("90")
        page.keyboard.press("Enter")
        settle(page)
        page.get_by_role("button", name="Make the audit").click()
        page.get_by_text("The gap is within what was accepted.").wait_for()
        show(page, "Side by side")
        pick(page, "Lay beside", "300 rows from elsewhere")
        page.get_by_text("only 10.0 were accepted beforehand").wait_for()
        page.get_by_text("90.0 were accepted beforehand").wait_for()


@pytest.mark.parametrize("width", [390, 1280])
def test_a_stored_audit_fits_the_screen_in_every_view(home: Path, address: str, width: int) -> None:
    from fmcore.audit.records import AuditSpec, GroupBy
    from fmcore.audit.table import from_table
    from fmcore.pipeline.audit import keep

    answers = from_table(unequal(), target="target", answer="answer")
    made = keep(answers, AuditSpec((GroupBy("sex"),), favourable="yes", tolerance=0.57))  # 60 points: many more rows would tell
    with browser(address, width=width) as page:
        page.emulate_media(color_scheme="dark" if width == 390 else "light")
        for view in ("verdict", "asked", "explore", "beside"):
            visit(page, f"{address}/audit?audit={made.id}&show={view}")
            assert page.locator("h1").inner_text() == "Audit"
            assert page.get_by_text("that is not your doing").count() == 0
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{view} sticks out to the right"
            if view == "verdict":
                page.get_by_text("More rows, same mix", exact=True).first.wait_for()
                for figure in page.get_by_test_id("stMetricValue").all():
                    assert figure.evaluate(WHOLE), f"{figure.inner_text()} is cut"
