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
    said = _("Answers that people called wrong: **{wrong}** of {n}. They chose what to try, so this is no accuracy.")
    st.markdown(said.format(wrong=f"{wrong:,}", n=f"{total:,}"))
    titles = {link.id: link.title for link in store.links(run.id)}
    lines = [
        {
            "wrong": "✕" if one.wrong else "✓", "text": storable(one.text if one.pair is None else f"{one.text} ⁄ {one.pair}"),
            "answer": one.answer, "confidence": one.scores.get(one.answer), "right": one.right or "", "comment": storable(one.comment),
            "who": " · ".join(filter(None, (one.who, titles.get(one.link or "", one.link)))), "when": times.moment(one.when)[:10],
        }
        for one in store.feedback(run.id, limit=MOST)
    ]  # fmt: skip
    column = st.column_config
    config = {
        "wrong": column.TextColumn(_("Right?"), width=58, alignment="center"),
        "text": column.TextColumn(_("Text"), width=172),
        "answer": column.TextColumn(_("Answer"), width=80),
        "confidence": column.ProgressColumn(_("Confidence"), min_value=0.0, max_value=1.0, format="%.2f", width=90),
        "right": column.TextColumn(_("Would be right"), width=108),
        "comment": column.TextColumn(_("Comment"), width=110),
        "who": column.TextColumn(_("Who"), width=110, help=_("And the demo link through which they came, if any.")),
        "when": column.TextColumn(_("When"), width=88),
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
