"""Feedback is kept whole whatever was typed, is listed by run, by link and by whether the answer was wrong, and goes with its run."""

from __future__ import annotations

import pytest

from fmcore.errors import StoreError
from fmcore.records import Dataset
from fmcore.store import Store
from tests.store.examples import spec

SCORES = {"bad": 0.8, "good": 0.2}


@pytest.fixture
def run(store: Store, known: Dataset) -> str:
    return store.log_run(spec(), name="a", who="ana", key="1")


def test_what_is_said_comes_back_the_newest_first(store: Store, run: str) -> None:
    first = store.add_feedback(
        run, "Fine day", answer="bad", scores=SCORES, wrong=True, right="good", comment="irony", who="bo", link="l-1"
    )
    second = store.add_feedback(run, "Rain", pair="Snow", answer="bad", scores=SCORES, wrong=False, who="ana")
    assert store.feedback(run) == [second, first]
    assert (first.text, first.right, first.comment, first.who, first.link, first.scores) == (
        "Fine day",
        "good",
        "irony",
        "bo",
        "l-1",
        SCORES,
    )
    assert (second.pair, second.right, second.comment, second.link) == ("Snow", None, "", None)
    assert [(event.who, str(event.sentence)) for event in store.events(run)[:2]] == [
        ("ana", "Said that an answer is right."),
        ("bo", "Said that an answer is wrong."),
    ]
    assert "Fine day" not in repr(store.events())  # people's own words stay in one place


def test_it_is_listed_by_link_by_wrong_and_page_by_page(store: Store, run: str) -> None:
    for number in range(6):
        link = "l-1" if number < 2 else None
        store.add_feedback(run, str(number), answer="bad", scores=SCORES, wrong=number % 2 == 0, who="bo", link=link)
    other = store.log_run(spec(), name="b", who="ana", key="2")
    store.add_feedback(other, "elsewhere", answer="bad", scores=SCORES, wrong=True, who="bo")
    assert [one.text for one in store.feedback(run, wrong=True)] == ["4", "2", "0"]
    assert [one.text for one in store.feedback(run, link="l-1")] == ["1", "0"]
    assert [one.text for one in store.feedback(run, offset=1, limit=2)] == ["4", "3"]
    assert (store.count_feedback(run), store.count_feedback(run, wrong=True), store.count_feedback(run, link="l-1")) == (6, 3, 2)


@pytest.mark.parametrize("text", ["", "a\0b", "\ud83d", "</script><script>alert(1)</script>", "‮שלום 😀", "=1+1", "$x^2$ **b**"])
def test_whatever_was_typed_comes_back_as_it_was(store: Store, run: str, text: str) -> None:
    kept = store.add_feedback(run, text, answer="bad", scores=SCORES, wrong=True, comment=text, who="bo")
    assert store.feedback(run) == [kept] and kept.text == kept.comment == text


def test_it_is_up_to_250_000_characters_of_a_known_run(store: Store, run: str) -> None:
    store.add_feedback(run, "x" * 249_999, answer="bad", scores=SCORES, wrong=True, comment="y", who="bo")
    with pytest.raises(StoreError, match="up to 250000 characters in all; found 250001"):
        store.add_feedback(run, "x" * 249_999, answer="bad", scores=SCORES, wrong=True, comment="yy", who="bo")
    with pytest.raises(StoreError, match="no run r-none"):
        store.add_feedback("r-none", "x", answer="bad", scores=SCORES, wrong=True, who="bo")
    assert store.count_feedback(run) == 1


def test_it_goes_with_the_run(store: Store, run: str) -> None:
    store.add_feedback(run, "x", answer="bad", scores=SCORES, wrong=True, who="bo")
    store.delete_runs([run], "ana")
    store.purge_runs([run], "ana")
    assert store.feedback(run) == [] and store.count_feedback(run) == 0
