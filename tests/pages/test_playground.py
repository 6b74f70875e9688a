"""The Playground and the Demo view: an answer in a sentence, whatever was typed; what people say is kept; a link opens one model alone.

The model is a stand-in that counts words, so that every number can be worked out; tests/browser asks a real one.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from fmcore import inference
from fmcore.errors import InferenceError, ModelError
from fmcore.inference import Answered, EightBits
from fmcore.records import Estimate
from fmcore.settings import get_settings
from fmcore.store import DemoSettings, Example, Store
from fmcore.store import secret as secrets
from pages.shared import typed, uploads
from pages.shared.playground import try_bars, try_edit, try_level, try_links, try_near
from tests.pages import history
from tests.pages.history import LABELS, app, words

PAGE, DEMO = "4_try/playground", "4_try/demo"
BAD, GOOD = LABELS
HOSTILE = "</script><script>alert(1)</script> **b** $x$ :smile: \0 ‮ 😀"


def answer(run_id: str, texts: list, *, timeout: float = 60, int8: bool = False) -> list[Answered]:
    """One "awful" is 80 % bad, two are 90 %; without one it is 60 % good. In 8 bits the same."""
    IN_INT8.append(int8)
    found = []
    for text in texts:
        n = str(text).count("awful")
        bad = {0: 0.4, 1: 0.8}.get(n, 0.9)
        scores = {BAD: bad, GOOD: 1 - bad}
        label = max(scores, key=scores.__getitem__)
        found.append(Answered(label, scores[label], scores, min(128, len(str(text).split())), len(str(text)) > 50_000, True))
    return found


IN_INT8: list[bool] = []


def ask(run_id: str, operation: str, *, timeout: float = 120, **asked: object) -> dict:
    row = {"similarity": 0.9, "label": BAD, "texts": ["<b>a training row</b>"]}
    state = {"ready": True, "done": 8, "of": 8, "left_out": 0, "unknown": [0], "tokens": [3]}
    return state | {"nearest": [[row, {**row, "label": GOOD}]]}


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setattr(inference, "answer", answer)
    monkeypatch.setattr(inference, "ask", ask)
    monkeypatch.setattr(inference, "wake", lambda run_id=None: None)
    return history.store()


@pytest.fixture
def run(store: Store) -> str:
    return history.finished_run(store, history.add_dataset(store))


def fine(test: AppTest) -> str:
    assert not test.exception and not test.error, [one.value for one in test.error]
    return words(test)


def html(test: AppTest) -> str:
    return "".join(one.proto.body for one in test.get("html"))


def press(test: AppTest, label: str) -> AppTest:
    return next(one for one in test.button if one.label == label).click().run()


def test_without_a_model_it_says_what_is_missing_and_offers_it(store: Store) -> None:
    test = app(PAGE)
    assert "There is no model to try yet" in fine(test) and [one.label for one in test.button] == ["Run the demo"]


def test_the_answer_is_a_sentence_with_its_confidence_and_all_scores(run: str) -> None:
    test = app(PAGE, text="an awful room", level="0.7")
    assert "My answer is **bad**, with a confidence of **80\xa0%**." in fine(test)
    assert "On texts like those it was tested with, about 80 of 100 answers as sure as this one should be right" in words(test)
    assert "About any other kind of text this says nothing." in words(test) and "check_circle" not in words(test)
    assert "width:80.0%" in html(test) and "width:20.0%" in html(test)
    assert "**1** of 2 carry the label that it gave" in words(test) and "&lt;b&gt;a training row" in html(test)


def test_below_the_level_it_would_rather_ask_a_person(run: str) -> None:
    test = app(PAGE, text="an awful room", level="0.85")
    assert "I’d rather ask a person" in fine(test)
    assert "My best guess is **bad**, but its confidence of **80\xa0%** is below 85\xa0%." in words(test)


def test_an_edit_shows_what_was_changed_and_how_the_answer_moved_and_a_reload_keeps_it(run: str) -> None:
    test = app(PAGE, text="an awful room today", level="0.5")
    assert "Changed since" not in fine(test)
    test.text_area(key="typed-text").set_value("an awful awful room today").run()
    for page in (test, app(PAGE, **dict(test.query_params))):
        assert "Changed since the last answer: **awful**" in fine(page)
        assert "The answer stays **bad**: 80\xa0% → **90\xa0%**." in words(page)
        assert "left:calc(80.0% - 1px)" in html(page)
    test.text_area(key="typed-text").set_value("something else altogether").run()
    assert "Changed since" not in fine(test)


@pytest.mark.parametrize("text", [HOSTILE, "[unused1] ⁂ ⁂", "שלום עולם", "👩‍👩‍👧‍👦" * 50, "x" * 100_000])
def test_whatever_is_typed_is_answered_and_nothing_of_it_is_run(run: str, text: str) -> None:
    test = app(PAGE)
    test.text_area(key="typed-text").set_value(text).run()
    said = fine(test)
    assert "<script>" not in said and "<script>" not in html(test)
    assert "confidence of **60\xa0%**" in said


def test_nothing_and_too_much_are_one_sentence(run: str) -> None:
    assert [one.value for one in app(PAGE, text=" \n ").info] == ["Type or paste a text, or click an example."]
    test = app(PAGE)
    test.text_area(key="typed-text").set_value("x" * 100_001).run()
    assert [one.value for one in test.info] == [
        "This text has 100,001 characters; the page takes up to 100,000. Shorten it, or put it into a file."
    ]


def test_a_long_text_is_found_again_after_a_reload(run: str) -> None:
    test = app(PAGE)
    test.text_area(key="typed-text").set_value("long " * 1_000).run()
    assert "text" not in test.query_params and len(test.query_params["text-file"]) == 24
    again = app(PAGE, **{"text-file": test.query_params["text-file"]})
    assert again.text_area(key="typed-text").value == "long " * 1_000


def test_a_model_that_is_gone_and_a_worker_that_died_are_one_sentence_each(run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (ModelError("The model of {run} is not there any more.", run=run), InferenceError("It ended twice.")):

        def refuse(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(inference, "answer", refuse)
        test = app(PAGE, text="a room")
        assert not test.exception and len(test.error) == 1
        assert test.text_area(key="typed-text").value == "a room"


def test_two_models_stand_side_by_side_and_a_run_without_a_model_is_told(store: Store, run: str) -> None:
    dataset = store.dataset("d-000000000001")
    other = history.finished_run(store, dataset, name="second **model**")
    words_only = history.baseline_of(store, dataset, run)
    test = app(PAGE, runs=f"{run},{other},{words_only}", text="an awful room", level="0.5")
    assert fine(test).count("My answer is **bad**") == 2 and "second \\*\\*model\\*\\*" in words(test)
    assert any("keeps no model" in one.value for one in test.warning)
    told = [one.value for one in test.caption if "validation rows" in one.value]
    assert len(told) == 2 and told[0].startswith("**shown**: On the 4 ")  # each model's own


def test_a_click_on_an_example_is_asked(run: str) -> None:
    test = app(PAGE, examples="finance", level="0.5")
    next(one for one in test.button if one.label.startswith("There is a payment")).click().run()
    assert test.text_area(key="typed-text").value == "There is a payment of 89 euros on my card that I did not make."
    assert "My answer is" in fine(test)


def test_examples_of_the_data_are_validation_rows_one_of_each_label_first(run: str) -> None:
    test = app(PAGE)
    shown = [one.label for one in test.button if one.key and one.key.startswith("example-")]
    assert shown == ["validation text 0", "validation text 1", "validation text 2", "validation text 3"]


def test_pairs_have_two_fields_and_both_are_asked_for(store: Store) -> None:
    dataset = history.add_dataset(store)
    pairs = replace(dataset, id="d-00000000000b", name="pairs", columns=replace(dataset.columns, text_pair="label"), fingerprint="b" * 64)
    run = history.finished_run(store, store.add_dataset(pairs), name="pairs")
    test = app(PAGE, runs=run, text="an awful room", level="0.5")
    assert [one.value for one in test.info] == ["Type or paste both texts, or click an example."]
    test.text_area(key="typed-pair").set_value("so awful").run()
    assert "confidence of **90\xa0%**" in fine(test)


def test_this_is_wrong_is_kept_with_who_and_what_would_be_right(store: Store, run: str) -> None:
    test = press(app(PAGE, text=f"an awful room {HOSTILE}", level="0.5"), "This is wrong")
    test.selectbox[0].set_value(GOOD).run()
    next(one for one in test.text_input if one.label.startswith("Why?")).set_value("irony </script>").run()
    again = app(PAGE, **dict(test.query_params))  # a reload loses nothing
    assert again.selectbox[0].value == GOOD
    test = press(again, "Send")
    assert not test.exception and not test.error and not test.selectbox
    assert ["You said that this is wrong" in one.value for one in test.success] == [True]  # stays, as long as the text does
    [kept] = store.feedback(run)
    assert (kept.text, kept.answer, kept.wrong, kept.right) == (f"an awful room {HOSTILE}", BAD, True, GOOD)
    assert (kept.comment, kept.who, kept.link, kept.scores[BAD]) == ("irony </script>", "tester", None, 0.8)
    test = press(test, "That is right")
    assert [one.wrong for one in store.feedback(run)] == [False, True]
    assert ["You said that this is right" in one.value for one in test.success] == [True]
    test.text_area(key="typed-text").set_value("something else altogether").run()
    assert not test.success
    said = app(PAGE, view="said")
    assert "Answers that people called wrong: **1** of 2." in fine(said)
    shown = said.dataframe[0]
    assert shown.value["wrong"].tolist() == ["✓", "✕"] and shown.value["who"].tolist() == ["tester", "tester"]
    widths = [column["width"] for column in json.loads(shown.proto.columns).values() if "width" in column]
    assert len(widths) == 8 and sum(widths) <= 818  # what a page of 1,280 pixels has beside the menu


@pytest.mark.parametrize(("unknown", "told"), [(7, False), (8, True), (20, True), (32, True)])
def test_a_text_of_which_the_model_knows_little_is_told(run: str, unknown: int, told: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "ask", lambda *given, **more: ask(*given, **more) | {"unknown": [unknown], "tokens": [32]})
    test = app(PAGE, text="an awful room", level="0.5")
    assert ("The model knows " in fine(test)) == told
    assert (f"knows only {32 - unknown} of the 32 pieces" in words(test)) == (told and unknown < 32)


def test_a_file_is_answered_row_by_row_and_an_empty_text_is_not(run: str) -> None:
    upload = uploads.keep("batch.csv", b"id,text\n1,an awful room\n2,\n3,=1+1\n")
    test = app(PAGE, view="file", level="0.7", **{"file-batch": upload})
    assert "**2** of 3 rows have an answer; **1** of them I’d rather leave to a person." in fine(test)
    shown = test.dataframe[0].value
    assert shown["answer"].tolist() == [BAD, "", GOOD] and shown["person"].tolist() == ["", "", "✓"]


@pytest.mark.parametrize(
    ("lost", "told"), [(0.01, "can't be told from 300 validation rows: 0.8900 instead"), (0.05, "In 8 bits accuracy is lost: 0.85")]
)
def test_a_file_is_answered_in_8_bits_only_where_accuracy_is_not_surely_lost(
    run: str, lost: float, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measured(run_id: str) -> EightBits:
        return EightBits(*(Estimate(v, v - 0.02, v + 0.02, 0.95, 300, "wilson") for v in (0.9, 0.9 - lost, -lost)))

    monkeypatch.setattr(inference, "int8_check", measured)
    upload = uploads.keep("batch.csv", f"id,text\n1,an awful room of {lost}\n".encode())
    IN_INT8.clear()
    test = app(PAGE, view="file", int8="on", **{"file-batch": upload})
    assert told in fine(test).replace("\\", "") and [lost == 0.01] == IN_INT8
    assert test.dataframe[0].value["answer"].tolist() == [BAD]


def test_a_link_is_shown_once_and_opens_this_model_alone(store: Store, run: str) -> None:
    test = press(app(PAGE, view="share", level="0.85"), "Make the link")
    address = test.code[0].value
    assert "/?link=link-" in address and not test.exception and not test.error
    assert test.code[1].value == "STREAMLIT_SERVER_ADDRESS=0.0.0.0 FMCORE_ONLY_LINKS=true make run PORT=8600"
    assert not app(PAGE, view="share").code  # another visit does not show it
    secret = address.partition("?link=")[2]
    [link] = store.links(run)
    assert (link.who, link.settings.level, link.visits) == ("tester", 0.85, 0)
    for _ in range(2):
        demo = app(DEMO, link=secret, text="an awful room")
        assert demo.title[0].value == "shown" and "I’d rather ask a person" in fine(demo)
        assert not demo.sidebar and "training" not in words(demo) and "a training row" not in html(demo)
    demo.run()
    assert store.links(run)[0].visits == 2  # a rerun is no further visit


def test_by_a_link_no_other_page_and_no_other_run_can_be_reached(store: Store, run: str) -> None:
    other = history.finished_run(store, store.dataset("d-000000000001"), name="other run")
    secret, _ = store.add_link(run, "For the board", "ana", 7, DemoSettings(0.5, (Example("An awful day"),)))
    for at in ("2_train/runs", "3_judge/evaluate", PAGE, "0_home/home"):
        test = app(at, link=secret, run=other, runs=other)
        assert [one.value for one in test.title] == ["For the board"] and "other run" not in fine(test)
        test.query_params.clear()
        assert [one.value for one in test.run().title] == ["For the board"]  # the session stays with its link
    assert [one.value for one in app("2_train/runs").title] == ["Runs"]  # people without a link work as before


def test_where_only_links_are_served_there_is_nothing_without_one(store: Store, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _ = store.add_link(run, "For the board", "ana", 7)
    monkeypatch.setenv("FMCORE_ONLY_LINKS", "true")
    get_settings.cache_clear()
    for at in ("2_train/runs", PAGE, "0_home/home"):
        assert [one.value for one in app(at, run=run).title] == ["This page is closed"]
    assert [one.value for one in app(DEMO, link=secret).title] == ["For the board"]


@pytest.mark.parametrize("state", ["unknown", "malformed", "empty", "expired", "revoked", "binned"])
def test_a_link_that_opens_nothing_is_one_kind_sentence(store: Store, run: str, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, link = store.add_link(run, "For the board", "ana", 7)
    if state == "expired":
        monkeypatch.setattr(secrets, "now", lambda: link.expires)
    if state == "revoked":
        store.revoke_link(link.id, "ana")
    if state == "binned":
        store.delete_runs([run], "ana")
    test = app(DEMO, link={"unknown": f"{secret}x", "malformed": "' \0 %s </script>", "empty": ""}.get(state, secret), text="an awful room")
    assert [one.value for one in test.title] == ["This page is closed"] and "can make a new one" in fine(test)
    assert not test.text_area and not test.sidebar and "For the board" not in words(test)


def test_a_guest_reads_nothing_of_where_a_lost_model_lay(store: Store, run: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ModelError("The model of {run} is not in {folder} any more.", run=run, folder="/secret/place")

    secret, _ = store.add_link(run, "For the board", "ana", 7)
    monkeypatch.setattr(inference, "answer", refuse)
    test = app(DEMO, link=secret, text="an awful room")
    assert [one.value for one in test.error] == ["The model can’t answer at the moment. Please tell whoever sent you the link."]


def test_what_a_visitor_says_is_kept_under_the_link_and_their_name(store: Store, run: str) -> None:
    secret, link = store.add_link(run, "For the board", "ana", 7, DemoSettings(0.5, (Example("An awful day"),)))
    test = app(DEMO, link=secret)
    next(one for one in test.button if one.label == "An awful day").click().run()
    press(test, "That is right")
    test.text_input[0].set_value("Dana").run()
    press(press(test, "This is wrong"), "Send")
    assert app(PAGE, view="said").dataframe[0].value["who"].tolist() == ["Dana · For the board", "a visitor · For the board"]
    assert [(one.who, one.wrong, one.link) for one in store.feedback(run)] == [("Dana", True, link.id), ("a visitor", False, link.id)]


def test_revoking_a_link_asks_first(store: Store, run: str) -> None:
    secret, _ = store.add_link(run, "For the board", "ana", 7)
    test = press(app(PAGE, view="share"), "Revoke")
    assert "This can’t be undone" in fine(test) and [one.label for one in test.button][-1] == "Revoke the link"
    assert store.link_of(secret) is not None


def test_a_level_says_how_many_of_the_validation_rows_are_answered_and_how_many_rightly() -> None:
    known = try_level.Known(0.7, np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, False, True, True]))
    share, right = known.above(0.7)
    assert share == 0.75 and right.value == pytest.approx(2 / 3) and right.n == 3
    assert known.above(0.95)[0] == 0 and known.above(0.95)[1].value is None


def test_two_texts_are_an_edit_when_half_of_the_words_are_the_same() -> None:
    assert try_edit.is_edit(("a b c d",), ("a b c x",)) and not try_edit.is_edit(("a b c d",), ("a x y z",))
    assert not try_edit.is_edit(("a b",), ("a  b",)) and not try_edit.is_edit(("",), ("a",))
    assert try_edit.changes("a **b** c", "a d c e") == "~~\\*\\*b\\*\\*~~ **d** **e**"


def test_bars_and_examples_hold_no_markup_of_labels_and_texts() -> None:
    scores = {f'<img src="{n}" onerror=alert(1)>': 0.05 for n in range(20)}
    shown, rest = try_bars.chosen(scores)
    assert len(shown) == 10 and rest == 10
    made = try_bars.as_html(shown, list(scores)) + try_near.as_html(ask("r", "neighbours")["nearest"][0], LABELS)
    assert "<img" not in made and "<b>a training" not in made and "&lt;img src=&quot;0&quot;" in made


def test_the_first_look_at_training_rows_makes_nobody_wait_and_the_bar_goes_on_from_there(
    run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []

    def reading(run_id: str, operation: str, *, timeout: float = 120, seconds: float, **asked: object) -> dict:
        looks.append(seconds)
        return {"ready": False, "done": 2 * len(looks), "of": 1000, "left_out": 0, "unknown": [0], "tokens": [3]}

    monkeypatch.setattr(inference, "ask", reading)
    test = app(PAGE, text="an awful room")
    assert looks == [0, try_near.SECONDS] and not test.exception
    assert [one.proto.text for one in test.get("progress")] == ["The model reads its training rows, once: 4 of 1,000"]


def test_examples_of_a_link_are_lines_and_pairs_are_parted() -> None:
    assert try_links.read_examples("one\n\n two \none", pairs=False) == (Example("one"), Example("two"))
    assert try_links.read_examples("a || b\nonly one\n|| c", pairs=True) == (Example("a", "b"),)


def test_a_run_leads_to_its_playground_and_an_answer_to_its_explanation(run: str) -> None:
    assert "Try it" in [one.label for one in app("2_train/run", run=run).get("page_link")]
    assert "Why this answer?" in [one.label for one in app(PAGE, text="an awful room").get("page_link")]


def test_a_text_that_was_swept_is_simply_gone(run: str) -> None:
    assert app(PAGE, **{"text-file": "0" * 24}).text_area(key="typed-text").value == ""
    assert typed.LONGEST_IN_ADDRESS < 2_000
