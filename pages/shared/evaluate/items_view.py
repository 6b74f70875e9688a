"""What the model answered, row by row: the filters, the rows that are left, and both downloads. Chooses nothing itself (items_rows.py)."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from fmcore.records import Dataset, Run
from pages.shared import address, address_numbers
from pages.shared.evaluate import items_rows
from pages.shared.evaluate.items_rows import Wish
from pages.shared.explain import explain_link
from pages.shared.words import _

MOST_SCORES = 12
"""Score columns on the screen; with more labels than this the download has them all."""


def draw(run: Run, dataset: Dataset, split: str, key: str) -> None:
    """Draw the filters and the rows that are left."""
    table = items_rows.of(run, dataset, split)
    left = items_rows.chosen(table, ask(dataset.labels), items_rows.texts(dataset))
    show(left, len(table), dataset, key, f"{run.id}-{split}", run=run)


def ask(labels: tuple[str, ...]) -> Wish:
    """Return what the person filtered for; every choice stands in the address."""
    kinds = {
        "all": _("All"),
        "errors": _("Most confident errors"),
        "hits": _("Least confident hits"),
        "random": _("Random sample"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = address.segmented(_("Which rows"), kinds, "pick", default="all")
        number = int(address_numbers.number(_("Draw"), 1, 9999, "draw", default=1, width=110)) if kind == "random" else 1
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wrong = kind in ("all", "random") and st.toggle(_("Only wrong answers"), key="wrong", bind="query-params")
        search = st.text_input(_("Search in the text"), type="search", key="find", bind="query-params", width=260)
        order = _order() if kind == "all" else "loss"
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target, answer = cell(labels)
        confidence = address_numbers.slider(
            _("Confidence"),
            0.0,
            1.0,
            "confidence",
            default=(0.0, 1.0),
            width=260,
            help=_("The probability that the model gave to its own answer."),
        )
    return Wish(kind, bool(wrong), target, answer, search, confidence, order, number)


def cell(labels: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Return the true label and the answer chosen; None where any will do."""
    classes = dict(zip(labels, labels, strict=True))
    target = address.select(_("True label"), classes, "target", placeholder=_("any"), width=220)
    return target, address.select(_("Answer"), classes, "answer", placeholder=_("any"), width=220)


def _order() -> str:
    orders = {
        "loss": _("Largest loss first"),
        "sure": _("Most confident first"),
        "unsure": _("Least confident first"),
        "file": _("As in the file"),
    }
    return address.select(_("Order"), orders, "order", default="loss", width=220) or "loss"


def show(left: pa.Table, total: int, dataset: Dataset, key: str, name: str, *, run: Run | None = None) -> None:
    """Draw these rows, sent to the browser as it scrolls, the way to explain one of a ``run``, and the two downloads."""
    st.markdown(_("**{shown}** of {n} rows").format(shown=f"{len(left):,}", n=f"{total:,}"))
    if not len(left):
        st.info(_("No row matches. Take a filter away."), icon=":material/filter_alt_off:")
        return
    scores = [column for column in left.column_names if column.startswith("p_")]
    shown = [column for column in left.column_names if column not in scores or len(scores) <= MOST_SCORES]
    marked = left.select(shown).set_column(shown.index("right"), "right", pc.if_else(left["right"], "✓", "✕"))
    height = "content" if len(left) <= 12 else 460
    config = _config(items_rows.texts(dataset), scores)
    st.dataframe(marked, lazy=True, hide_index=True, height=height, column_config=config, key=f"{key}-rows")
    if run is not None:
        explain_link.draw(left, run, items_rows.texts(dataset), key)
    with st.container(horizontal=True):
        _download(_("Download these rows as CSV"), items_rows.as_csv(left), f"{name}.csv", "text/csv", f"{key}-csv")
        parquet = "application/vnd.apache.parquet"
        _download(_("Download these rows as Parquet"), items_rows.as_parquet(left), f"{name}.parquet", parquet, f"{key}-parquet")
    st.caption(
        _("In the CSV, cells that a spreadsheet would run as a formula start with an apostrophe; the Parquet file holds them as they are.")
    )


def _download(title: str, make, name: str, mime: str, key: str) -> None:
    st.download_button(title, make, name, mime, on_click="ignore", icon=":material/download:", key=key)


def _config(texts: tuple[str, ...], scores: list[str]) -> dict:
    column = st.column_config
    return {
        "right": column.TextColumn(_("Right"), width=60, alignment="center"),
        "target": column.TextColumn(_("True label"), width=130),
        "answer": column.TextColumn(_("Answer"), width=130),
        "confidence": column.ProgressColumn(
            _("Confidence"), min_value=0.0, max_value=1.0, format="%.3f", width=120, help=_("The probability of the answer given.")
        ),
        "loss": column.NumberColumn(_("Loss"), format="%.3f", width=80, help=_("How surprised the model is by the true label; 0 is best.")),
        "id": column.TextColumn(_("Row"), width=100),
        **{name: column.TextColumn(width=460) for name in texts},
        **{
            name: column.NumberColumn(name.removeprefix("p_"), format="%.3f", width=90, help=_("The probability of this label."))
            for name in scores
        },
    }
