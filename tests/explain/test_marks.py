"""Words that people marked: three ways of writing them, and how far scores agree, by figures worked out by hand."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from fmcore.errors import DataError
from fmcore.explain.marks import average_precision, compare, expected_precision, marked, overlap, spans
from fmcore.explain.records import Attribution


def attribution(text: str, scores: list[float], *, unseen: int = 0) -> Attribution:
    places, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        places.append((0, at, at + len(word)))
        at += len(word)
    seen = tuple(n < len(scores) - unseen for n in range(len(scores)))
    return Attribution("m", (text,), "a", "a", 0.9, tuple(text.split()), tuple(places), tuple(scores), seen, 0.0, "[MASK]")


@pytest.mark.parametrize("cell", ["[0, 0, 1, 0]", "good", "GOOD", "[[6, 10]]", "[[7, 8]]"])
def test_the_same_word_is_marked_however_it_is_written(cell: str) -> None:
    one = attribution("not a good film", [0, 0, 0, 0])
    assert marked(one, spans(one.texts[0], cell)).tolist() == [False, False, True, False]


def test_a_phrase_counts_wherever_it_stands_and_only_as_whole_words() -> None:
    assert spans("an art of art, not of party", "art") == [(3, 6), (10, 13)]


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("[1, 0]", "Marks need one number per word: 4 words, 2 marks."),
        ("[0, NaN, 0, 0]", "A mark is a number, 0 where the word is not marked; found nan."),
        ("[null, 1, 0, 0]", "A mark is a number, 0 where the word is not marked; found None."),
        ("[[true, 5]]", "The place [True, 5] is none in a text of 15 characters."),
        ("[" * 3000, f"The marked words {'[' * 80} do not stand in the text."),
        ("great", "The marked words great do not stand in the text."),
        ("[[0, 99]]", "The place [0, 99] is none in a text of 15 characters."),
        ("[[3]]", "The place [3] is none in a text of 15 characters."),
    ],
)
def test_marks_that_do_not_fit_are_refused(cell: str, sentence: str) -> None:
    with pytest.raises(DataError) as error:
        spans("not a good film", cell)
    assert str(error.value) == sentence


def test_average_precision_is_what_its_definition_says() -> None:
    assert average_precision(np.array([4.0, 3.0, 2.0, 1.0]), np.array([True, False, False, True])) == (1 / 1 + 2 / 4) / 2
    assert average_precision(np.array([1.0, 1.0]), np.array([True, False])) == 0.5  # a tie is no success


def test_chance_is_the_mean_over_all_orders() -> None:
    is_marked = np.array([True, True, False, False, False])
    over_all = np.mean([average_precision(np.array(order, float), is_marked) for order in itertools.permutations(range(5))])
    assert expected_precision(5, 2) == pytest.approx(over_all, abs=1e-12)


def test_texts_where_marks_decide_nothing_are_left_out_and_counted() -> None:
    best, none, all_of_it = (attribution("not a good film", [1.0, 0, 3.0, 0]) for _ in range(3))
    cut = attribution("not a good film", [0, 0, 1.0, 5.0], unseen=1)  # the last word is beyond what the model reads
    places = [[(6, 10)], [], [(0, 15)], [(6, 10)]]
    found = overlap([compare(one, where) for one, where in zip([best, none, all_of_it, cut], places, strict=True)])
    assert found.left_out == 2 and found.average_precision.n == 2 and found.average_precision.value == found.top.value == 1.0
    assert found.gain.value == pytest.approx(1 - (expected_precision(4, 1) + expected_precision(3, 1)) / 2)


def test_nothing_marked_at_all_gives_no_value_and_the_reason() -> None:
    found = overlap([compare(attribution("a b", [1.0, 2.0]), [])])
    assert found.average_precision.value is None and found.average_precision.reason is not None
