"""The Swaps page: pairs to read before anything starts, one job per wish, the verdict first, sealed sentences counted."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from fmcore.data import shelf
from fmcore.pipeline import runs
from fmcore.records import Run, Status, say
from fmcore.store import Identity, open_store
from pages.shared import uploads
from pages.shared.swaps import swaps_downloads
from pages.shared.swaps.swaps_answer import _judged
from tests.pages import history, swapped
from tests.pipeline import finished

HOSTILE = "<img src=x onerror=alert(1)> **loud** :red[x]"


@pytest.fixture
def run_id(home: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A finished run on sentences about women, with nobody at work on the queue."""
    monkeypatch.setattr("fmcore.jobs.ensure_supervisor", lambda: None)
    monkeypatch.setattr("fmcore.jobs.control.ensure_supervisor", lambda: None)
    store = history.store()
    dataset = history.add_dataset(store)
    made = history.finished_run(store, dataset)
    finished.give_model(made)
    frame = shelf.rows(dataset.id)
    frame["text"] = [f"She lost her {split} card, {n}." for n, split in enumerate(frame["fmc_split"])]
    shelf.save(dataset, frame, {})
    return made


def page(run_id: str, **address: str) -> AppTest:
    shown = history.app("3_judge/swaps", run=run_id, **address)
    assert not shown.exception, shown.exception
    return shown


def words(shown: AppTest) -> str:
    return history.words(shown).replace("\\", "")


def only_test(run_id: str) -> Run:
    [row] = open_store().queue()
    assert row.parents == (run_id,)
    return row


def test_without_a_run_those_that_have_a_model_are_offered(run_id: str) -> None:
    store = history.store()
    words_only = history.baseline_of(store, store.datasets()[0], run_id)
    shown = history.app("3_judge/swaps")
    assert {f"pick-{run_id}"} == {one.key for one in shown.button if str(one.key).startswith("pick-")}
    refused = page(words_only)
    assert f"Use {run_id}, which it was made for" in words(refused) and not refused.get("button_group")


def test_some_pairs_are_shown_with_what_was_swapped_marked(run_id: str) -> None:
    said = words(page(run_id, categories="gender"))
    assert ":orange-background[**He**] lost :orange-background[**his**] validation card" in said
    assert "4 pairs in what was looked at" in said
    assert "test card" not in said


def test_sealed_sentences_are_not_shown_before_they_are_opened(run_id: str) -> None:
    said = words(page(run_id, sentences="test"))
    assert "validation card" in said and "test card" not in said and "The test rows stay sealed" in said
    assert open_store().looks(run_id) == []


def test_a_triple_click_is_one_job_with_what_the_form_says(run_id: str) -> None:
    asked = {"categories": "gender", "favourable": history.LABELS[1], "tolerance": "0.1", "sentences": "test", "minimum": "5"}
    for _click in range(3):
        page(run_id, **asked).button(key="swaps-start").click().run()
    test = only_test(run_id)
    settings = {name: test.spec.settings[name] for name in ("categories", "favourable", "tolerance", "split", "minimum")}
    assert settings == {"categories": "gender", "favourable": history.LABELS[1], "tolerance": 0.1, "split": "test", "minimum": 5}
    waiting = page(run_id, test=test.id)
    assert "Starting." in words(waiting) and waiting.button(key="swaps-stop")
    waiting.button(key="swaps-stop").click().run()
    assert open_store().run(test.id).status is Status.STOPPED


def test_neutral_sentences_are_asked_in_the_language_of_the_data(run_id: str) -> None:
    shown = page(run_id, ask="templates", categories="religion")
    assert "Christian" in words(shown) and "基督徒" not in words(shown)
    shown.button(key="swaps-start").click().run()
    assert only_test(run_id).spec.settings["in_place"] is False


def test_pairs_from_a_file_are_asked_as_they_are(run_id: str) -> None:
    upload = uploads.keep("pairs.csv", f"old,new,category\nShe is late,{HOSTILE},sex\nShe left,He left,sex\n".encode())
    shown = page(run_id, ask="pairs", **{"file-pairs": upload})
    assert "2 pairs" in words(shown) and "sex: old" in words(shown)
    assert not any("<img" in str(one.value).replace("\\<", "") or ":red[" in str(one.value) for one in shown.markdown)
    shown.button(key="swaps-start").click().run()
    settings = only_test(run_id).spec.settings
    assert (settings["words"], settings["pairs"]) == ("own table", 2)


def test_own_words_are_used_and_a_list_that_can_not_be_read_starts_nothing(run_id: str) -> None:
    good = uploads.keep("own.toml", b'language = "en"\n[terms.thing.card]\na = ["card"]\n[terms.thing.book]\na = ["book"]\n')
    said = words(page(run_id, **{"file-words": good}))
    assert "Instead of the lists that ship: thing (card, book)" in said and "**book**" in said
    bad = uploads.keep("bad.toml", b"language = ")
    shown = page(run_id, **{"file-words": bad})
    assert len(shown.error) == 1 and "bad.toml is not TOML" in shown.error[0].value.replace("\\", "")
    assert not [one for one in shown.button if one.key == "swaps-start"]


def test_what_can_not_be_asked_is_one_sentence(run_id: str) -> None:
    shown = page(run_id, categories="disability")
    assert "No sentence that was looked at" in words(shown)
    shown.button(key="swaps-start").click().run()
    assert len(shown.error) == 1 and "nothing to ask" in shown.error[0].value
    assert open_store().queue() == []


def test_the_verdict_stands_first_then_how_often_how_far_and_the_worst_sentences(run_id: str) -> None:
    test = swapped.test_of(
        open_store(), run_id, swapped.answered(history.LABELS, word=HOSTILE), split="validation", favourable=history.LABELS[1]
    )
    shown = page(run_id, test=test)
    markdown = [str(one.value).replace("\\", "") for one in shown.markdown]
    first = next(place for place, one in enumerate(markdown) if "answers or scores change by more than is acceptable: gender" in one)
    said = next(place for place, one in enumerate(markdown) if "the answer changes in 25.0 % of 40 sentences" in one)
    worst = next(
        place for place, one in enumerate(markdown) if "**He** lost card" in one.replace(":orange-background[", "").replace("]", "")
    )
    assert first < said < worst
    assert "The answer changes. The score for good <b>loud</b> moves by −0.600." in words(shown)
    assert "A note." in words(shown) and open_store().looks(run_id) == []
    assert not any("<img" in str(one.value).replace("\\<", "") for one in shown.markdown)
    again = page(test)  # a link to the test itself
    assert again.query_params == {"run": run_id, "test": test}


def test_sealed_answers_stay_closed_until_they_are_opened_and_each_opening_counts(run_id: str) -> None:
    test = swapped.test_of(open_store(), run_id, swapped.answered(history.LABELS), split="test")
    shown = page(run_id, test=test)
    assert "The test split is sealed" in words(shown) and "25.0 %" not in words(shown)
    shown.button(key="open-test").click().run()
    assert "25.0 %" in words(shown)
    shown.run()
    assert [look.how for look in open_store().looks(run_id)] == ["swaps page"]


def test_pairs_that_somebody_brought_are_no_look_at_the_test_rows(run_id: str) -> None:
    test = swapped.test_of(open_store(), run_id, swapped.answered(history.LABELS), words="own table")
    assert "25.0 %" in words(page(run_id, test=test)) and open_store().looks(run_id) == []


def test_earlier_tests_are_listed_and_unknown_ones_told(run_id: str) -> None:
    test = swapped.test_of(open_store(), run_id, swapped.answered(history.LABELS), split="validation", categories="gender")
    shown = page(run_id, test="r-none")
    assert "r-none" in words(shown)
    assert shown.button(key=f"swaps-{test}").label.replace("\\", "") == "Validation sentences · gender · 40 pairs"
    shown.button(key=f"swaps-{test}").click().run()
    assert "25.0 %" in words(shown) and shown.query_params["test"] == test
    other = history.finished_run(open_store(), open_store().datasets()[0], name="other")
    assert "is no swap test of this run" in words(page(other, test=test))


def test_a_failed_test_says_why_and_can_be_asked_again(run_id: str) -> None:
    store = open_store()
    page(run_id).button(key="swaps-start").click().run()
    test = only_test(run_id)
    claim = store.claim(Identity("boot", 1, 0.0, "here"), "cpu")
    assert claim is not None
    store.finish(test.id, claim.token, Status.FAILED, say("The model of {run} is gone.", run=run_id), 1.0)
    shown = page(run_id, test=test.id)
    assert f"The model of {run_id} is gone." in shown.error[0].value.replace("\\", "")
    shown.button(key="swaps-again").click().run()
    assert store.run(test.id).status is Status.QUEUED


def test_changed_answers_are_one_sentence_and_no_figure(run_id: str) -> None:
    test = swapped.test_of(open_store(), run_id, swapped.answered(history.LABELS), split="validation")
    path = runs.folder(test) / "swaps.parquet"
    pd.read_parquet(path).iloc[1:].to_parquet(path, index=False)
    shown = page(run_id, test=test)
    assert "were changed since it ended" in shown.error[0].value and "25.0 %" not in words(shown)


def test_downloads_hold_everything_and_no_formula(run_id: str) -> None:
    store = open_store()
    test = store.run(swapped.test_of(store, run_id, swapped.answered(history.LABELS).assign(after="=1+1"), split="validation"))
    table = pd.read_csv(io.BytesIO(swaps_downloads.as_csv(test)))
    assert table["after"].unique().tolist() == ["'=1+1"] and len(table) == 40
    found = json.loads(swaps_downloads.as_json(test, _judged(test.id, "once")))
    assert (found["run"], found["swaps"], found["by_category"]) == (run_id, test.id, {"gender": "fail"})
