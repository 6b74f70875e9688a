"""Each kind of problem is found, counted as by hand, and blocks only where results would be meaningless."""

from __future__ import annotations

import pandas as pd
import pytest

from fmcore.data import personal
from fmcore.data.check import check
from fmcore.data.checks import texts
from fmcore.data.prepare import HOPELESS, inspect
from fmcore.records import Columns, Problem, Severity
from tests.data.test_prepare import sentences

PLAIN = Columns("text", "label")
SPLIT = pd.Series(["train"] * 60 + ["validation"] * 60 + ["test"] * 80, dtype=object)


def found(rows: pd.DataFrame, columns: Columns = PLAIN, split: pd.Series | None = None, **more: object) -> dict[str, Problem]:
    problems = check(rows, columns, task="text-classification", split=split, **more)
    for problem in problems:
        assert str(problem.sentence) and problem.count > 0 and len(problem.examples) <= 5
    return {problem.kind: problem for problem in problems}


def changed(rows: pd.DataFrame, column: str, values: dict[int, str | None]) -> pd.DataFrame:
    rows = rows.copy()
    for row, value in values.items():
        rows.loc[row, column] = value
    return rows


def test_good_rows_have_no_problem() -> None:
    assert found(sentences(200), split=SPLIT) == {}


def test_the_worst_comes_first() -> None:
    rows = changed(sentences(200), "text", {0: "", 1: "write to jo@example.org", **dict.fromkeys(range(2, 42), None)})
    problems = check(rows, PLAIN, task="text-classification")
    assert [p.kind for p in problems] == ["many-gaps", "empty-texts", "personal-data"]
    assert [p.severity for p in problems] == [Severity.BLOCKING, Severity.WARNING, Severity.WARNING]


def test_a_few_empty_cells_are_a_note_and_from_one_percent_on_a_warning() -> None:
    one = found(changed(sentences(200), "text", {0: ""}))["empty-texts"]
    assert (one.count, one.severity) == (1, Severity.NOTE)
    assert str(one.sentence) == "Rows with an empty text: 1 of 200 (0.5 %, column text). They teach nothing and are left out."
    assert found(changed(sentences(200), "label", {0: "", 1: None}))["missing-labels"].severity is Severity.WARNING


def test_a_row_without_text_and_label_counts_once() -> None:
    kinds = found(changed(changed(sentences(200), "text", {0: None, 1: " "}), "label", {1: None, 2: ""}))
    assert (kinds["empty-texts"].count, kinds["missing-labels"].count) == (2, 1)


def test_texts_of_test_that_stand_in_train_block_from_one_percent_on() -> None:
    rows = sentences(200)
    one = found(changed(rows, "text", {150: rows["text"][0].upper()}), split=SPLIT)["train-test-overlap"]  # 1 of 80
    assert (one.count, one.severity, one.examples) == (1, Severity.BLOCKING, (rows["text"][0].upper(),))
    large = sentences(1100)
    split = pd.Series(["train"] * 500 + ["validation"] * 100 + ["test"] * 500)
    few = found(changed(large, "text", {i: large["text"][0] for i in range(600, 604)}), split=split)["train-test-overlap"]  # 4 of 500
    assert (few.count, few.severity) == (4, Severity.WARNING)
    some = found(changed(large, "text", {i: large["text"][0] for i in range(600, 605)}), split=split)["train-test-overlap"]
    assert (some.count, some.severity) == (5, Severity.BLOCKING)


def test_overlap_does_not_see_capitals_spaces_and_unicode_forms() -> None:
    rows = changed(
        sentences(200), "text", {0: "Café  au\u00a0lait, s'il vous plaît", 70: "CAFE\u0301 AU LAIT, S'IL VOUS PLAI\u0302T\u200b"}
    )
    assert found(rows, split=SPLIT)["train-validation-overlap"].count == 1


def test_near_overlap_is_a_warning_of_its_own() -> None:
    rows = sentences(200)
    kinds = found(changed(rows, "text", {150: rows["text"][0] + " xy", 151: rows["text"][70] + " zz"}), split=SPLIT)
    assert kinds["train-test-near-overlap"].count == 1
    assert kinds["train-test-near-overlap"].severity is Severity.WARNING and "train-test-overlap" not in kinds


def test_near_overlap_blocks_from_a_tenth_of_the_split_on() -> None:
    rows = sentences(200)
    eight = changed(rows, "text", {120 + i: rows["text"][i] + " xy" for i in range(8)})  # of 80 test rows
    kinds = found(eight, split=SPLIT)
    assert (kinds["train-test-near-overlap"].count, kinds["train-test-near-overlap"].severity) == (8, Severity.BLOCKING)
    assert found(changed(eight, "text", {120: "all new"}), split=SPLIT)["train-test-near-overlap"].severity is Severity.WARNING


def test_a_test_split_of_one_label_blocks() -> None:
    rows = sentences(200)
    problem = found(changed(rows, "label", dict.fromkeys(range(120, 200), "good")), split=SPLIT)["one-class-test"]
    assert (problem.count, problem.severity) == (80, Severity.BLOCKING) and "Every test row has the label good" in str(problem.sentence)
    assert "one-class-test" not in found(rows.assign(label="good"), split=SPLIT)  # where train has no second label either, that is said


def test_all_texts_the_same_block_however_they_are_split() -> None:
    rows = sentences(200).assign(text="the same")
    kinds = found(rows, split=SPLIT)
    assert {kind for kind, p in kinds.items() if p.severity is Severity.BLOCKING} == {
        "train-test-overlap",
        "train-validation-overlap",
        "conflicting-labels",
    }
    assert {p.kind for p in inspect(rows, PLAIN).blocking} >= {"conflicting-labels", "empty-split"}


def test_texts_in_validation_and_test_are_told() -> None:
    rows = sentences(200)
    assert found(changed(rows, "text", {150: rows["text"][70]}), split=SPLIT)["validation-test-overlap"].count == 1


def test_duplicates_inside_a_split() -> None:
    rows = sentences(200)
    kinds = found(changed(rows, "text", {2: rows["text"][0], 4: rows["text"][0], 6: rows["text"][8] + " xy"}), split=SPLIT)
    assert kinds["exact-duplicates"].count == 2
    assert kinds["near-duplicates"].count == 2


def test_the_same_text_with_two_labels_blocks_from_five_percent_on() -> None:
    rows = sentences(200)
    few = found(changed(rows, "text", {1: rows["text"][0]}))["conflicting-labels"]
    assert (few.count, few.severity) == (2, Severity.WARNING)
    assert few.examples == (f"{rows['text'][0]} → bad / good",)
    many = found(changed(rows, "text", {i + 1: rows["text"][i] for i in range(0, 10, 2)}))["conflicting-labels"]
    assert (many.count, many.severity) == (10, Severity.BLOCKING)


def test_one_class_and_an_empty_split_block() -> None:
    assert found(sentences(50).assign(label="x"))["one-class"].severity is Severity.BLOCKING
    assert found(sentences(200), split=SPLIT.replace("test", "train"))["empty-split"].severity is Severity.BLOCKING


def test_labels_as_many_as_rows_block() -> None:
    rows = sentences(100).assign(label=[f"ticket {i}" for i in range(100)])
    assert found(rows)["more-classes-than-rows"].count == 100
    assert "more-classes-than-rows" not in found(rows.assign(label=[f"topic {i % 40}" for i in range(100)]))


def test_more_labels_than_can_be_judged_are_refused_even_with_a_persons_word() -> None:
    rows = pd.DataFrame({"text": [f"text number {i}" for i in range(4004)], "label": [f"label {i // 2}" for i in range(4004)]})
    problem = found(rows)["too-many-labels"]
    assert (problem.count, problem.severity) == (2002, Severity.BLOCKING)
    assert "holds 2002 different labels; at most 2000" in str(problem.sentence)
    assert "too-many-labels" in HOPELESS
    assert "too-many-labels" not in found(rows.head(4000))


def test_a_measurement_is_called_one_and_whole_grades_are_not() -> None:
    rows = sentences(200)
    price = found(rows.assign(label=[f"{i % 30}.5" for i in range(200)]))["more-classes-than-rows"]
    assert (price.count, price.severity) == (30, Severity.BLOCKING) and "looks like a measurement" in str(price.sentence)
    assert "more-classes-than-rows" not in found(rows.assign(label=[str(i % 10) for i in range(200)]))
    assert "more-classes-than-rows" not in found(rows.assign(label=[f"{i % 9 / 2}" for i in range(200)]))


def test_labels_that_train_lacks_block() -> None:
    problem = found(changed(sentences(200), "label", {199: "odd", 198: "odd"}), split=SPLIT)["unseen-labels"]
    assert (problem.count, problem.severity, problem.examples) == (1, Severity.BLOCKING, ("odd",))


def test_rare_labels_small_tests_and_imbalance_are_warnings() -> None:
    rows = changed(sentences(200), "label", {0: "odd", 2: "odd", 199: "odd"})
    kinds = found(rows, split=SPLIT)
    assert kinds["rare-labels"].examples == ("odd: 2",)
    assert kinds["small-test"].examples == ("odd: 1",)
    assert kinds["class-imbalance"].examples == ("good: 30", "bad: 28", "odd: 2")
    assert {p.severity for p in kinds.values()} == {Severity.WARNING}


def test_labels_that_differ_only_in_capitals_are_told() -> None:
    assert found(changed(sentences(200), "label", {1: "Good ", 3: "GOOD"}))["look-alike-labels"].count == 3


def test_long_texts_are_counted_against_the_limit() -> None:
    rows = changed(sentences(200), "text", {0: "word " * 400, 1: "字" * 391})
    assert found(rows)["long-texts"].count == 2
    assert found(sentences(200), max_length_words=8)["long-texts"].count == 200
    assert "long-texts" not in found(sentences(200), max_length_words=9)


def test_a_second_language_is_told_from_a_share_on() -> None:
    english = [f"The weather in the town was fine on day {i} and we walked home along the river" for i in range(90)]
    chinese = [f"第{i}天天气很好我们下午在公园里散步然后一起回家吃晚饭" for i in range(10)]
    rows = pd.DataFrame({"text": english + chinese, "label": ["a", "b"] * 50})
    assert found(rows)["mixed-language"].count == 10
    assert "mixed-language" not in found(rows.head(90))


def test_personal_data_is_counted_by_kind_and_shown_masked() -> None:
    rows = changed(sentences(200), "text", {0: "ask jo@example.org or 13800138000", 1: "pay DE89370400440532013000"})
    problem = found(rows.assign(contact=["kim@example.org"] + [None] * 199))["personal-data"]
    assert problem.count == 2
    assert {kind: problem.sentence.values[kind] for kind in ("email", "phone", "iban", "card")} == {
        "email": 2,
        "phone": 1,
        "iban": 1,
        "card": 0,
    }
    assert problem.sentence.values["columns"] == "text, contact"
    assert "2 of 200 (columns text, contact). Found: e-mail addresses 2, phone numbers 1, IBANs 1. Make sure" in str(problem.sentence)
    assert set(texts.NAMES) == set(personal.KINDS)
    assert not any("example" in text or "1380" in text for text in problem.examples)


@pytest.mark.parametrize(
    ("values", "kind", "count"),
    [
        (["a"] * 200, "constant-group", 200),
        ([None] * 200, "constant-group", 200),
        ([str(i) for i in range(200)], "many-group-values", 200),
        (["a"] * 171 + ["b"] * 29, "small-groups", 1),
        (["a", "b"] * 90 + [None] * 20, "missing-groups", 20),
    ],
)
def test_group_columns_that_an_audit_can_not_use(values: list, kind: str, count: int) -> None:
    assert {k: p.count for k, p in found(sentences(200, region=values), Columns("text", "label", groups=("region",))).items()} == {
        kind: count
    }


def test_a_unit_on_two_sides_of_a_given_split_blocks() -> None:
    columns = Columns("text", "label", unit="person")
    problem = found(sentences(200, person=[f"p{i % 150}" for i in range(200)]), columns, split=SPLIT)["unit-overlap"]
    assert (problem.count, problem.severity) == (50, Severity.BLOCKING)  # p0 … p49 return in rows 150 … 199
