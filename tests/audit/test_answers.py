"""Answers with what is joined to them: groups by id, rows of a data set."""

from __future__ import annotations

import pandas as pd
import pytest

from fmcore.audit.answers import from_predictions, with_groups
from fmcore.audit.records import Audit
from fmcore.audit.table import from_table
from fmcore.errors import DataError
from tests.audit.examples import rows


def said(audit: Audit) -> str:
    return " ".join(str(note) for note in audit.notes)


def test_a_table_of_groups_is_matched_by_id():
    frame = rows(a=(40, 10, 10, 40)).drop(columns="group").assign(id=[f"i{n}" for n in range(100)])
    answers = from_table(frame, target="target", answer="answer", id="id")
    table = pd.DataFrame({"id": [f"i{n}" for n in range(99, 9, -1)], "town": ["N"] * 45 + ["S"] * 45})
    joined = with_groups(answers, table, "id")
    assert "10 of 100 ids have no row in the table of groups" in str(joined.notes[-1])
    column = joined.column("town")
    assert column.values == ("N", "S", "missing")
    assert column.values[column.codes[99]] == "N" and column.values[column.codes[0]] == "missing"


def test_ids_that_do_not_match_at_all_are_shown_side_by_side():
    frame = rows(a=(4, 1, 1, 4)).assign(id=[f"i{n}" for n in range(10)])
    answers = from_table(frame, target="target", answer="answer", id="id")
    with pytest.raises(DataError, match="None of the 10 ids .* answers have i0, the table has x"):
        with_groups(answers, pd.DataFrame({"id": ["x"], "town": ["N"]}), "id")
    with pytest.raises(DataError, match="The id i1 stands in more than one row"):
        with_groups(answers, pd.DataFrame({"id": ["i1", "i1"], "town": ["N", "S"]}), "id")
    without = from_table(frame, target="target", answer="answer")
    with pytest.raises(DataError, match="have no ids"):
        with_groups(without, pd.DataFrame({"id": ["i1"], "town": ["N"]}), "id")


def test_rows_without_an_id_match_nobody():
    frame = rows(a=(4, 1, 1, 4)).assign(id=["", *(f"i{n}" for n in range(1, 10))])
    answers = from_table(frame, target="target", answer="answer", id="id")
    table = pd.DataFrame({"id": ["", "i1", "", "i2"], "town": ["X", "N", "Y", "S"]})
    column = with_groups(answers, table, "id").column("town")
    assert [column.values[code] for code in column.codes[:4]] == ["missing", "N", "S", "missing"]
    with pytest.raises(DataError, match="answers have i1, the table has no ids"):
        with_groups(answers, table[table["id"] == ""], "id")


def test_predictions_are_joined_with_their_rows_whatever_their_order():
    data = pd.DataFrame({"fmc_id": ["r1", "r2", "r3"], "fmc_split": "test", "text": "t", "town": ["N", "S", "N"]}, dtype=object)
    predictions = pd.DataFrame({"id": ["r3", "r2"], "target": ["x", "y"], "answer": ["x", "x"], "p_x": [0.9, 0.6], "p_y": [0.1, 0.4]})
    answers = from_predictions(predictions, data, ("x", "y"), leave=("text",))
    column = answers.column("town")
    assert [column.values[c] for c in column.codes] == ["N", "S"]
    assert set(answers.groups) == {"town"} and set(answers.scores) == {"x", "y"}
    with pytest.raises(DataError, match="1 predictions have no row in the data set, r3 among them"):
        from_predictions(predictions, data[data["fmc_id"] != "r3"], ("x", "y"))
