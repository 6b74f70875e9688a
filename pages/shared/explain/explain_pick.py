"""Which text is explained: a row of the run's data, or somebody's own words. Test rows only after the seal was opened."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from fmcore.records import Dataset, Run
from fmcore.store import Store
from pages.shared import address, seal
from pages.shared.evaluate import items_rows
from pages.shared.evaluate.items_rows import Wish
from pages.shared.words import _, plain, shorten

Text = str | tuple[str, str]
MOST_ROWS = 40
"""Rows to choose from; every other one has a link from Evaluate's rows."""
LONGEST_LINK = 1500
"""Characters of own words that the address carries."""


def choose(run: Run, dataset: Dataset, store: Store) -> Text | None:
    """Return the text that a person chose or typed; None, with a sentence on the page, where there is none yet."""
    item = st.query_params.get("item")
    known = not item or _has(items_rows.of(run, dataset, "validation"), item)
    sources = {"validation": _("Validation rows"), "test": _(":material/lock: Test rows"), "own": _("Own words")}
    source = address.segmented(_("Text"), sources, "from", default="validation" if known else "test")
    if source == "own":
        return _own(dataset)
    if not seal.opened(run, source, store, how="explain page"):
        return None
    return _row(items_rows.of(run, dataset, source), dataset)


def _has(table: pa.Table, item: str) -> bool:
    return pc.index(table["id"], pa.scalar(item, table["id"].type)).as_py() >= 0


def _row(table: pa.Table, dataset: Dataset) -> Text | None:
    kinds = {"errors": _("Most confident errors"), "hits": _("Least confident hits"), "random": _("Random sample")}
    columns = items_rows.texts(dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = address.select(_("Which rows"), kinds, "pick", default="errors", width=220) or "errors"
        rows = items_rows.chosen(table, Wish(kind), columns).slice(0, MOST_ROWS).to_pylist()
        item = st.query_params.get("item")
        if item and _has(table, item) and item not in [row["id"] for row in rows]:
            rows = [*table.filter(pc.equal(table["id"], item)).to_pylist(), *rows]
        if not rows:
            st.info(_("No row is of this kind. Choose another."), icon=":material/filter_alt_off:")
            return None
        titles = {row["id"]: f"{'✓' if row['right'] else '✕'} {shorten(_line(row, columns), 90)}" for row in rows}
        chosen = address.select(_("Row"), titles, "item", default=rows[0]["id"], scope=kind)
    row = next(one for one in rows if one["id"] == chosen)
    _told(row, columns)
    texts = tuple(str(row[name] or "") for name in columns)
    return texts[0] if len(texts) == 1 else texts  # type: ignore[return-value]


def _line(row: dict, columns: tuple[str, ...]) -> str:
    return " ¦ ".join(" ".join(str(row[name] or "").split()) for name in columns)


def _told(row: dict, columns: tuple[str, ...]) -> None:
    """Draw the whole text, what it is, and what the model said."""
    with st.container(border=True, gap="small"):
        for name in columns:
            st.text(shorten(str(row[name] or ""), 2000))
        said = _("True label **{target}**, answered **{answer}** with {confidence} before calibration.")
        st.caption(said.format(target=plain(row["target"]), answer=plain(row["answer"]), confidence=f"{row['confidence']:.3f}"))


def _own(dataset: Dataset) -> Text | None:
    asked = [_("Text"), _("Second text")][: len(items_rows.texts(dataset))]
    typed = [_typed(label, f"text{place or ''}") for place, label in enumerate(asked)]
    if not all(one.strip() for one in typed):
        st.info(_("Type a text to see what the model makes of it."), icon=":material/edit:")
        return None
    return typed[0] if len(typed) == 1 else (typed[0], typed[1])


def _typed(label: str, name: str) -> str:
    key = f"explain-{name}"
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(name, "")
    typed = st.text_area(label, key=key, max_chars=100_000, height=100)
    if typed and len(typed) <= LONGEST_LINK:
        st.query_params[name] = typed
    else:
        st.query_params.pop(name, None)
    return typed
