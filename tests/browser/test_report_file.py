"""The report's file in a real browser with the network off: no error, no request, every figure drawn, names of strangers only ever text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from fmcore.report.html import html
from tests.browser.served import CHROMIUM, FLAGS
from tests.report.examples import HOSTILE, evidence

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(html(evidence()), encoding="utf-8")
    return path


@contextmanager
def opened(file: Path, width: int, scheme: str = "light") -> Iterator[Page]:
    """Open the file offline; at the end assert that nothing was asked for but the file, and that the console stayed silent."""
    heard: list[str] = []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
        page = context.new_page()
        page.set_default_timeout(30_000)
        page.on("console", lambda message: heard.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("request", lambda request: heard.append(request.url) if request.url != file.as_uri() else None)
        page.route("**/*", lambda route: route.continue_() if route.request.url == file.as_uri() else route.abort())
        page.goto(file.as_uri())
        page.wait_for_function("[...document.querySelectorAll('.figure')].every(one => one.querySelector('svg.main-svg'))")
        yield page
        chromium.close()
    assert not heard, heard


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_every_figure_is_drawn_and_nothing_sticks_out(file: Path, width: int, scheme: str) -> None:
    with opened(file, width, scheme) as page:
        figures = page.locator(".figure.js-plotly-plot")
        assert (
            figures.count() == page.locator(".figure").count() == 7
        )  # metrics, labels, confusion, loss, one question of the audit, two measures of the swap test
        for place in range(figures.count()):
            box = figures.nth(place).locator("svg.main-svg").first.bounding_box()
            assert box is not None and box["width"] > 200 and box["height"] > 80, place
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_hostile_name_is_shown_and_runs_nothing(file: Path) -> None:
    with opened(file, 1280) as page:
        assert "owned" not in page.title() or page.title().startswith("</script>")  # the title is the name itself, as text
        assert page.title() == f"{HOSTILE} · report"
        assert page.locator("h1").inner_text() == HOSTILE
        assert page.locator("img").count() == 0 and page.locator("main script:not([type='application/json'])").count() == 0
        assert page.locator(".figure a").count() == 0
        drawn = page.locator(".figure image").evaluate_all("all => all.map(one => one.href.baseVal.slice(0, 15))")
        assert drawn == ["data:image/png;"], "plotly paints the cells of the confusion matrix itself; nothing else is an image"


def test_a_script_that_is_not_ours_would_not_run(file: Path, tmp_path: Path) -> None:
    """The second fence: were a name ever to come through as markup, the policy stops it."""
    broken = tmp_path / "broken.html"
    broken.write_text(
        file.read_text(encoding="utf-8").replace("<main>", "<main><script>document.title = 'owned'</script>"), encoding="utf-8"
    )
    with pytest.raises(AssertionError, match="Content Security Policy"), opened(broken, 1280) as page:
        assert page.title() != "owned"


def test_figures_follow_the_window_and_the_paper(file: Path) -> None:
    with opened(file, 1280) as page:
        drawn = "document.querySelector('#figure-1 svg.main-svg').getBoundingClientRect().width"
        wide = page.evaluate(drawn)
        page.set_viewport_size({"width": 390, "height": 800})
        page.wait_for_function(f"{drawn} < 390")
        page.evaluate("dispatchEvent(new Event('beforeprint'))")
        assert page.evaluate(drawn) == 660 and page.evaluate("[...document.querySelectorAll('details')].every(one => one.open)")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        page.set_viewport_size({"width": 1280, "height": 800})
        page.wait_for_function(f"{drawn} === {wide}")
        assert page.pdf().startswith(b"%PDF")
