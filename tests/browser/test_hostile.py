"""Hostile texts as data, labels, groups, columns, names, titles and words that people type, looked at in a real browser without a network.

tests/pages/test_hostile.py asks about every one of them in this process; here it counts what becomes of them on the screen.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest
from playwright.sync_api import Page

from fmcore.pipeline import datasets
from fmcore.records import Columns
from fmcore.settings import get_settings
from fmcore.store import DemoSettings, Example, open_store
from pages.shared.words import JOINER
from tests.browser.served import browser, dashboard, settle
from tests.hostile import EMPTY, SEEN, STRINGS
from tests.inference.trained import trained_on

pytestmark = pytest.mark.browser
TEXT, LABEL, GROUP = (
    "text **strongword** $x$",
    "<b>boldword</b> {x} [linkword](https://example.org)",
    ":red[redword] `codeword` <img src=x>",
)
NAME = "</script><script>window.taken=1</script> **strongword** $x^2$ :red[redword] [linkword](https://example.org) {x} %s"
TYPED = " ".join(STRINGS[name] for name in ("script", "image", "html", "link", "bare-link", "icon", "formula", "bidi", "emoji", "braces"))


@dataclass(frozen=True)
class Place:
    """A dashboard in which everything has a hostile name."""

    url: str
    run: str
    other: str
    data: str
    link: str


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, tiny_model: Path) -> Iterator[Place]:
    home = tmp_path_factory.mktemp("hostile") / "home"
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"FMCORE_HOME": str(home), "FMCORE_WHO": "tester", "FMCORE_OFFLINE": "1"}.items():
            patch.setenv(name, value)
        patch.delenv("FMCORE_DATABASE_URL", raising=False)
        get_settings.cache_clear()
        made = _made(tiny_model)
        with dashboard(home) as url:
            yield Place(url, *made)
    get_settings.cache_clear()


def _made(tiny_model: Path) -> tuple[str, str, str, str]:
    store, words = open_store(), [text[:3000] for name, text in STRINGS.items() if name not in (*EMPTY, "surrogate")]
    labels = (
        f"{STRINGS['script']} {STRINGS['bold']}",
        f"{STRINGS['html']} {STRINGS['colour']}",
        f"{STRINGS['formula-call']} {{x}} :smile:",
    )
    groups = (STRINGS["link"], f"{STRINGS['image']} %s", STRINGS["javascript"])
    rows = [{TEXT: f"{words[n % len(words)]} {n}", LABEL: labels[n % 3], GROUP: groups[n // 3 % 3]} for n in range(720)]
    columns = Columns(TEXT, LABEL, groups=(GROUP,))
    named = {"name": NAME, "source": "a :red[redword].csv", "who": "# headword <b>boldword</b>"}
    data = datasets.add(pd.DataFrame(rows, dtype=object), columns, accept_problems=True, **named)
    run, other = (trained_on(data, tiny_model, name=name) for name in (NAME, "=1+1 <b>boldword</b> https://example.org/bareword"))
    tags = ("**strongword**", ":red[redword]", "[linkword](https://example.org)")
    store.edit_run(run, version=store.run(run).version, who="*emword*", name=NAME, tags=tags, notes=TYPED)
    for text in words:
        store.add_feedback(run, text, answer=labels[0], scores={labels[0]: 1.0}, wrong=True, right=labels[1], comment=text, who=text[:60])
    examples = tuple(Example(text) for text in words)
    return run, other, data.id, store.add_link(run, NAME[:100], "**strongword**", 3, DemoSettings(0.4, examples))[0]


def looked_at(page: Page, url: str, *, waits: str = "h1", bold_words: bool = False) -> None:
    """Open a page, wait until it is drawn, and assert that every text on it is only text. ``bold_words``: it sets words in bold itself."""
    page.goto(url)
    page.locator(waits).first.wait_for(timeout=120_000)
    settle(page)
    found = [one for one in page.evaluate(SEEN) if not (bold_words and one.startswith("rendered: <p>The model answers"))]
    assert found == [], url
    said = page.locator("body").inner_text()
    assert not [bad for bad in ("Traceback", "not your doing", "Page not found") if bad in said], url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"something sticks out to the right: {url}"


def test_whatever_things_are_called_every_page_shows_it_as_text(place: Place) -> None:
    run, two = f"run={place.run}", f"runs={place.run},{place.other}"
    with browser(place.url) as page:
        for path in ("runs", f"run?{run}", f"data?data={place.data}", f"evaluate?{run}", f"audit?{run}", f"swaps?{run}", f"compare?{two}"):
            looked_at(page, f"{place.url}/{path}")
        looked_at(page, f"{place.url}/playground?{two}&view=said", waits="[data-testid=stDataFrame]")
        looked_at(page, f"{place.url}/playground?{two}&view=share", waits="text=so far")
        for bad in ("script", "link", "formula"):
            looked_at(page, f"{place.url}/run?{urlencode({'run': STRINGS[bad]})}", waits="text=There is no run")
        assert page.title() == "FM Commons"


def test_whatever_is_typed_and_answered_is_text_beside_it(place: Place) -> None:
    own = urlencode({"from": "own", "text": TYPED})
    with browser(place.url) as page:
        looked_at(page, f"{place.url}/playground?runs={place.run},{place.other}&{own}", waits="text=Nearest training examples")
        explain = f"{place.url}/explain?run={place.run}&{own}"
        looked_at(page, f"{explain}&view=words&beside={place.other}", waits=".js-plotly-plot", bold_words=True)
        looked_at(page, f"{explain}&view=trust", waits="[data-testid=stDataFrame]")
        looked_at(page, f"{explain}&view=edits", waits="text=edited texts were answered")
        for view in ("heads", "model", "neurons", "rollout"):
            looked_at(page, f"{explain}&view=attention&show={view}", waits=".attention[data-drawn=true]")
        groups = f"{place.url}/explain?run={place.run}&view=groups"
        looked_at(page, groups, waits=".js-plotly-plot")


def test_a_visitor_on_a_phone_reads_titles_and_examples_as_text(place: Place) -> None:
    with browser(place.url, width=390) as page:
        for text in (TYPED, STRINGS["one-word"][:600], STRINGS["combining"]):
            looked_at(page, f"{place.url}/?{urlencode({'link': place.link, 'text': text})}", waits="text=That is right")
        assert page.locator("h1").inner_text().replace(JOINER, "") == NAME[:100]
