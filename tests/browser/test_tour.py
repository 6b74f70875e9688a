"""A tour of every page by a real browser: right after a start, by menu and by link, wide and narrow, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page

from fmcore.audit.records import AuditSpec, GroupBy
from fmcore.audit.table import from_table
from fmcore.pipeline.audit import keep
from fmcore.store import LoggedRun, NewRun, open_store
from pages.shared.places import PLACES
from tests.browser.served import browser, dashboard, server, settle, visit
from tests.pages import history
from tests.pages.audits import unequal

pytestmark = pytest.mark.browser
HEAVY = ("libtorch", "/tokenizers/", "/torch/")
"""What the page process must never load: torch, and transformers by its tokenizers."""


@pytest.fixture
def address(home: Path):
    with dashboard(home) as url:
        yield url


def built() -> list[tuple[str, str]]:
    """Return the address and the title of every page in the menu."""
    return [("" if name == "home" else place.path.stem, place.title) for name, place in PLACES.items() if place.is_built and place.in_menu]


def looks_right(page: Page) -> None:
    page.locator("h1").first.wait_for()  # a page that sends its reader on has none for a moment
    assert page.get_by_test_id("stException").count() == 0
    assert page.get_by_text("Traceback").count() == 0
    assert page.get_by_text("that is not your doing").count() == 0, page.get_by_test_id("stAlert").all_inner_texts()
    assert page.get_by_text("Page not found").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "something sticks out to the right"


def test_the_first_visit_after_a_start_may_be_a_deep_link(address: str) -> None:
    with browser(address) as page:
        visit(page, f"{address}/data")
        assert page.locator("h1").inner_text() == "Data"
        looks_right(page)


def test_every_page_is_fine_when_nothing_is_there_yet(address: str) -> None:
    with browser(address, width=390) as page:
        for path, _title in built():
            visit(page, f"{address}/{path}")
            looks_right(page)


def test_every_page_is_fine_with_runs_there_and_none_loads_torch(home: Path, address: str) -> None:
    store = open_store()
    dataset = history.add_dataset(store, name="hostile :red[name] $x$ <b>")
    run = history.finished_run(store, dataset, name="**bold** :smile: www.example.org")
    store.log_runs([LoggedRun(NewRun(history.spec(dataset), f"run {n}", "tester", f"k{n}"), (), history.metrics(0.5)) for n in range(200)])
    with browser(address) as page:
        visit(page, address)
        for path, title in built()[1:]:
            page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True).click()
            page.wait_for_url(f"**/{path}*")
            settle(page)
            looks_right(page)
        page.emulate_media(color_scheme="dark")
        card = f"data?data={dataset.id}"
        audit = keep(from_table(unequal(), target="target", answer="answer"), AuditSpec((GroupBy("sex"),), favourable="yes")).id
        for path in (
            "",
            f"audit?audit={audit}",
            f"{card}&show=rows",
            f"{card}&show=problems",
            f"{card}&show=compare",
            f"run?run={run}",
            f"report?run={run}&name=x",
        ):
            visit(page, f"{address}/{path}")
            looks_right(page)
    loaded = libraries(address)
    assert any("pyarrow" in one for one in loaded), "the look at the process is broken: pages do use pyarrow"
    assert not [one for one in loaded if any(heavy in one for heavy in HEAVY)]


def libraries(address: str) -> set[str]:
    """Return the files that the server's process has mapped into memory."""
    return {area.path for area in server(address).memory_maps()}


def test_names_of_strangers_are_shown_as_they_are(home: Path, address: str) -> None:
    name = r"a *b* _c_ $d$ :red[e] :smile: :material/home: <b>f</b> ![g](//h.i) https://j.k www.l.mn m@n.op -> -- \ `q`"
    name += " | # ~r~ &amp; [s](t)"
    dataset = history.add_dataset(open_store(), name=name)
    with browser(address) as page:
        visit(page, f"{address}/data?data={dataset.id}")
        shown = page.locator("h1").inner_text().replace("\u2060", "")
        assert shown == f"{name}, version 1"
        assert page.locator("h1 a, h1 img, h1 code, h1 em").count() == 0
