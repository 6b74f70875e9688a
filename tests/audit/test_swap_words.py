"""What a swap test says in a few sentences, and what is marked in a pair. Sentences that a person wrote down first."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmcore.audit.records import Finding
from fmcore.audit.swaps import SwapAudit, SwapSpec, judge
from fmcore.audit.swaps.changes import MOST_WORDS, changes
from fmcore.audit.swaps.pairs import COLUMNS, spread
from fmcore.audit.swaps.summary import answers, headline


def test_words_are_marked_in_both_texts() -> None:
    before, after = changes("Emily lost her card.", "Matthew lost his card.")
    assert [text for text, is_new in before if is_new] == ["Emily", "her"]
    assert [text for text, is_new in after if is_new] == ["Matthew", "his"]


def test_chinese_is_marked_sign_by_sign() -> None:
    assert changes("张女士带着母亲", "张先生带着父亲")[1] == [("张", False), ("先生", True), ("带着", False), ("父", True), ("亲", False)]


def test_a_long_stretch_is_marked_as_a_whole() -> None:
    before, after = changes("start " + "a " * MOST_WORDS + "end", "start " + "b " * MOST_WORDS + "end")
    assert [is_new for _, is_new in before] == [is_new for _, is_new in after] == [False, True, False]


@given(st.text(max_size=60), st.text(max_size=60))
def test_the_pieces_of_a_text_are_the_text(before: str, after: str) -> None:
    assert tuple("".join(text for text, _ in pieces) for pieces in changes(before, after)) == (before, after)


def test_some_to_read_are_of_every_category_and_every_sentence_once() -> None:
    rows = [(f"s{n}", f"b{n}", f"a{n}", "gender" if n < 90 else "age", "x", "y") for n in range(100)] + [("s1", "b1", "a", "age", "x", "z")]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    found, other = spread(frame, 6), spread(frame, 6, seed=1)
    assert found["category"].value_counts().to_dict() == {"gender": 3, "age": 3}
    assert found["item"].is_unique and not found.equals(other)


def judged(flips: dict[str, int], *, sentences: int = 60, few: str | None = None) -> SwapAudit:
    """Return a test whose first so many sentences of a category turn."""
    rows = [
        {"item": f"{category}-{n}", "before": "b", "after": "a", "category": category, "from": "one", "to": "other",
         "before_p_no": 0.2, "before_p_yes": 0.8, "after_p_no": 0.8 if n < count else 0.2, "after_p_yes": 0.2 if n < count else 0.8}
        for category, count in flips.items()
        for n in range(5 if category == few else sentences)
    ]  # fmt: skip
    return judge(pd.DataFrame(rows), ("no", "yes"), SwapSpec(favourable="yes", tolerance=0.1))


@pytest.mark.parametrize(
    ("flips", "few", "said"),
    [
        ({"gender": 30, "age": 0}, None, "answers or scores change by more than is acceptable: gender."),
        ({"gender": 6, "age": 0}, None, "not enough evidence that answers stay the same .*: gender."),
        ({"gender": 0, "age": 0}, "age", "not enough evidence that answers stay the same .*: age."),
        ({"gender": 0, "age": 0}, None, "answers and scores stay within what is acceptable: gender, age."),
    ],
)
def test_the_headline_names_the_categories_that_decide(flips: dict[str, int], few: str | None, said: str) -> None:
    found = judged(flips, few=few)
    assert pd.Series([str(headline(found))]).str.contains(said).all(), headline(found)


def test_each_category_has_the_sentence_that_decides_and_the_count_of_its_questions() -> None:
    first, second = answers(judged({"age": 0, "gender": 30}))
    assert (first.category, first.finding) == ("gender", Finding.FAIL)
    assert "the answer changes in 50.0 % of 60 sentences" in str(first.sentence)
    assert str(first.counted).startswith("2 questions: 2 fail, 0 have not enough evidence, 0 pass.")
    assert second.finding is Finding.PASS
    [_gender, few] = answers(judged({"gender": 0, "age": 0}, few="age"))[::-1]
    assert str(few.sentence) == "age: no pair of groups has the 20 different sentences that a verdict needs."
