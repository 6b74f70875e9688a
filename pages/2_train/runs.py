"""Every run: find, sort, compare, tag, put into the bin, export."""

from __future__ import annotations

import streamlit as st

from fmcore.store import open_store
from pages.shared.places import go, link
from pages.shared.runs import bin_view, runs_list, runs_query
from pages.shared.words import _

store = open_store()
compared = st.query_params.get("compare")
if compared:  # links that people kept from when the comparison stood here
    go("compare", runs=compared)

st.title(_("Runs"), anchor=False)
query = runs_query.ask(store)
page = store.runs(query)
if not page.total and not runs_query.is_filtered(query):
    st.info(_("The bin is empty.") if query.deleted else _("No run yet. The first one takes a few minutes."), icon=":material/history:")
    if query.deleted:
        bin_view.leave()
    else:
        link("finetune", _("Start a first run"), icon=":material/play_arrow:")
        bin_view.enter(store)
    st.stop()
if not page.total:
    st.info(_("No run matches. Change the words, or take a filter away."), icon=":material/filter_alt_off:")
    st.stop()

acts = st.container()  # above the table, where the eye is when a row is ticked
chosen = runs_list.draw(page, query, store)
with acts:
    runs_list.acts(chosen, query, store)
st.caption(_("Lists and comparisons show validation figures. The test split stays sealed in each run's report."))
if query.deleted:
    bin_view.leave()
else:
    bin_view.enter(store)
