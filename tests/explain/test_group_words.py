"""Which words carry the errors of one group: found where they were planted, and only there."""

from __future__ import annotations

import numpy as np
import pytest

from fmcore.errors import DataError
from fmcore.explain.group_words import group_words
from fmcore.stats.shares import difference, uneven

PLANTED = [("transfer to abroad", True, "north")] * 20 + [("transfer to abroad", False, "south")] * 20
PLAIN = [(f"card {'lost' if n % 2 else 'stolen'} today", n % 8 < 2, "north" if n < 40 else "south") for n in range(80)]


def found(rows, **more):
    texts, wrong, groups = zip(*rows, strict=True)
    return group_words(list(texts), np.array(wrong), list(groups), column="region", first="north", second="south", **more)


def test_the_word_in_which_errors_differ_stands_first_with_its_counts() -> None:
    result = found(PLANTED + PLAIN)
    first = next(word for word in result.words if word.word == "abroad")
    assert (first.n_first, first.wrong_first, first.n_second, first.wrong_second) == (20, 20, 20, 0)
    # north: 20 of 60 have both, 20/60 · 30/60 were even; south: none of 60, 20/60 · 10/60 were even
    assert first.carried.value == pytest.approx(20 / 60 - 1 / 6 + 1 / 18) and first.carried.low > 0 and first.adjusted < 0.001
    assert {word.word for word in result.words[:3]} == {"abroad", "transfer", "to"}
    assert result.gap.value == pytest.approx(30 / 60 - 10 / 60) and "abroad" in str(result.sentence)


def test_a_word_in_every_text_carries_nothing_however_large_the_gap() -> None:
    result = found([(f"the {text}", wrong, group) for text, wrong, group in PLANTED + PLAIN])
    the = next(word for word in result.words if word.word == "the")
    assert the.carried.value == 0 and the.p_value == 1 and result.gap.value > 0.3


def test_words_answered_alike_are_not_accused() -> None:
    result = found(PLAIN)
    assert all(word.adjusted > 0.05 for word in result.words) and "none carries more errors" in str(result.sentence)
    assert result.tested == 4


def test_many_words_are_held_against_their_number() -> None:
    result = found(PLANTED + PLAIN)
    one = result.words[0]
    assert one.adjusted == pytest.approx(min(1, result.tested * one.p_value))


def test_attributions_of_wrong_answers_stand_beside_the_counts() -> None:
    result = found(PLANTED + PLAIN, pushes={"abroad": [1.0, 2.0, 3.0]})
    pushed = {word.word: word.push for word in result.words}
    assert pushed["abroad"].value == 2 and pushed["card"].value is None


def test_a_group_that_is_not_there_is_named() -> None:
    with pytest.raises(DataError, match="west"):
        group_words(["a"], np.array([True]), ["north"], column="region", first="north", second="west")


def test_shares_against_each_other() -> None:
    # both marks on both items with the property, or on neither, in 1 of 6 draws each: twice 1/36
    assert uneven((4, 2, 2, 2), (4, 2, 2, 0)) == pytest.approx(2 / 36) and uneven((4, 2, 2, 1), (4, 2, 2, 1)) == pytest.approx(1)
    assert difference(0, 0, 1, 2).value is None
