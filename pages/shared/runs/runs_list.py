"""One page of the runs that were asked for, and what to do with the rows that were picked."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmcore.evaluation.compare import MOST
from fmcore.records import Run
from fmcore.store import Store
from fmcore.store.records import Page, RunQuery
from pages.shared.places import go
from pages.shared.runs import bin_view, run_actions, run_export, runs_table
from pages.shared.runs.runs_query import PAGE_ROWS
from pages.shared.words import _, ngettext, plain


def draw(page: Page, query: RunQuery, store: Store) -> list[Run]:
    """Draw one page of runs and return those that the person picked."""
    names = {one.id: _("{name}, version {version}").format(name=one.name, version=one.version) for one in store.datasets()}
    if page.damaged:
        damaged(page.damaged)
    if not page.runs and page.damaged:
        return []
    if not page.runs:  # a link to a page that is no more
        st.session_state["page"] = 1
        st.rerun()
    frame = runs_table.table(page.runs, query.columns, names)
    generation = st.session_state.setdefault("runs-generation", 0)
    here = len(page.runs) + len(page.damaged)
    last = query.offset + here
    all_shown = ngettext("**{total} run**", "**{total} runs**", page.total)
    told = all_shown if here == page.total else _("**{total} runs**, {first} to {last} shown")
    st.markdown(told.format(total=f"{page.total:,}", first=f"{query.offset + 1:,}", last=f"{last:,}"))
    shown = st.dataframe(
        frame,
        hide_index=True,
        height=min(38 + 35 * len(frame), 640),
        column_order=["open", "status", "name", *query.columns, "data", "base", "seconds", "when", "tags", "who", "id"],
        column_config=runs_table.config(query.columns, _open, [row.run.id for row in page.runs]),
        on_select="rerun",
        selection_mode="multi-row",
        placeholder="–",
        key=f"runs-table-{generation}-{hash(repr(query))}",
    )
    pages = -(-page.total // PAGE_ROWS)
    if pages > 1:
        with st.container(horizontal=True, horizontal_alignment="center"):
            st.pagination(pages, key="page", bind="query-params")
    return [page.runs[place].run for place in shown.selection.rows if place < len(page.runs)]


def damaged(run_ids: Sequence[str]) -> None:
    """Name the runs that can't be read; the others are listed."""
    text = ngettext("The record of run {ids} in the store is damaged, so it is not listed; restore a copy of the store.",
                    "The records of runs {ids} in the store are damaged, so they are not listed; restore a copy of the store.",
                    len(run_ids))  # fmt: skip
    st.error(text.format(ids=", ".join(plain(one, 40) for one in run_ids)), icon=":material/broken_image:")


def _open(run_ids: list[str]) -> None:
    st.session_state["runs-opened"] = run_ids[st.session_state["runs-open"]["row"]]


def acts(chosen: list[Run], query: RunQuery, store: Store) -> None:
    """Draw what can be done with the picked rows. The buttons are always there, so that ticking a row never moves the table."""
    if opened := st.session_state.pop("runs-opened", None):
        go("run", run=opened)
    one = chosen[0] if len(chosen) == 1 else None
    with st.container(horizontal=True, vertical_alignment="center"):
        if query.deleted:
            bin_view.acts(chosen, store)
        else:
            many = 2 <= len(chosen) <= MOST
            why = _("Tick 2 to {n} runs to compare them.").format(n=MOST)
            if st.button(_("Compare"), icon=":material/compare_arrows:", disabled=not many, help=None if many else why, key="runs-compare"):
                go("compare", runs=",".join(run.id for run in chosen))
            if st.button(_("Name, tags, notes"), icon=":material/edit:", disabled=one is None, key="runs-edit") and one:
                run_actions.ask_edit(one, store)
            run_export.download(one)
            if st.button(_("Put into the bin"), icon=":material/delete:", disabled=not chosen, key="runs-delete"):
                bin_view.ask_delete([run.id for run in chosen], [run.name for run in chosen], store)
        picked = ngettext("**{n}** picked", "**{n}** picked", len(chosen)) if chosen else _("Tick rows to act on them.")
        st.caption(picked.format(n=len(chosen)), width="content")
