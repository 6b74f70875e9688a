"""A run's answers row by row: what is known of each, and which of them match a wish. Filtered on the server, so 100,000 rows are no burden.

Reads stored predictions and rows; never asks a model. Draws nothing (items_view.py does).
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import streamlit as st

from fmcore.data import shelf
from fmcore.data.export import spreadsheet_safe
from fmcore.pipeline import answers
from fmcore.records import Dataset, Run

MOST_RANDOM = 50
"""Rows of a random sample: as many as a person reads."""


@dataclass(frozen=True)
class Wish:
    """Which rows a person wants to see."""

    kind: str = "all"
    """``all``; ``errors``: wrong, the most confident first; ``hits``: right, the least confident first; ``random``: some of them."""
    wrong_only: bool = False
    target: str | None = None
    answer: str | None = None
    search: str = ""
    confidence: tuple[float, float] = (0.0, 1.0)
    order: str = "loss"
    draw: int = 1
    """Which random sample: the same number gives the same rows."""


def of(run: Run, dataset: Dataset, split: str) -> pa.Table:
    """Return id, texts, target, answer, right, confidence, loss and scores of every row; read once, shared, never changed."""
    return load(run.id, split, dataset.id, texts(dataset), answers.path(run.id, split).stat().st_mtime)


def texts(dataset: Dataset) -> tuple[str, ...]:
    """Return the columns that hold text."""
    return tuple(name for name in (dataset.columns.text, dataset.columns.text_pair) if name)


@st.cache_resource(max_entries=2, show_spinner=False)
def load(run_id: str, split: str, dataset_id: str, texts: tuple[str, ...], version: float) -> pa.Table:
    """Return the rows of one split. ``version`` is the file's time, so that a run that went on is read anew."""
    stored = answers.read(run_id, split)
    scores = [name for name in stored.columns if name.startswith("p_")]
    rows = shelf.rows(dataset_id, split)[["fmc_id", *texts]].rename(columns={"fmc_id": "id"})
    joined = stored.merge(rows, on="id", how="left", validate="one_to_one")
    joined["right"] = joined["target"] == joined["answer"]
    joined["confidence"] = joined[scores].max(axis=1)
    first = ["right", "target", "answer", "confidence", *texts, "loss", "id"]
    return pa.Table.from_pandas(joined[[*first, *scores]], preserve_index=False)


def chosen(table: pa.Table, wish: Wish, texts: tuple[str, ...]) -> pa.Table:
    """Return the rows that match every part of the wish, in the order asked for."""
    left = table.filter(_matches(table, wish, texts))
    if wish.kind == "random":
        places = np.random.default_rng(wish.draw).permutation(len(left))[:MOST_RANDOM]
        return left.take(pa.array(np.sort(places)))
    by = {"errors": "sure", "hits": "unsure"}.get(wish.kind, wish.order)
    order = {"loss": [("loss", "descending")], "sure": [("confidence", "descending")], "unsure": [("confidence", "ascending")], "file": []}[
        by
    ]
    return left.sort_by(order) if order else left


def _matches(table: pa.Table, wish: Wish, texts: tuple[str, ...]) -> pa.ChunkedArray:
    keep = pc.and_(pc.greater_equal(table["confidence"], wish.confidence[0]), pc.less_equal(table["confidence"], wish.confidence[1]))
    if wish.wrong_only or wish.kind == "errors":
        keep = pc.and_(keep, pc.invert(table["right"]))
    if wish.kind == "hits":
        keep = pc.and_(keep, table["right"])
    for column, value in (("target", wish.target), ("answer", wish.answer)):
        if value is not None:
            keep = pc.and_(keep, pc.equal(table[column], value))
    for word in wish.search.split():
        found = pa.nulls(len(table), pa.bool_()).fill_null(False)
        for name in texts:
            found = pc.or_(found, pc.match_substring(table[name].cast(pa.string()), word, ignore_case=True).fill_null(False))
        keep = pc.and_(keep, found)
    return keep


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
