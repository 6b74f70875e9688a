"""Feedback as a CSV: one row each with every score, and nothing that a spreadsheet would run."""

from __future__ import annotations

import io

import pandas as pd

from fmcore.report.feedback import as_csv
from fmcore.store import Feedback


def test_one_row_each_with_all_scores_and_no_formula() -> None:
    said = [
        Feedback("f-1", "r-1", "=1+1", None, "bad", {"bad": 0.75, "good": 0.25}, True, "good", "half \ud83d", "ana", "2026-01-02", None),
        Feedback("f-2", "r-1", "שלום", "pair", "good", {"bad": 0.5, "good": 0.5}, False, None, "", "bo", "2026-01-01", "l-1"),
    ]
    found = pd.read_csv(io.BytesIO(as_csv(said)), keep_default_na=False)
    assert found["text"].tolist() == ["'=1+1", "שלום"] and found["comment"].tolist() == ["half ?", ""]
    assert found["confidence"].tolist() == [0.75, 0.5] and found["p_good"].tolist() == [0.25, 0.5]
    assert found["wrong"].tolist() == [True, False] and found["right"].tolist() == ["good", ""] and found["link"].tolist() == ["", "l-1"]


def test_nothing_said_is_a_heading_alone() -> None:
    assert as_csv([]).decode("utf-8-sig").strip() == "id,when,who,link,text,pair,answer,confidence,wrong,right,comment"
