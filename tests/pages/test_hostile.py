"""Every one of forty hostile texts on the pages that take a text, in this process; tests/browser/test_hostile.py looks at what is drawn."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from fmcore import inference
from fmcore.errors import FmcoreError
from fmcore.pipeline.trained import load
from fmcore.report.feedback import as_csv
from fmcore.store import DemoSettings, Example, open_store
from tests.hostile import EMPTY, STRINGS
from tests.inference.trained import in_this_process, trained
from tests.pages import history

WORDS = {name: text for name, text in STRINGS.items() if name not in EMPTY}
MARKUP = re.compile(r"<(?!/?(div|span|bdi|b|p|br|sub)\b)[a-z/!]", re.I)
"""A tag in what is drawn as HTML that is none of ours."""


@pytest.fixture
def run_id(home: Path, tiny_model: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> str:
    """A done run whose model answers in this process."""
    made = trained(tiny_model, tiny_rows)
    in_this_process(load(made), monkeypatch)
    return made


def told(page: AppTest) -> str:
    """Return what stands on the page, after seeing to it that nothing broke and no tag came out of a text."""
    said = history.words(page)
    assert not page.exception and "not your doing" not in said, said
    drawn = "".join(one.proto.body for one in page.get("html"))
    assert not MARKUP.search(drawn), drawn[:500]
    return said


def test_whatever_is_typed_gets_an_answer_or_one_sentence(run_id: str) -> None:
    page = history.app("4_try/playground")
    for name, text in STRINGS.items():
        page.text_area(key="typed-text").set_value(_typed(text)).run()
        said = told(page)
        if name in EMPTY:
            assert "Type or paste a text" in said, name
        elif name == "long":
            assert "This text has 100,100 characters; the page takes up to 100,000" in said
        else:
            assert "with a confidence of" in said or "but its confidence of" in said, name


MIXED = " ".join(STRINGS[name] for name in ("script", "html", "bold", "formula", "colour", "null", "right-to-left", "braces", "emoji"))


@pytest.mark.parametrize("view", ["words", "trust", "edits", "attention"])
def test_whatever_is_typed_is_explained_as_words(run_id: str, view: str) -> None:
    page = history.app("4_try/explain", **{"run": run_id, "view": view, "from": "own", "text": MIXED})
    assert told(page) and not page.error


def test_every_text_has_reasons_or_one_sentence_says_why_not(run_id: str) -> None:
    texts = list(WORDS.values())
    assert [one["texts"] for one in inference.ask(run_id, "attribution", texts=texts)] == [[_typed(text)] for text in texts]
    layer, head = {"layer": 0}, {"layer": 0, "head": 0}
    asked = {"attention": layer, "attention-rollout": {}, "attention-neurons": head, "attention-steps": head}
    for operation, more in asked.items():
        for name, text in WORDS.items():
            if name == "long" and operation == "attention-steps":
                with pytest.raises(FmcoreError, match="Shorten it"):
                    inference.ask(run_id, operation, text=text, **more)
            else:
                inference.ask(run_id, operation, text=text, **more)
    for name in EMPTY:
        with pytest.raises(FmcoreError, match="There is no text"):
            inference.ask(run_id, "attribution", texts=[STRINGS[name]])


def test_whatever_a_link_is_called_and_offers_a_visitor_sees_it_as_text(run_id: str) -> None:
    store, examples = open_store(), tuple(Example(text[:2000]) for text in WORDS.values())
    made = [store.add_link(run_id, text[:100], "ana", 3, DemoSettings(0.5, examples))[0] for text in WORDS.values()]
    assert f"**{len(made)}** links so far" in told(history.app("4_try/playground", view="share"))
    page = history.app("4_try/demo", link=made[list(WORDS).index("script")])
    for place, (name, text) in enumerate(WORDS.items()):
        page.button(key=f"example-{place}").click().run()
        assert page.text_area(key="typed-text").value == _typed(text[:2000]), name
        assert "with a confidence of" in told(page) or "but its confidence of" in told(page), name


def test_whatever_people_say_stands_in_the_list_and_in_a_file_that_runs_nothing(run_id: str) -> None:
    store = open_store()
    for text in WORDS.values():
        store.add_feedback(run_id, text, answer="good", scores={"good": 1.0, "bad": 0.0}, wrong=True, right="bad", comment=text, who="ana")
    page = history.app("4_try/playground", view="said")
    assert f"called wrong: **{len(WORDS)}** of {len(WORDS)}." in told(page)
    shown = page.dataframe[0].value["text"].tolist()
    assert sorted(shown) == sorted(text.encode("utf-8", "replace").decode() for text in WORDS.values())
    csv.field_size_limit(1_000_000)
    for row in csv.reader(io.StringIO(as_csv(store.feedback(run_id)).decode("utf-8-sig"))):
        assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t"))]


@pytest.mark.parametrize("act", ["add_link", "add_token"])
def test_a_title_without_any_letter_is_refused(run_id: str, act: str) -> None:
    make: Callable[..., object] = getattr(open_store(), act)
    for name in EMPTY:
        with pytest.raises(FmcoreError, match="takes from 1 to 100 characters"):
            make(run_id, STRINGS[name], "ana", 3)


def test_whatever_runs_are_called_their_pages_open(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    for text in WORDS.values():
        said = " ".join(_typed(text).split())[:200]
        made = history.finished_run(store, dataset, name=said)
        store.edit_run(made, version=store.run(made).version, who="ana", tags=(said[:60],), notes=said)
    for at, asked in (("2_train/runs", {}), ("2_train/run", {"run": made}), ("3_judge/compare", {}), ("4_try/playground", {})):
        page = history.app(at, **asked)
        assert told(page) and not page.error, at


@pytest.mark.parametrize("at", ["2_train/run", "4_try/explain", "4_try/playground"])
def test_whatever_stands_in_the_address_is_no_run_and_told_so(home: Path, at: str) -> None:
    history.finished_run(history.store(), history.add_dataset(history.store()))
    for name in ("script", "link", "formula", "sql", "path", "null"):
        page = history.app(at, **{"runs" if at.endswith("playground") else "run": STRINGS[name].replace(",", " ")})
        assert "There is no run" in told(page)


def _typed(text: str) -> str:
    """Return the text as a browser sends it: half a character does not survive the way."""
    return text.encode("utf-8", "replace").decode()
