"""What people bring: every mistake is one sentence, and the rest goes on."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fmcore.audit import summary
from fmcore.audit.audit import audit
from fmcore.audit.records import Audit, AuditSpec, GroupBy
from fmcore.audit.table import from_table
from fmcore.errors import DataError
from tests.audit.examples import drawn, rows

FAIR = {"a": (0.8, 0.2), "b": (0.8, 0.2)}


def found(frame: pd.DataFrame, *columns: str, score: str | None = None, **options: object) -> Audit:
    spec = AuditSpec(tuple(GroupBy(c) for c in columns or ("group",)), replicates=200, **options)  # type: ignore[arg-type]
    return audit(from_table(frame, target="target", answer="answer", score=score), spec)


def said(audit: Audit) -> str:
    return " ".join(str(note) for note in audit.notes)


def test_a_missing_column_is_named_together_with_those_that_are_there():
    with pytest.raises(DataError, match="no column outcome. It has: target, answer, group"):
        from_table(rows(a=(1, 1, 1, 1)), target="outcome", answer="answer")


def test_no_group_column_names_those_that_there_are():
    with pytest.raises(DataError, match="Choose a column .* There are: group"):
        audit(from_table(rows(a=(1, 1, 1, 1)), target="target", answer="answer"), AuditSpec(()))


def test_an_unknown_group_column_names_the_known_ones():
    with pytest.raises(DataError, match="no group column town. There are: group"):
        found(rows(a=(1, 1, 1, 1)), "town")


def test_one_group_has_figures_but_no_gap_and_no_verdict():
    made = found(rows(a=(40, 10, 10, 40)), measures=("tpr",))
    assert made.by_group[0].estimate.value == 0.8
    assert made.gaps[0].estimate.value is None
    assert made.verdicts[0].verdict == "not-enough-evidence"
    assert "one group only (a)" in said(made)


def test_groups_of_three_people_are_shown_but_left_out_of_the_gap_by_name():
    made = found(rows(a=(40, 10, 10, 40), b=(1, 0, 1, 1), c=(30, 10, 20, 40)), measures=("tpr",))
    assert {f.group["group"]: f.estimate.n for f in made.by_group} == {"a": 50, "b": 2, "c": 50}
    assert [left.group["group"] for left in made.left_out] == ["b"]
    assert made.gaps[0].estimate.value == pytest.approx(0.2)
    assert "Left out because they are too small: b." in made.verdicts[0].words()


def test_only_small_groups_leave_a_sentence_that_says_how_many_there_were():
    made = found(rows(women=(210, 10, 10, 40), men=(10, 5, 2, 30)), measures=("tpr",))
    assert "Need two groups with 20 or more rows whose target is 1; found women (220), men (12)." in made.verdicts[0].words()
    assert made.gaps[0].estimate.value is None


def test_a_class_absent_from_a_group_has_no_rate_and_a_reason():
    made = found(rows(a=(40, 10, 10, 40), b=(0, 10, 0, 40)), measures=("tpr", "fpr"))
    (missing,) = [f for f in made.by_group if f.measure == "tpr" and f.group["group"] == "b"]
    assert missing.estimate.value is None
    assert str(missing.estimate.reason) == "The group has no rows whose target is 1."
    assert next(g for g in made.gaps if g.measure == "fpr" and g.kind == "difference").estimate.value == 0


def test_answers_that_are_all_alike_are_said_and_leave_undefined_what_is_undefined():
    made = found(rows(a=(0, 0, 50, 50), b=(0, 0, 60, 40)))
    assert "Every answer is 0" in said(made)
    figures = {(f.measure, f.group["group"]): f.estimate.value for f in made.by_group}
    assert figures["ppv", "a"] is None
    assert figures["selection-rate", "a"] == 0
    (ratio,) = [g for g in made.gaps if g.measure == "selection-rate" and g.kind == "ratio"]
    assert ratio.estimate.value is None and "0 in every group" in str(ratio.estimate.reason)


def test_one_label_throughout_is_said():
    made = found(rows(a=(50, 0, 0, 0), b=(60, 0, 0, 0)))
    assert "so no group can differ" in said(made)


def test_missing_scores_cost_the_measures_that_need_them_and_nothing_else():
    frame = drawn(FAIR, 200)
    frame.loc[3, "score"] = np.nan
    made = found(frame, score="score", measures=("tpr", "auc"))
    assert "1 of 400 rows have no score in score" in said(made)
    assert {f.measure for f in made.by_group} == {"tpr"}


def test_an_audit_of_nothing_is_refused_with_what_is_lacking():
    with pytest.raises(DataError, match="There is nothing to compare. .*Without scores there is no AUC."):
        found(drawn(FAIR, 200).drop(columns="score"), measures=("auc",))
    with pytest.raises(DataError, match="Without probabilities there is no calibration error."):
        found(drawn(FAIR, 200).assign(score=lambda f: f["score"] * 10), score="score", measures=("ece",))


def test_scores_outside_0_to_1_keep_auc_and_cost_calibration():
    frame = drawn(FAIR, 200).assign(score=lambda f: f["score"] * 10)
    made = found(frame, score="score")
    assert {"auc"} <= {f.measure for f in made.by_group}
    assert "ece" not in {f.measure for f in made.by_group}
    assert "outside 0 to 1" in said(made)


def test_probabilities_that_do_not_sum_to_1_are_said():
    frame = drawn(FAIR, 200).assign(p_0=0.5, p_1=lambda f: f["score"])
    made = found(frame.drop(columns="score"))
    assert "don't sum to 1" in said(made)
    assert "auc" in {f.measure for f in made.by_group}


def test_score_columns_by_label_are_found_by_themselves():
    frame = drawn(FAIR, 200).assign(p_1=lambda f: f["score"], p_0=lambda f: 1 - f["score"])
    assert {"auc", "ece"} <= {f.measure for f in found(frame.drop(columns="score")).by_group}


def test_rows_without_target_or_answer_are_counted_and_left_out():
    frame = rows(a=(40, 10, 10, 40), b=(40, 10, 10, 40)).astype(object)
    frame.loc[0, "target"] = None
    frame.loc[1, "answer"] = float("nan")
    made = found(frame)
    assert made.rows == 198
    assert "2 of 200 rows have no target or no answer" in said(made)


def test_a_table_with_nothing_to_audit_is_refused():
    frame = rows(a=(1, 0, 0, 0)).assign(answer=None)
    with pytest.raises(DataError, match="No row has both"):
        from_table(frame, target="target", answer="answer")


def test_a_missing_group_is_a_row_of_its_own():
    frame = rows(a=(40, 10, 10, 40), b=(40, 10, 10, 40)).astype(object)
    frame.loc[frame["group"] == "b", "group"] = [None, "", "nan", float("nan")] * 25
    assert [c.group["group"] for c in found(frame).counts] == ["a", "missing"]


def test_ten_thousand_group_values_are_one_sentence_and_the_other_column_goes_on():
    frame = drawn(FAIR, 5000).assign(name=[f"n{i}" for i in range(10_000)])
    made = found(frame, "name", "group", measures=("tpr",))
    assert "has 10000 different values, more than 200" in said(made)
    assert {tuple(f.group) for f in made.by_group} == {("group",)}
    with pytest.raises(DataError, match="10000 different values"):
        found(frame, "name")


def test_hostile_group_names_stay_text_and_lose_what_can_not_be_shown():
    names = ["<script>alert(1)</script>", "{worst}", "a\x1b[31mred", "x" * 500, "=cmd()"]
    frame = pd.concat([rows(g=(40, 10, 10, 40)).assign(group=name) for name in names])
    made = found(frame, measures=("tpr",))
    shown = [c.group["group"] for c in made.counts]
    assert "<script>alert(1)</script>" in shown and "{worst}" in shown
    assert all(name.isprintable() and len(name) <= 120 for name in shown)
    assert made.verdicts[0].words()  # braces in a name are no template


def test_0_and_1_false_and_true_are_the_same_two_answers():
    frame = rows(a=(40, 10, 10, 40)).assign(answer=lambda f: f["answer"].map({"0": "False", "1": "True"}))
    answers = from_table(frame, target="target", answer="answer")
    assert answers.labels == ("0", "1")
    assert (answers.targets == answers.answers).mean() == 0.8


def test_numbers_and_booleans_are_read_like_their_text():
    frame = rows(a=(4, 1, 1, 4))
    typed = frame.assign(target=frame["target"].astype(float), answer=frame["answer"].astype(int))
    assert from_table(typed, target="target", answer="answer").labels == ("0", "1")
    true = frame.assign(target=frame["target"] == "1", answer=frame["answer"] == "1")
    assert from_table(true, target="target", answer="answer").labels == ("False", "True")


def test_a_column_of_scores_given_as_answers_is_refused_with_the_way_out():
    frame = drawn(FAIR, 200)
    with pytest.raises(DataError, match="name it as the score"):
        from_table(frame, target="target", answer="score")


def test_the_favourable_answer_is_guessed_only_aloud():
    frame = rows(a=(40, 10, 10, 40), b=(40, 10, 10, 40)).replace({"1": "red", "0": "blue"})
    assert "the answers don't tell: “red” was taken, which is a guess. If people hope for “blue”, say so" in said(found(frame))
    assert "“red”" not in said(found(frame, favourable="blue")) and summary.guessed(found(frame, favourable="blue")) is None
    with pytest.raises(DataError, match="green is none of the answers. There are: blue, red"):
        found(frame, favourable="green")


def test_only_a_word_that_says_so_itself_is_taken_without_doubt():
    frame = rows(a=(40, 10, 10, 40), b=(40, 10, 10, 40))
    granted = found(frame.replace({"1": "denied", "0": "granted"}))
    assert "“granted” was taken, for the word says so." in str(summary.headline(granted)[1])
    for one, other in (("1", "0"), ("yes", "no"), ("positive", "negative")):  # of a fraud, a default, an illness?
        assert "which is a guess" in str(summary.headline(found(frame.replace({"1": one, "0": other})))[1])


def test_probabilities_of_a_label_that_no_row_has_count_in_the_sum():
    frame = rows(a=(20, 5, 5, 20), b=(20, 5, 5, 20)).assign(p_0=0.5, p_1=0.3, p_2=0.2, p_value="n/a")
    answers = from_table(frame, target="target", answer="answer")
    assert answers.are_probabilities and answers.labels == ("0", "1") and not answers.notes
