"""Home: the pipeline with what is there and what comes next, the demo, and the newest runs."""

from __future__ import annotations

import streamlit as st

from fmcore.store import open_store
from pages.shared import demo_view, recent_view, stages_view
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.words import _

store = open_store()
datasets, counts = store.datasets(), store.count_runs()
is_new = not datasets and not any(counts.values())

st.title(_("From your data to a decision"), anchor=False)
if is_new:
    st.markdown(_("Bring a file of labelled text, fine-tune a foundation model on it, and read what it can do and how sure that is."))
    st.markdown(_("Nothing is here yet. The demo shows the whole way in about a minute, with a small set of made-up messages."))
else:
    st.markdown(stages_view.summary(datasets, counts))

with st.container(horizontal=True, vertical_alignment="center"):
    demo_view.button()
    link("add", _("Add your own data"))
with guard():
    demo_view.watch(store)

st.subheader(_("The way"), anchor=False)
stages_view.draw(store, datasets, counts)

with guard():
    recent_view.draw(store)
