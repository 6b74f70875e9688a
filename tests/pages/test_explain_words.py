"""The views of words: what speaks for an answer, how far to trust it, what turns it, and where groups differ; hostile text stays text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fmcore import inference, jobs
from fmcore.data import shelf
from fmcore.errors import ModelError
from fmcore.explain.records import Answered, Attribution, Counterfactual, Edit, Search
from fmcore.inference.operations import find
from fmcore.jobs.supervisor import work_inline
from fmcore.pipeline import explained
from fmcore.pipeline.trained import load
from fmcore.records import Status, say
from fmcore.report import explain_words
from fmcore.store import open_store
from pages.shared.explain import explain_ask, explain_beside
from tests.inference.trained import trained
from tests.pages import history
from tests.pipeline.finished import finish

HOSTILE = "</script><script>document.title='owned'</script> <img src=x onerror=alert(1)> \u202e😀 שלום **b** $x$"


@pytest.fixture
def run_id(home: Path, tiny_model: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> str:
    """A done run whose model answers in this process."""
    made = trained(tiny_model, tiny_rows)
    held = load(made)

    def ask(run: str, operation: str, *, timeout: float = 0, **asked: Any) -> Any:
        return find(operation)(held, **asked)

    monkeypatch.setattr(inference, "ask", ask)
    monkeypatch.setattr(inference, "wake", lambda run=None: None)
    return made


def opened(run_id: str, view: str, **address: str):
    page = history.app("4_try/explain", run=run_id, view=view, **address)
    assert not page.exception and not page.error, history.words(page)
    return page


def test_words_stand_with_their_sum_and_its_error(run_id: str) -> None:
    page = opened(run_id, "words")
    said = history.words(page)
    assert "The model answers" in said and "completeness error" in said and "\\[MASK\\]" in said
    assert "None yet. A report holds no text" in said


@pytest.mark.parametrize("view", ["words", "trust", "edits", "attention", "steps"])
def test_a_model_that_is_gone_is_one_sentence_in_every_view(run_id: str, monkeypatch: pytest.MonkeyPatch, view: str) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise ModelError("The model of {run} is not there any more.", run=run_id)

    monkeypatch.setattr(inference, "ask", refuse)
    page = history.app("4_try/explain", **{"run": run_id, "view": view, "from": "own", "text": "a lovely and quick room"})
    assert not page.exception and len(page.error) == 1 and "is not there any more" in page.error[0].value


def test_a_job_that_explains_is_seen_at_work_and_at_its_end(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ensure_supervisor", lambda: None)
    page = opened(run_id, "words")
    page.button(key="explain-keep").click().run()
    job = explained.newest(run_id)
    assert job is not None and "Starting." in history.words(page) and not [one for one in page.button if one.key == "explain-keep"]
    work_inline()
    page = opened(run_id, "words")
    assert "6 test rows, put there by tester." in history.words(page) and page.button(key="explain-keep").label == "Make them anew"
    page.button(key="explain-keep").click().run()
    page.button(key="explain-keep-stop").click().run()
    assert explained.newest(run_id).status is Status.STOPPED and explained.kept(run_id) is not None


def test_words_of_a_hostile_text_are_only_words(run_id: str) -> None:
    page = opened(run_id, "words", **{"from": "own", "text": HOSTILE})
    drawn = "".join(one.proto.body for one in page.get("html"))
    assert "&lt;" in drawn and "<script" not in drawn and "<img" not in drawn and "\u202e" not in drawn


def test_an_attribution_is_drawn_with_its_sign_in_the_line_below_and_in_numbers() -> None:
    found = Attribution(
        "m", ("good <b>",), "up", "up", 0.7, ("good", "<b>"), ((0, 0, 4), (0, 5, 8)), (1.0, -0.5), (True, True), 0.0, "[MASK]"
    )
    drawn = str(explain_words.words(found))
    assert "3px solid" in drawn and "3px dashed" in drawn and "+1.00" in drawn and "-0.50" in drawn and "&lt;b&gt;" in drawn


def test_trust_gives_a_verdict_in_a_sentence_and_every_figure(run_id: str) -> None:
    page = opened(run_id, "trust")
    table = page.dataframe[0].value
    assert len(table) == 6 and table["what"].str.contains("Stability").any()
    assert any(word in history.words(page) for word in ("Supported", "Weak", "No better than random"))


def test_edits_say_what_was_tried_and_can_become_training_rows(run_id: str) -> None:
    from fmcore.pipeline import explain

    assert "edited texts were answered by the model" in history.words(opened(run_id, "edits"))
    dataset = open_store().dataset(open_store().run(run_id).spec.dataset)
    made = explain.add_rows(dataset.id, [(("a lovely but slow train",), "bad")])
    assert (made.name, made.version) == (dataset.name, 2)
    assert made.rows["train"] == dataset.rows["train"] + 1 and made.rows["test"] == dataset.rows["test"]


def test_edits_of_a_row_start_from_its_label_not_from_a_wrong_answer(run_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = shelf.rows(open_store().run(run_id).spec.dataset, "validation").set_index("fmc_id")

    def wrong(run: Any, text: str, wanted: str | None) -> Search:
        label, other = rows.set_index("text").loc[text, "label"], {"bad": "good", "good": "bad"}
        turned = Counterfactual((f"{text} not",), (Edit("swap", "today", "today not"),), other[label], label, 0.9)
        return Search(Answered((text,), other[label], 0.8), (turned,), 3, say("One word is enough."))

    monkeypatch.setattr(explain_ask, "edits", wrong)
    page = opened(run_id, "edits")

    def box(label: str) -> Any:
        return next(one for one in page.selectbox if one.label == label)

    own = rows.loc[box("Row").value, "label"]
    assert box("True label of the edited texts").value == own
    box("True label of the edited texts").set_value({"bad": "good", "good": "bad"}[own]).run()
    alike = next(n for n, text in enumerate(box("Row").options) if n and rows.set_index("text").loc[text[2:], "label"] == own)
    box("Row").select_index(alike).run()
    assert box("True label of the edited texts").value == own, "what was chosen for one text is not another's"


def test_another_run_of_the_data_or_of_another_version_of_it_can_stand_beside(run_id: str) -> None:
    from fmcore.pipeline import explain

    store = open_store()
    run = store.run(run_id)
    data = store.dataset(run.spec.dataset)
    again = finish(data, name="again")
    after = finish(explain.add_rows(data.id, [(("a lovely but slow train",), "bad")]), name="after edits")
    assert explain_beside.named(run, store) == {again: "again", after: "after edits, data version 2"}
    assert explain_beside.named(store.run(after), store)[run_id] == "trained, data version 1"
    assert "The same text in after edits" in history.words(opened(run_id, "words", beside=after))
    store.edit_run(after, version=store.run(after).version, who="tester", name=run.name)
    assert f"The same text in trained \\({after[-4:]}\\)" in history.words(opened(run_id, "words", beside=after))


def test_an_edit_of_a_held_out_row_is_known_as_one(run_id: str) -> None:
    from fmcore.pipeline import explain

    data = open_store().dataset(open_store().run(run_id).spec.dataset)
    for split in ("test", "validation", "train"):
        row = shelf.rows(data.id, split).iloc[0]
        known = {"test": ("test", None), "validation": ("validation", row["label"]), "train": None}  # a test row's label stays sealed
        assert explain.held_out(data, (row["text"],)) == known[split]
    assert explain.held_out(data, ("a text of nobody",)) is None


def test_groups_are_compared_over_all_rows_and_test_rows_stay_sealed(run_id: str) -> None:
    page = opened(run_id, "groups", **{"over-rows": "test"})
    assert "The test split is sealed" in history.words(page)
    assert "20 texts or more" in history.words(opened(run_id, "groups"))
