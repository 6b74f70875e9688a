"""What the model answered, row by row: filtered on the server, sent to the browser as it scrolls, so 100,000 rows are no burden.

Reads stored predictions and rows; never asks a model.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import streamlit as st

from fmcore.data import shelf
from fmcore.data.export import spreadsheet_safe
from fmcore.evaluation import predictions
from fmcore.records import Dataset, Run
from fmcore.settings import get_settings
from pages.shared import address
from pages.shared.words import _

MOST_SCORES = 12
"""Score columns on the screen; with more labels than this the download has them all."""


@dataclass(frozen=True)
class Wish:
    """Which rows a person wants to see."""

    wrong_only: bool = False
    target: str | None = None
    answer: str | None = None
    search: str = ""
    confidence: tuple[float, float] = (0.0, 1.0)
    order: str = "loss"


@st.cache_resource(max_entries=2, show_spinner=False)
def load(run_id: str, split: str, dataset_id: str, _texts: tuple[str, ...], version: float) -> pa.Table:
    """Return id, texts, target, answer, right, confidence, loss and scores, row by row.

    ``version`` is the file's time, so that a run that went on is read anew.
    """
    answers = predictions.read(get_settings().runs() / run_id / "predictions" / f"{split}.parquet")
    scores = [name for name in answers.columns if name.startswith("p_")]
    rows = shelf.rows(dataset_id, split)[["fmc_id", *_texts]].rename(columns={"fmc_id": "id"})
    joined = answers.merge(rows, on="id", how="left", validate="one_to_one")
    joined["right"] = joined["target"] == joined["answer"]
    joined["confidence"] = joined[scores].max(axis=1)
    first = ["right", "target", "answer", "confidence", *_texts, "loss", "id"]
    return pa.Table.from_pandas(joined[[*first, *scores]], preserve_index=False)


def chosen(table: pa.Table, wish: Wish, texts: tuple[str, ...]) -> pa.Table:
    """Return the rows that match every part of the wish, in the order asked for."""
    keep = pc.and_(pc.greater_equal(table["confidence"], wish.confidence[0]), pc.less_equal(table["confidence"], wish.confidence[1]))
    if wish.wrong_only:
        keep = pc.and_(keep, pc.invert(table["right"]))
    for column, value in (("target", wish.target), ("answer", wish.answer)):
        if value is not None:
            keep = pc.and_(keep, pc.equal(table[column], value))
    for word in wish.search.split():
        found = pa.nulls(len(table), pa.bool_()).fill_null(False)
        for name in texts:
            found = pc.or_(found, pc.match_substring(table[name].cast(pa.string()), word, ignore_case=True).fill_null(False))
        keep = pc.and_(keep, found)
    order = {"loss": [("loss", "descending")], "sure": [("confidence", "descending")], "unsure": [("confidence", "ascending")], "file": []}[
        wish.order
    ]
    left = table.filter(keep)
    return left.sort_by(order) if order else left


def ask(labels: tuple[str, ...], key: str) -> Wish:
    """Return what the person filtered for; every choice stands in the address."""
    orders = {
        "loss": _("Largest loss first"),
        "sure": _("Most confident first"),
        "unsure": _("Least confident first"),
        "file": _("As in the file"),
    }
    classes = dict(zip(labels, labels, strict=True))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wrong = st.toggle(_("Only wrong answers"), key="wrong", bind="query-params")
        search = st.text_input(_("Search in the text"), type="search", key="find", bind="query-params", width=260)
        order = address.select(_("Order"), orders, "order", default="loss", width=220) or "loss"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = address.select(_("True label"), classes, "target", placeholder=_("any"), width=220)
        answer = address.select(_("Answer"), classes, "answer", placeholder=_("any"), width=220)
        low, high = st.slider(_("Confidence"), 0.0, 1.0, (0.0, 1.0), 0.01, key=f"{key}-confidence", width=260)
    return Wish(wrong, target, answer, search, (low, high), order)


def draw(run: Run, dataset: Dataset, split: str, key: str) -> None:
    """Draw the filters, the rows that are left and the two downloads."""
    texts = tuple(name for name in (dataset.columns.text, dataset.columns.text_pair) if name)
    path = get_settings().runs() / run.id / "predictions" / f"{split}.parquet"
    table = load(run.id, split, dataset.id, texts, path.stat().st_mtime)
    left = chosen(table, ask(dataset.labels, key), texts)
    st.markdown(_("**{shown}** of {n} rows").format(shown=f"{len(left):,}", n=f"{len(table):,}"))
    if not len(left):
        st.info(_("No row matches. Take a filter away."), icon=":material/filter_alt_off:")
        return
    scores = [name for name in table.column_names if name.startswith("p_")]
    shown = [name for name in table.column_names if name not in scores or len(scores) <= MOST_SCORES]
    marked = left.select(shown).set_column(shown.index("right"), "right", pc.if_else(left["right"], "✓", "✕"))
    st.dataframe(marked, lazy=True, hide_index=True, height=520, column_config=_config(texts, scores), key=f"{key}-rows")
    with st.container(horizontal=True):
        name = f"{run.id}-{split}"
        st.download_button(
            _("Download these rows as CSV"),
            as_csv(left),
            f"{name}.csv",
            "text/csv",
            on_click="ignore",
            icon=":material/download:",
            key=f"{key}-csv",
        )
        st.download_button(
            _("Download these rows as Parquet"),
            as_parquet(left),
            f"{name}.parquet",
            "application/vnd.apache.parquet",
            on_click="ignore",
            icon=":material/download:",
            key=f"{key}-parquet",
        )
    st.caption(
        _("In the CSV, cells that a spreadsheet would run as a formula start with an apostrophe; the Parquet file holds them as they are.")
    )


def _config(texts: tuple[str, ...], scores: list[str]) -> dict:
    column = st.column_config
    return {
        "right": column.TextColumn(_("Right"), width=60, alignment="center"),
        "target": column.TextColumn(_("True label"), width=130),
        "answer": column.TextColumn(_("Answer"), width=130),
        "confidence": column.ProgressColumn(_("Confidence"), min_value=0.0, max_value=1.0, format="%.3f", width=120),
        "loss": column.NumberColumn(_("Loss"), format="%.3f", width=80),
        "id": column.TextColumn(_("Row"), width=100),
        **{name: column.TextColumn(width=460) for name in texts},
        **{name: column.NumberColumn(name.removeprefix("p_"), format="%.3f", width=90) for name in scores},
    }


def as_csv(table: pa.Table) -> Callable[[], bytes]:
    """Return what makes the CSV when it is asked for."""

    def make() -> bytes:
        frame: pd.DataFrame = spreadsheet_safe(table.to_pandas())
        return frame.to_csv(index=False).encode("utf-8-sig")  # with the mark, spreadsheets read it as UTF-8

    return make


def as_parquet(table: pa.Table) -> Callable[[], bytes]:
    """Return what makes the Parquet file when it is asked for."""

    def make() -> bytes:
        out = io.BytesIO()
        pq.write_table(table, out)
        return out.getvalue()

    return make
