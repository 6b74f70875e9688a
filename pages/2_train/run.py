"""One run, live: where it stands, how fast it goes, how it learns, what it says."""

from __future__ import annotations

import streamlit as st

from fmcore.store import open_store
from pages.shared.runs import run_actions, run_live, run_origin, run_pick, run_settings, run_status
from pages.shared.words import _, plain

store = open_store()
run = run_pick.from_address(store, _("Run"), "run")

with st.container(horizontal=True, vertical_alignment="center"):
    st.title(plain(run.name), anchor=False, width="content")
    run_status.badge(run)
run_origin.draw(run, store)
run_actions.row(run, store)
if run.status.is_final:
    run_live.ended(run, store)
else:
    run_live.watch(run.id, run.status)
with st.expander(_("Settings, tags and notes"), icon=":material/tune:"):
    run_settings.draw(run)
