from __future__ import annotations

import pytest

from fmcore.audit import summary
from tests.audit.examples import rows
from tests.audit.test_verdict import made

FEW = rows(north=(9, 1, 3, 4), south=(20, 5, 8, 7))


def test_the_headline_counts_the_questions_and_says_that_the_four_fifths_line_is_missed():
    found = made(rows(north=(500, 0, 500, 0), south=(300, 0, 700, 0)), measures=("selection-rate",), tolerance=0.5)
    counted, line = map(str, summary.headline(found))
    assert counted == "The gap is within what was accepted."
    assert line.startswith("The four-fifths line is missed: south gets “1” 60.0 % as often as north (5")
    assert line.endswith(" %), and 80 % is the line.")


def test_a_ratio_below_four_fifths_that_chance_allows_is_said_to_be_open():
    found = made(rows(north=(30, 0, 30, 0), south=(22, 0, 38, 0)), measures=("selection-rate",))
    assert "can't be told: south gets “1” 73.3 % as often as north, which is below 80 %, but chance allows" in str(
        summary.headline(found)[1]
    )


def test_a_ratio_above_four_fifths_that_chance_would_take_below_is_said_to_be_open():
    found = made(rows(north=(30, 0, 30, 0), south=(27, 0, 33, 0)), measures=("selection-rate",))
    assert "Whether the four-fifths line is kept can't be told: south gets “1” 90.0 % as often" in str(summary.headline(found)[1])


@pytest.mark.parametrize(
    ("south", "measures"),
    [((490, 0, 510, 0), ("selection-rate",)), ((300, 0, 700, 0), ("accuracy",))],
    ids=["kept", "not asked"],
)
def test_a_line_that_is_kept_or_that_nobody_asked_for_stays_out_of_the_headline(south: tuple, measures: tuple):
    assert len(summary.headline(made(rows(north=(500, 0, 500, 0), south=south), measures=measures))) == 1


def test_further_ratios_that_miss_the_line_are_counted():
    frame = rows(north=(500, 0, 500, 0), south=(300, 0, 700, 0)).assign(answer=lambda f: f["answer"].map({"1": "a", "0": "b"}))
    frame["answer"] = frame["answer"].where(frame.index % 5 > 0, "c")
    found = made(frame.assign(target="a"), measures=("selection-rate",))
    missed = [one for one in found.four_fifths if one.verdict == "fail"]
    assert len(missed) == 2
    assert str(summary.impact(found.four_fifths)).endswith("Further comparisons that miss it: 1.")


def test_questions_and_the_four_fifths_line_are_counted_apart():
    found = made(rows(north=(500, 0, 500, 0), south=(300, 0, 700, 0)), measures=("selection-rate",), tolerance=0.5)
    assert summary.tally(found.verdicts) == summary.Tally(fail=0, open=0, fine=1)
    line = summary.counted_line(found.four_fifths)
    assert "apart from the questions. Comparisons: 1. Missed: 1. Not enough evidence: 0. Kept: 0." in str(line)
    assert summary.counted_line(()) is None


def test_wider_intervals_are_explained_where_several_questions_were_asked():
    frame = rows(north=(500, 0, 500, 0), south=(300, 0, 700, 0))
    many = made(frame, measures=("selection-rate", "accuracy"))
    assert "2 different comparisons were made at once" in str(summary.intervals(many))
    (rate,) = [one for one in many.verdicts if one.measure == "selection-rate"]
    (alone,) = [one for one in many.gaps if (one.measure, one.kind) == ("selection-rate", "difference")]
    assert rate.gap.value == alone.estimate.value and rate.gap.low < alone.estimate.low, "the same gap, allowing for two questions"
    assert summary.intervals(made(frame, measures=("selection-rate",))) is None
    assert summary.intervals(made(frame, measures=("selection-rate", "accuracy"), correction="none")) is None


def test_several_questions_are_counted_in_one_sentence_and_none_that_is_0_is_named():
    frame = rows(north=(500, 100, 0, 400), south=(300, 100, 200, 400))
    found = made(frame, measures=("tpr", "fpr"))
    assert str(summary.counted(found)) == "Of 2 questions 1 fails, 1 passes."
    assert str(summary.counted(made(frame, measures=("tpr", "fpr"), tolerance=0.9))) == "All 2 questions pass."


def test_questions_about_groups_that_are_too_small_for_any_are_told_once():
    found = made(FEW)
    [(alike, why)] = summary.together(found, found.verdicts)
    assert alike == list(found.verdicts) and len(alike) > 3
    assert str(why) == "Need two groups of 30 rows or more to compare; found south (40), north (17)."


def test_a_question_that_can_be_answered_stands_alone_and_other_reasons_stay_apart():
    found = made(rows(north=(500, 9, 0, 9), south=(300, 9, 200, 9)), measures=("tpr", "fpr", "accuracy"))
    apart = summary.together(found, found.verdicts)
    assert [[one.measure for one in alike] for alike, _ in apart] == [["tpr"], ["accuracy"], ["fpr"]]
    assert [why for _, why in apart] == [None] * 3, "each of them says itself why"


def test_rates_of_the_other_answer_that_tell_the_same_are_named():
    both = str(summary.mirrored(made(FEW, measures=("tpr",))))
    assert "the false positive rate of “0” is 1 minus the true positive rate of “1”" in both
    assert summary.mirrored(made(FEW, measures=("accuracy",))) is None
    three = FEW.assign(answer=FEW["answer"].where(FEW.index > 0, "2"))
    assert summary.mirrored(made(three, measures=("tpr",))) is None
