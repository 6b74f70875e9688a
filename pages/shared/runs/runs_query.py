"""What a person looks for in the list of runs: words, filters, order, columns. Every choice stands in the address."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Status
from fmcore.store import Store
from fmcore.store.records import RunQuery
from pages.shared import address
from pages.shared.runs import run_figures
from pages.shared.runs.run_figures import figure_title
from pages.shared.runs.run_status import status_title
from pages.shared.words import _

PAGE_ROWS = 50


def ask(store: Store) -> RunQuery:
    """Return what the person looks for; every choice stands in the address."""
    figures = run_figures.figure_names(store.run_columns())
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
                _("Figures to show"), {name: figure_title(name) for name in figures}, "columns", default=run_figures.STANDARD
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


def is_filtered(query: RunQuery) -> bool:
    return bool(query.search or query.status or query.dataset or query.tag)
