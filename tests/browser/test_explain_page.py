"""Explain in a real browser with the network cut off: hostile words stay words, keys and fingers reach every token, 512 tokens open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest
from playwright.sync_api import Page, sync_playwright

from fmcore.settings import get_settings
from tests.browser.served import CHROMIUM, FLAGS, browser, dashboard, settle
from tests.inference.trained import trained

pytestmark = pytest.mark.browser
DRAWN = ".attention[data-drawn=true]"
HOSTILE = (
    "</script><script>document.title='owned'</script> <img src=x onerror=\"document.title='owned'\"> 😀 שלום עולם \u202eevil "
    "**bold** $x$ :red[r] {{7*7}} <!-- &lt;b&gt; `code` [a](javascript:alert(1)) www.example.org"
)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[tuple[str, str]]:
    """The dashboard, and the Explain page of a run in it; one for all tests here, since its worker needs seconds to load its libraries."""
    home = tmp_path_factory.mktemp("explained") / "home"
    labels = ["good", "bad"] * 60
    rows = pd.DataFrame({"text": [f"number {n} was {label}" for n, label in enumerate(labels)], "label": labels, "group": labels})
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"FMCORE_HOME": str(home), "FMCORE_WHO": "tester", "FMCORE_OFFLINE": "1"}.items():
            patch.setenv(name, value)
        patch.delenv("FMCORE_DATABASE_URL", raising=False)
        get_settings.cache_clear()
        run = trained(tiny_model, rows)
        with dashboard(home) as url:
            yield url, f"{url}/explain?run={run}"
    get_settings.cache_clear()


def opened(page: Page, url: str, what: str = DRAWN) -> None:
    """Open the page and wait until it is drawn; the first time the worker has to start."""
    page.goto(url)
    page.locator(what).first.wait_for(timeout=120_000)
    settle(page)


def own(explain: str, text: str, **choices: str) -> str:
    return f"{explain}&{urlencode({'from': 'own', 'text': text, 'view': 'attention', **choices})}"


def is_harmless(page: Page) -> None:
    """Assert that nothing of a text became markup, ran, or asked for anything, in the component's own tree too."""
    assert "owned" not in page.title()
    assert page.get_by_test_id("stException").count() == 0 and page.get_by_test_id("stAlertContentError").count() == 0
    found = page.evaluate(
        """() => {
          const shadows = [...document.querySelectorAll("[data-testid=stBidiComponentIsolated]")].map((one) => one.shadowRoot);
          const roots = [document.querySelector("[data-testid=stMain]"), ...shadows];
          const bad = "script, img, iframe, a[href^=javascript]";
          return roots.flatMap((root) => [...root.querySelectorAll(bad)].map((one) => one.outerHTML));
        }"""
    )
    assert found == [], found
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "something sticks out to the right"


def test_hostile_words_are_drawn_as_words_in_every_view(address: tuple[str, str]) -> None:
    _, explain = address
    with browser(address[0]) as page:
        for view in ("heads", "model", "neurons", "rollout"):
            opened(page, own(explain, HOSTILE, show=view, of="both" if view == "heads" else "run"))
            is_harmless(page)
        opened(page, own(explain, HOSTILE[:130], view="steps", step="weights"), ".js-plotly-plot svg.main-svg")
        assert page.get_by_text("from the model's own numbers").count() == 1
        assert page.locator(".js-plotly-plot a").count() == 0 and "owned" not in page.title()


def test_a_token_is_reached_by_key_and_its_looks_are_told(address: tuple[str, str]) -> None:
    with browser(address[0]) as page:
        opened(page, own(address[1], "it was lovely and quick"))
        page.get_by_role("listbox", name="Tokens that look").focus()
        for _ in range(4):
            page.keyboard.press("ArrowDown")
        assert page.locator(".left [aria-selected=true]").inner_text().startswith("lovely")
        assert page.locator(".said").inner_text().startswith("“lovely” looks most at: ")
        page.keyboard.press("Escape")
        assert page.locator("[aria-selected=true]").count() == 0

        page.get_by_role("button", name="0", exact=True).click()  # head 0 off: the address and what is sent follow
        page.wait_for_url("**heads=1*")
        settle(page)
        assert page.locator(".chip[aria-pressed=true]").all_inner_texts() == ["1"]
        page.reload()
        page.locator(DRAWN).wait_for()
        assert page.locator(".chip[aria-pressed=true]").all_inner_texts() == ["1"]


def test_a_small_picture_opens_its_head(address: tuple[str, str]) -> None:
    with browser(address[0]) as page:
        opened(page, own(address[1], "it was lovely", show="model"))
        page.get_by_role("button", name="Layer 1, head 0").click()
        page.wait_for_url("**layer=1*")
        page.get_by_role("listbox", name="Tokens that look").wait_for()
        assert page.locator(".thumb[aria-pressed=true]").get_attribute("title") == "Layer 1, head 0"


def test_a_phone_in_the_dark_taps_a_token_of_the_longest_text(address: tuple[str, str]) -> None:
    """As many tokens as the model reads; drawn on a canvas of the window's size, not of all the rows."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, color_scheme="dark")
        page = context.new_page()
        page.set_default_timeout(30_000)
        opened(page, own(address[1], "so it goes and goes " * 60))
        assert page.locator(".left .token").count() == 128
        page.locator(".left .token").nth(3).tap()
        assert page.locator(".said").inner_text().startswith("“goes” looks most at: ")
        assert page.locator(".middle canvas").evaluate("one => one.clientHeight") <= 600
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.get_by_text("The model reads the first 128 tokens").wait_for()
        chromium.close()
