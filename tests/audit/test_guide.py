"""From what follows from an answer and who is harmed, to what is compared."""

from __future__ import annotations

import itertools

import pytest

from fmcore.audit import measures
from fmcore.audit.guide import advise
from fmcore.audit.situation import Decision, Harmed, Situation

PERSON, OTHERS, NOBODY = Harmed


def compared(decision: Decision, alarm: Harmed, miss: Harmed, *, trusts: bool = True, scores: bool = False) -> list[str]:
    return [one.measure for one in advise(Situation(decision, alarm, miss, trusts), label="approve", has_probabilities=scores)]


def test_nothing_is_advised_while_something_is_not_said() -> None:
    assert advise(Situation(), label="approve") == ()
    assert advise(Situation(Decision.CHANCE, PERSON, NOBODY), label="approve") == ()


def test_who_is_harmed_by_a_miss_asks_for_equal_opportunity_and_by_both_errors_for_equalized_odds() -> None:
    assert compared(Decision.BURDEN, NOBODY, PERSON) == ["tpr"]
    assert compared(Decision.BURDEN, PERSON, NOBODY) == ["fpr"]
    assert compared(Decision.BURDEN, PERSON, PERSON) == ["equalized-odds"]


def test_those_who_rely_on_the_answer_ask_for_how_often_it_is_right() -> None:
    assert compared(Decision.BURDEN, OTHERS, OTHERS) == ["ppv", "for"]


def test_a_chance_asks_for_the_four_fifths_line_and_targets_that_nobody_trusts_ask_for_it_first() -> None:
    assert compared(Decision.CHANCE, NOBODY, PERSON) == ["tpr", "selection-rate"]
    assert compared(Decision.CHANCE, NOBODY, PERSON, trusts=False) == ["selection-rate", "tpr"]


def test_advice_asks_for_calibration_where_there_are_probabilities() -> None:
    assert compared(Decision.ADVICE, NOBODY, NOBODY, scores=True) == ["ece"]
    assert compared(Decision.ADVICE, NOBODY, NOBODY) == ["accuracy"]


@pytest.mark.parametrize("label", ["approve", None, "{odd} %s"])
def test_every_situation_gives_few_known_measures_each_with_a_reason(label: str | None) -> None:
    for said in itertools.product(Decision, Harmed, Harmed, (True, False)):
        found = advise(Situation(*said), label=label, has_probabilities=True)
        assert 1 <= len(found) <= 4
        measures.check(tuple(one.measure for one in found))
        assert all(str(one.reason).endswith(".") for one in found)
        assert any((label or "the answer") in str(one.reason) for one in found) or found[0].measure in ("accuracy", "ece")
