"""The Runs page's parts: what to look for, one page of answers, and what to do with the rows that were picked."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.evaluation.compare import MOST
from fmcore.records import Run, Status
from fmcore.store import Store
from fmcore.store.records import Page, RunQuery
from pages.shared import address, state
from pages.shared.places import go
from pages.shared.runs import run_actions, runs_table
from pages.shared.runs.run_status import status_title
from pages.shared.runs.runs_table import PAGE_ROWS, figure_title
from pages.shared.words import _, ngettext, plain


def ask(store: Store) -> RunQuery:
    """Return what the person looks for; every choice stands in the address."""
    figures = runs_table.figure_names(store.run_columns())
    datasets = {one.id: _("{name}, version {version}").format(name=one.name, version=one.version) for one in store.datasets()}
    tags = store.run_tags()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        search = st.text_input(
            _("Search"), type="search", key="q", bind="query-params", width=225, placeholder=_("name, tag, note, person …")
        )
        sorts = {name: figure_title(name) for name in ("when", "name", "seconds", "status", *figures)}
        sort = address.select(_("Sort by"), sorts, "sort", default="when", width=185) or "when"
        arrows = {"down": ":material/arrow_downward:", "up": ":material/arrow_upward:"}
        descending = address.segmented(_("Order"), arrows, "order", default="down", label_visibility="collapsed")
        with st.popover(_filters(), icon=":material/filter_list:"):
            status = address.select(_("Status"), {one.value: status_title(one) for one in Status}, "status", placeholder=_("any"))
            dataset = address.select(_("Data"), datasets, "data", placeholder=_("any"))
            tag = address.select(_("Tag"), dict(zip(tags, tags, strict=True)), "tag", placeholder=_("any"))
            deleted = st.toggle(_("Show the bin"), key="bin", bind="query-params")
        with st.popover(_("Columns"), icon=":material/view_column:"):
            columns = address.several(
                _("Figures to show"), {name: figure_title(name) for name in figures}, "columns", default=runs_table.STANDARD
            )
    shown = tuple(columns) if sort in columns or ":" not in sort else (sort, *columns)
    query = RunQuery(
        search=search,
        status=Status(status) if status else None,
        dataset=dataset,
        tag=tag,
        deleted=deleted,
        sort=sort,
        descending=descending == "down",
        columns=shown,
    )
    return _on_page(query)


def _filters() -> str:
    """Return the button's title, with how many filters are at work."""
    count = sum(name in st.query_params for name in ("status", "data", "tag", "bin"))
    return _("Filters ({count})").format(count=count) if count else _("Filters")


def _on_page(query: RunQuery) -> RunQuery:
    """Return the query for the page in the address; a changed filter goes back to the first."""
    wish = repr(query)
    if st.session_state.get("runs-wish") not in (None, wish):
        st.session_state["page"] = 1
    st.session_state["runs-wish"] = wish
    try:
        number = max(1, int(st.session_state.get("page") or st.query_params.get("page", "1")))
    except ValueError:
        number = 1
    return RunQuery(**{**query.__dict__, "offset": (number - 1) * PAGE_ROWS, "limit": PAGE_ROWS})


def leave_bin() -> None:
    """Draw the way back from an empty bin."""
    st.button(_("Back to the runs"), icon=":material/arrow_back:", on_click=_leave_bin)


def _leave_bin() -> None:
    st.session_state["bin"] = False


def is_filtered(query: RunQuery) -> bool:
    return bool(query.search or query.status or query.dataset or query.tag)


def draw(page: Page, query: RunQuery, store: Store) -> list[Run]:
    """Draw one page of runs and return those that the person picked."""
    names = {one.id: _("{name}, version {version}").format(name=one.name, version=one.version) for one in store.datasets()}
    if not page.runs:  # a link to a page that is no more
        st.session_state["page"] = 1
        st.rerun()
    frame = runs_table.table(page.runs, query.columns, names)
    generation = st.session_state.setdefault("runs-generation", 0)
    last = query.offset + len(page.runs)
    all_shown = ngettext("**{total} run**", "**{total} runs**", page.total)
    told = all_shown if len(page.runs) == page.total else _("**{total} runs**, {first} to {last} shown")
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


def _open(run_ids: list[str]) -> None:
    st.session_state["runs-opened"] = run_ids[st.session_state["runs-open"]["row"]]


def acts(chosen: list[Run], query: RunQuery, store: Store) -> None:
    """Draw what can be done with the picked rows. The buttons are always there, so that ticking a row never moves the table."""
    if opened := st.session_state.pop("runs-opened", None):
        go("run", run=opened)
    one = chosen[0] if len(chosen) == 1 else None
    with st.container(horizontal=True, vertical_alignment="center"):
        if query.deleted:
            if st.button(_("Restore"), icon=":material/restore_from_trash:", disabled=not chosen, key="runs-restore"):
                _restore(chosen, store)
            if st.button(_("Remove for good"), icon=":material/delete_forever:", disabled=not chosen, key="runs-purge"):
                run_actions.ask_purge([run.id for run in chosen], [])
            if st.button(_("Empty the bin"), icon=":material/delete_sweep:", type="tertiary", key="runs-empty"):
                run_actions.ask_purge(*store.purgeable_runs())
        else:
            many = 2 <= len(chosen) <= MOST
            why = _("Tick 2 to {n} runs to compare them.").format(n=MOST)
            if st.button(_("Compare"), icon=":material/compare_arrows:", disabled=not many, help=None if many else why, key="runs-compare"):
                go("compare", runs=",".join(run.id for run in chosen))
            if st.button(_("Name, tags, notes"), icon=":material/edit:", disabled=one is None, key="runs-edit") and one:
                run_actions.ask_edit(one, store)
            run_actions.download(one)
            if st.button(_("Put into the bin"), icon=":material/delete:", disabled=not chosen, key="runs-delete"):
                run_actions.ask_delete([run.id for run in chosen], [run.name for run in chosen], store)
        picked = ngettext("**{n}** picked", "**{n}** picked", len(chosen)) if chosen else _("Tick rows to act on them.")
        st.caption(picked.format(n=len(chosen)), width="content")


def _restore(chosen: list[Run], store: Store) -> None:
    try:
        store.restore_runs([run.id for run in chosen], who=state.who())
    except FmcoreError as error:
        st.error(plain(str(error)))
        return
    st.session_state["runs-generation"] += 1
    st.rerun()
