"""Compare two to six runs on the same rows: better, worse or cannot tell; what flipped; what they differ in."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.store import open_store
from pages.shared import address
from pages.shared.compare import compare_data, compare_flips, compare_pick, compare_settings, compare_view
from pages.shared.words import _, plain

store = open_store()
st.title(_("Compare"), anchor=False)
runs = compare_pick.choose(store)
if not runs:
    st.stop()
names = compare_pick.unique_names(runs)

splits = {"validation": _("Validation"), "test": _(":material/lock: Test")}
views = {"differences": _("Differences"), "flips": _("Rows that flipped"), "settings": _("Settings and curves")}
with st.container(horizontal=True, vertical_alignment="bottom"):
    split = address.segmented(_("Rows"), splits, "split", default="validation")
    view = address.segmented(_("Show"), views, "view", default="differences")
if view == "settings":
    compare_settings.draw(runs, names, store)
    st.stop()

opening = compare_data.opened(runs, split)
if opening is None:
    st.stop()
try:
    found = compare_data.result(runs, split, opening)
except FmcoreError as refusal:
    said = str(refusal)
    for run in runs:
        said = said.replace(run.id, f"“{run.name}”")
    st.error(plain(said), icon=":material/block:", title=_("These runs can’t be compared by their answers"))
    st.markdown(_("Take one of them away, or look at **Settings and curves**, which need no common rows."))
    st.stop()
if view == "flips":
    compare_flips.draw(found, runs, names, store.dataset(runs[0].spec.dataset), split)
else:
    compare_view.draw(found, runs, names, split, store)
