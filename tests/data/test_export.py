"""Exports open in a spreadsheet program as text, never as formulas."""

from __future__ import annotations

import pandas as pd
import pytest

from fmcore.data.export import spreadsheet_safe


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "--5", "-"])
def test_a_cell_that_starts_a_formula_gets_an_apostrophe(cell):
    assert spreadsheet_safe(pd.DataFrame({"a": [cell]}))["a"][0] == "'" + cell


@pytest.mark.parametrize("cell", ["-3.5", "+7", "-1e-5", "-.5", "a=b", "plain", "", None, -3.5, True])
def test_plain_numbers_and_plain_text_stay(cell):
    kept = spreadsheet_safe(pd.DataFrame({"a": pd.Series([cell], dtype=object)}))["a"][0]
    assert kept == cell or kept is cell


def test_column_names_and_every_kind_of_text_column_are_made_safe():
    frame = pd.DataFrame({"=a": pd.Series(["=1"], dtype="str"), "b": pd.Categorical(["@x"]), "n": [-1]})
    safe = spreadsheet_safe(frame)
    assert list(safe.columns) == ["'=a", "b", "n"]
    assert safe.to_numpy().tolist() == [["'=1", "'@x", -1]]
    assert frame["=a"][0] == "=1"  # the original is untouched
