from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fmcore.audit import groups, terms
from fmcore.audit.answers import Answers
from fmcore.audit.records import GroupBy
from fmcore.audit.table import from_table


def answers(**columns: list) -> Answers:
    n = len(next(iter(columns.values())))
    return from_table(pd.DataFrame({"t": ["0", "1"] * (n // 2), "a": "1", **columns}), target="t", answer="a")


def test_numbers_of_many_values_are_cut_at_quantiles_and_the_edges_are_said():
    (grouping,), notes = groups.sort(answers(age=[str(n) for n in range(100)]), [GroupBy("age")])
    assert [g["age"] for g in grouping.groups] == ["[-∞, 24.75)", "[24.75, 49.5)", "[49.5, 74.25)", "[74.25, ∞)"]
    assert np.bincount(grouping.codes).tolist() == [25, 25, 25, 25]
    assert str(notes[0]) == "The numbers in age were cut at 24.75, 49.5, 74.25."


def test_chosen_edges_hold_their_lower_end_and_missing_is_last():
    column = ["17", "18", "64", "65", None, "12"]
    (grouping,), _ = groups.sort(answers(age=column), [GroupBy("age", "bins", edges=(18, 65))])
    assert [g["age"] for g in grouping.groups] == ["[-∞, 18)", "[18, 65)", "[65, ∞)", "missing"]
    assert grouping.codes.tolist() == [0, 1, 1, 2, 3, 0]


def test_few_numbers_stay_values_in_order_of_size():
    (grouping,), notes = groups.sort(answers(grade=["10", "9", "10", "2"]), [GroupBy("grade")])
    assert [g["grade"] for g in grouping.groups] == ["2", "9", "10"]
    assert not notes


def test_words_can_not_be_binned_and_the_other_column_goes_on():
    found, notes = groups.sort(answers(a1=["x", "y"], b1=["u", "v"]), [GroupBy("a1", "bins"), GroupBy("b1")])
    assert [g.by for g in found] == [("b1",)]
    assert "holds words" in str(notes[0])


def test_intersections_come_after_the_columns_and_only_those_that_occur():
    found, _ = groups.sort(
        answers(sex=["f", "f", "m", "m"], age=["o", "y", "y", "y"]), [GroupBy("sex"), GroupBy("age")], intersections=True
    )
    assert [g.by for g in found] == [("sex",), ("age",), ("sex", "age")]
    assert list(found[2].groups) == [{"sex": "f", "age": "o"}, {"sex": "f", "age": "y"}, {"sex": "m", "age": "y"}]
    assert found[2].codes.tolist() == [0, 1, 2, 2]


def test_too_many_combinations_are_one_sentence():
    n = 10_000
    one, other = [f"a{i % 100}" for i in range(n)], [f"b{i // 100}" for i in range(n)]
    found, notes = groups.sort(answers(one=one, other=other), [GroupBy("one"), GroupBy("other")], intersections=True)
    assert len(found) == 2
    assert "make 10000 combinations, more than 1000" in str(notes[-1])


@pytest.mark.parametrize("word", ["missing", "MISSING"])
def test_a_value_called_missing_is_not_the_missing_group(word: str):
    (grouping,), _ = groups.sort(answers(g=[word, None, "x", "x"]), [GroupBy("g")])
    assert len(grouping.groups) == 3


def test_words_that_no_text_holds_are_told_in_words_about_texts():
    frame = pd.DataFrame({"target": ["1", "0"] * 20, "answer": ["1", "0"] * 20, "text": ["Low", "High"] * 20})
    answers = terms.with_groups(from_table(frame, target="target", answer="answer"), frame["text"].tolist())
    _, notes = groups.sort(answers, [GroupBy("mentions gender", kind="terms")])
    assert [str(note) for note in notes] == [
        "mentions gender: every text is in one group (none mentioned), so there is no gap. Is that the column of texts, and its language?"
    ]
