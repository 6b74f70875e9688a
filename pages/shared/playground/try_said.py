"""All that people said of a run's answers: how much of it, a table to read, and a file to take away. Adds nothing."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmcore.records import Run
from fmcore.store import Store
from pages.shared import state, times
from pages.shared.words import _, plain, storable

MOST = 1_000
"""Rows of the table; the download has them all."""


def overview(store: Store, run: Run, name: str) -> None:
    """Draw how much was said, all of it as a table, and the download."""
    st.subheader(plain(name), anchor=False)
    total, wrong = store.count_feedback(run.id), store.count_feedback(run.id, wrong=True)
    if not total:
        st.info(_("Nobody has said anything of this model’s answers yet. Send a demo link, or try it yourself."), icon=":material/forum:")
        return
    said = _("**{wrong}** of {n} answers that people spoke about were called wrong. They chose what to try, so this is no accuracy.")
    st.markdown(said.format(wrong=f"{wrong:,}", n=f"{total:,}"))
    titles = {link.id: link.title for link in store.links(run.id)}
    lines = [
        {
            "wrong": "✕" if one.wrong else "✓", "text": storable(one.text if one.pair is None else f"{one.text} ⁄ {one.pair}"),
            "answer": one.answer, "right": one.right or "", "comment": storable(one.comment), "who": one.who,
            "when": times.moment(one.when), "confidence": one.scores.get(one.answer), "link": titles.get(one.link or "", one.link or ""),
        }
        for one in store.feedback(run.id, limit=MOST)
    ]  # fmt: skip
    column = st.column_config
    config = {
        "wrong": column.TextColumn(_("Right?"), width=60, alignment="center"),
        "text": column.TextColumn(_("Text"), width=280),
        "answer": column.TextColumn(_("Answer"), width=110),
        "right": column.TextColumn(_("Would be right"), width=110),
        "comment": column.TextColumn(_("Comment"), width=220),
        "who": column.TextColumn(_("Who"), width=110),
        "when": column.TextColumn(_("When"), width=140),
        "confidence": column.ProgressColumn(_("Confidence"), min_value=0.0, max_value=1.0, format="%.2f", width=110),
        "link": column.TextColumn(_("Through"), width=130),
    }
    st.dataframe(lines, hide_index=True, height="content" if len(lines) <= 12 else 460, column_config=config, key=f"feedback-{run.id}")
    st.download_button(
        _("Download as CSV"), as_csv(run.id), f"{run.id}-feedback.csv", "text/csv", on_click="ignore", icon=":material/download:",
        key=f"feedback-csv-{run.id}",
    )  # fmt: skip


def as_csv(run_id: str) -> Callable[[], bytes]:
    """Return what makes the CSV of all that was said."""

    def make() -> bytes:
        from fmcore.report.feedback import as_csv

        store = state.store()
        return as_csv(store.feedback(run_id, limit=store.count_feedback(run_id)))

    return make
