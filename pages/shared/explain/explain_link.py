"""The way from a row that was answered to its explanation."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from fmcore.records import Run
from pages.shared.places import PLACES, link
from pages.shared.words import _, shorten

MOST = 50
"""Rows to choose from: the first of those on the screen."""


def draw(left: pa.Table, run: Run, texts: tuple[str, ...], key: str) -> None:
    """Draw a choice among the first of these rows and the link that explains it; nothing for a run that keeps no model."""
    if run.spec.stage != "finetune" or not PLACES["explain"].is_built:
        return
    first = left.slice(0, MOST).select(["id", "right", *texts]).to_pylist()
    titles = {str(row["id"]): f"{'✓' if row['right'] else '✕'} {_line(row, texts)}" for row in first}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(_("Why was it answered so?"), list(titles), format_func=titles.__getitem__, key=f"{key}-why")
        if chosen is not None:
            link("explain", _("Explain this row"), run=run.id, item=chosen)


def _line(row: dict, texts: tuple[str, ...]) -> str:
    return shorten(" ".join(" ".join(str(row[name] or "") for name in texts).split()), 90)
