"""The result of a swap test: what follows, by category; how often and how far; the sentences that move most; what was left out."""

from __future__ import annotations

import streamlit as st

from fmcore.audit.swaps import summary
from fmcore.audit.swaps.records import SwapAudit
from fmcore.pipeline import swap_files, swap_results
from fmcore.pipeline.runs import folder
from fmcore.pipeline.swap_settings import asks_test_rows
from fmcore.records import Run
from fmcore.store import Store
from pages.shared import address, seal
from pages.shared.audit import audit_marks
from pages.shared.swaps import swaps_downloads, swaps_picture, swaps_sentences
from pages.shared.words import _, plain

HOW = "swaps page"
MOST_WORST = 10


def draw(run: Run, test: Run, store: Store) -> None:
    """Draw a test that is done; one of sealed sentences only after they were opened, which counts as a look."""
    if asks_test_rows(test):
        if not seal.opened(run, "test", store, how=HOW):
            return
        seal.looks(run, store)
    found = _judged(test.id, version(test))
    _answer(found)
    category = _category(found)
    swaps_picture.draw(found, category)
    st.subheader(_("The sentences that move farthest"), anchor=False)
    swaps_sentences.worst(found, category, MOST_WORST)
    _left_out(found)
    swaps_downloads.draw(test, found)


def version(test: Run) -> str:
    """Return what changes when the stored answers do."""
    path = folder(test.id) / swap_files.ANSWERED
    return f"{path}@{path.stat().st_mtime_ns}" if path.is_file() else ""


@st.cache_resource(max_entries=32, show_spinner=_("Judging the answers…"))
def _judged(test_id: str, version: str) -> SwapAudit:
    return swap_results.judged(test_id)


def _answer(found: SwapAudit) -> None:
    st.markdown(f"**{plain(str(summary.headline(found)))}**")
    answers = summary.answers(found)
    columns = st.columns(2) if len(answers) > 2 else [st.container()]
    for place, one in enumerate(answers):
        with columns[place % len(columns)], st.container(border=True):
            with st.container(horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(one.category)}**", width="content")
                audit_marks.badge(one.finding)
            st.markdown(plain(str(one.sentence)))
            st.caption(plain(str(one.counted)))
    said = _("{pairs} swaps of {sentences} sentences. Called acceptable before looking: {tolerance}.")
    st.caption(said.format(pairs=f"{found.pairs:,}", sentences=f"{found.sentences:,}", tolerance=f"{found.spec.tolerance:g}"))


def _category(found: SwapAudit) -> str | None:
    names = {one.category: one.category.replace("-", " ") for one in summary.answers(found)}
    if len(names) < 2:
        return None
    chosen = address.segmented(_("Category"), {"all": _("All"), **names}, "category", default="all")
    return None if chosen == "all" else chosen


def _left_out(found: SwapAudit) -> None:
    if found.left_out:
        label = _("Left out by name: {n} pairs of groups with too few sentences").format(n=len(found.left_out))
        with st.expander(label, icon=":material/filter_alt_off:"):
            for one in found.left_out[:100]:
                st.markdown(f"- {plain(str(one.sentence))}")
            if len(found.left_out) > 100:
                st.caption(_("… and {n} more; the JSON has all.").format(n=len(found.left_out) - 100))
    for note in found.notes:
        st.caption(plain(str(note)))
