"""The rows of a data set, filtered by split, label and words. Reads the shelf; changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import SPLITS, Dataset
from pages.shared import address
from pages.shared.data.card_view import split_title
from pages.shared.data.shelf_rows import frame
from pages.shared.guard import guard
from pages.shared.words import _, ngettext

if TYPE_CHECKING:
    import pandas as pd

SHOWN_ROWS = 1_000


def draw(dataset: Dataset) -> None:
    """Draw the rows, filtered by split, label and words."""
    left, middle, right = st.columns([1, 1, 2], vertical_alignment="bottom")
    with left:
        split = address.select(_("Split"), {one: split_title(one) for one in SPLITS}, "part", placeholder=_("all"), scope=dataset.id)
    with middle:
        label = address.select(_("Label"), {one: one for one in dataset.labels}, "label", placeholder=_("all"), scope=dataset.id)
    words = right.text_input(_("Text contains"), key="words", bind="query-params", type="search", live=True)
    with guard():
        found = frame(dataset.id, dataset.fingerprint)
        if split:
            found = found[found["fmc_split"] == split]
        if label:
            found = found[found[dataset.columns.label] == label]
        if words:
            found = found[found[dataset.columns.text].fillna("").str.contains(words, case=False, regex=False)]
        if not len(found):
            st.info(_("No row matches."), icon=":material/search_off:")
            return
        shown = min(len(found), SHOWN_ROWS)
        told = ngettext("{n} row matches.", "{n} rows match.", len(found)).format(n=f"{len(found):,}")
        st.caption(told if shown == len(found) else _("{told} The first {shown} are shown.").format(told=told, shown=f"{shown:,}"))
        _download(dataset, found)
        names = {"fmc_id": _("Id"), "fmc_split": _("Split"), dataset.columns.text: st.column_config.TextColumn(width="large")}
        if dataset.columns.id:  # it is the same as fmc_id
            names[dataset.columns.id] = None
        st.dataframe(found.head(SHOWN_ROWS), hide_index=True, height=520, column_config=names, key="rows", lazy=False)


def _download(dataset: Dataset, found: pd.DataFrame) -> None:
    def csv() -> bytes:
        from fmcore.data.export import spreadsheet_safe

        return spreadsheet_safe(found).to_csv(index=False).encode("utf-8-sig")  # with the mark, spreadsheets read it as UTF-8

    label, name = _("These rows as CSV"), f"rows-{dataset.id}.csv"
    st.download_button(label, csv, name, "text/csv", icon=":material/download:", type="tertiary", on_click="ignore", key="rows-csv")
