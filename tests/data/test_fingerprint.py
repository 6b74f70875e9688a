"""The fingerprint follows what a data set says, not how its file was written."""

from __future__ import annotations

import dataclasses

import pandas as pd

from fmcore.data.fingerprint import dataset_id, of
from fmcore.records import Columns

COLUMNS = Columns("text", "label")
FRAME = pd.DataFrame({"fmc_split": ["train", "test"], "text": ["café\nau lait", "tea"], "label": ["hot", None]}, dtype=object)


def test_it_does_not_depend_on_column_order_ids_line_ends_or_unicode_form() -> None:
    other = FRAME.assign(text=["cafe\u0301\r\nau lait", "tea"], fmc_id=["1", "2"])[["label", "fmc_id", "text", "fmc_split"]]
    assert of(FRAME, COLUMNS) == of(other, COLUMNS)


def test_it_does_not_depend_on_how_pandas_keeps_a_missing_cell() -> None:
    assert of(FRAME, COLUMNS) == of(FRAME.astype("str").where(FRAME.notna()), COLUMNS)


def test_a_cell_a_split_a_role_the_row_order_and_a_missing_cell_all_count() -> None:
    changed = [
        of(FRAME.assign(text=["café\nau lait", "Tea"]), COLUMNS),
        of(FRAME.assign(fmc_split=["train", "train"]), COLUMNS),
        of(FRAME, dataclasses.replace(COLUMNS, groups=("label",))),
        of(FRAME.iloc[::-1], COLUMNS),
        of(FRAME.fillna(""), COLUMNS),
        of(FRAME.rename(columns={"text": "words"}), COLUMNS),
        of(FRAME, COLUMNS),
    ]
    assert len(set(changed)) == len(changed)


def test_cells_can_not_flow_into_each_other() -> None:
    one = pd.DataFrame({"fmc_split": ["train"] * 2, "text": ["a\nb", "c"], "label": ["x", "y"]})
    assert of(one, COLUMNS) != of(one.assign(text=["a", "b\nc"]), COLUMNS)


def test_the_fingerprint_is_pinned_so_that_stored_sets_verify_for_ever() -> None:
    assert dataset_id(of(FRAME, COLUMNS)) == "d-adba253fecfb"
