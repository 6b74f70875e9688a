"""What strangers' tables do to the Audit page: one sentence each, and the rest of the page still works."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pages.shared import uploads
from tests.pages import history
from tests.pages.audits import HARM, PAGE, about, make, rows, told, unequal, upload

ASKED = {"groups": "sex", "favourable": "yes", **HARM}


def test_a_table_without_a_group_column_is_one_sentence(home: Path) -> None:
    page = about(unequal()[["target", "answer"]])
    assert "come with no column that says who they are about" in told(page)
    assert page.button(key="make-audit").disabled and "Choose whom to compare" in told(page)


def test_one_group_can_not_be_compared_and_says_so(home: Path) -> None:
    page = about(unequal().assign(sex="women"), **ASKED)
    assert "The column sex has one group only (women), so there is no gap." in told(page)
    assert page.button(key="make-audit").disabled


def test_groups_of_three_people_are_not_enough_evidence_and_named(home: Path) -> None:
    page = make(about(pd.DataFrame(rows("women", 1, 1, 1, 0) + rows("men", 1, 1, 0, 1)), **ASKED))
    assert "These rows can’t tell" in told(page)
    assert "Need two groups with 20 or more rows whose target is yes" in told(page) and "women (2)" in told(page)


def test_a_class_that_a_group_lacks_leaves_that_group_out_by_name(home: Path) -> None:
    frame = pd.DataFrame(rows("women", 80, 20, 10, 40) + rows("men", 60, 40, 10, 40) + rows("nobody asked", 0, 0, 10, 40))
    page = make(about(frame, **ASKED))
    assert "Left out because they are too small: nobody asked." in told(page)
    table = next(one.value for one in page.dataframe if "note" in one.value)
    assert "no value because: The group has no rows whose target is yes." in table["note"].tolist()[-1]
    assert table["value"].isna().sum() == 1, "a rate of nothing is no rate, never 0"


def test_answers_that_are_all_alike_are_said_and_still_audited(home: Path) -> None:
    page = about(unequal().assign(answer="yes"), **ASKED)
    assert "Every answer is yes, so groups can only differ in how often that is right." in told(page)
    make(page)
    assert "The gap is within what was accepted" in told(page)


def test_a_score_that_is_missing_somewhere_leaves_scores_out_and_the_rest_works(home: Path) -> None:
    page = about(unequal().assign(score=[None, *[0.5] * 299]), **ASKED)
    assert "1 of 300 rows have no score in score; scores were left out." in told(page)
    make(page)


def test_probabilities_that_do_not_sum_to_one_leave_calibration_out(home: Path) -> None:
    page = about(unequal().assign(p_yes=0.6, p_no=0.6), way="expert", favourable="yes")
    assert "The probabilities of 300 rows don't sum to 1, the first is row 1; there is no calibration error." in told(page)
    offered = next(box for box in page.multiselect if box.label == "Measures").options
    assert "AUC" in offered and "Calibration error" not in offered


def test_ids_that_do_not_match_are_one_sentence(home: Path) -> None:
    people = upload(pd.DataFrame({"id": ["x1", "x2"], "town": ["north", "south"]}), "people.csv")
    page = about(unequal().assign(id=range(300)), **{"file-people": people}, **ASKED)
    assert [one.value.replace("\\", "") for one in page.error] == [
        "None of the 300 ids stand in the table of groups: answers have 0, the table has x1."
    ]
    assert not page.button(key="make-audit").disabled, "the columns of the answers themselves can still be compared"


def test_a_column_of_ten_thousand_values_is_refused_and_numbers_are_cut(home: Path) -> None:
    frame = pd.concat([unequal()] * 40, ignore_index=True)
    frame = frame.assign(code=[f"c{n}" for n in range(12_000)], age=np.arange(12_000) % 80)
    page = about(frame, favourable="yes", groups="code", **HARM)
    assert "The column code has 12000 different values, more than 200" in told(page) and page.button(key="make-audit").disabled
    page = about(frame, favourable="yes", groups="age", **{"cut-age": "20, 40"}, **HARM)
    assert "The numbers in age were cut at 20, 40." in told(page)
    sizes = next(one.value for one in page.dataframe if list(one.value.columns) == ["group", "rows"])
    assert dict(zip(sizes["group"], sizes["rows"], strict=True)) == {"[40, ∞)": 6000, "[-∞, 20)": 3000, "[20, 40)": 3000}
    assert "soon is no list of numbers" in told(about(frame, groups="age", **{"cut-age": "soon"}))


def test_empty_cells_are_a_group_of_their_own_and_rows_without_an_answer_are_counted(home: Path) -> None:
    frame = pd.concat([unequal(), pd.DataFrame(rows("", 50, 50, 10, 40)), unequal().head(3).assign(answer="NaN")])
    page = make(about(frame, **ASKED))
    assert "3 of 453 rows have no target or no answer and were left out." in told(page)
    table = next(one.value for one in page.dataframe if "note" in one.value or "n" in one.value)
    assert "missing" in table["group"].tolist()


def test_a_file_that_is_no_table_is_one_sentence_and_can_be_replaced(home: Path) -> None:
    broken = uploads.keep("answers.parquet", b"PAR1 but nothing else")
    page = history.app(PAGE, **{"from": "table", "file-answers": broken})
    assert len(page.error) == 1 and not page.exception
    assert page.button(key="another-answers")


@pytest.mark.parametrize("show", ["verdict", "asked", "beside", "explore"])
def test_names_of_strangers_are_shown_as_they_are(home: Path, show: str) -> None:
    hostile = ":red[x] <img src=x onerror=alert(1)> $y$ **b** [l](//m)"
    frame = pd.DataFrame(rows(hostile, 80, 20, 10, 40) + rows("=cmd|' /C calc'!A0", 20, 80, 10, 40)).rename(
        columns={"sex": f"sex {hostile}"}
    )
    page = make(about(frame, favourable="yes", groups=f"sex {hostile}", **HARM))
    page.segmented_control[0].set_value(show).run()
    assert not page.exception and not page.error
    raw = re.compile(r"(?<!\\)(<img|[$]y|[*][*]b|\[l\]|:red\[)")
    assert not [one.value for kind in (page.markdown, page.caption, page.info) for one in kind if raw.search(one.value)]
