"""Fine-tune: which data, which base model, which settings; what it will cost; start."""

from __future__ import annotations

import streamlit as st

from fmcore.pipeline import runs
from fmcore.store import open_store
from fmcore.training.settings import FinetuneSettings
from pages.shared import forms
from pages.shared.guard import guard
from pages.shared.runs import base_view, forecast_view, queue_view, start_view
from pages.shared.words import _, plain

store = open_store()
st.title(_("Fine-tune"), anchor=False)
clone = start_view.cloned(store)
if clone is not None:
    st.info(_("Starts from the choices of {name}. Change what you like.").format(name=plain(clone.name)), icon=":material/content_copy:")

left, right = st.columns(2)
with left:
    dataset = start_view.choose_data(store, clone)
if dataset is None:
    st.stop()
with right:
    base = start_view.choose_base(clone)
if base is None:
    st.stop()

settings = forms.form(FinetuneSettings, start=dict(clone.spec.settings) if clone else None)
standard = _("{data} · {base}").format(data=dataset.name, base=base_view.title(base.name))
name = st.text_input(_("Name of the run"), key="name", bind="query-params", max_chars=200, placeholder=standard)

with guard():
    spec = runs.plan(dataset.id, base=base, settings=settings)
    st.subheader(_("Before it starts"), anchor=False)
    price, begin = st.columns([3, 2], vertical_alignment="center", gap="medium")
    with price:
        start_view.warn_of_length(spec)
        if not dataset.needs_confirmation:
            forecast_view.draw(spec)
    with begin:
        queue_view.before(store)
        if st.button(
            _("Start"), type="primary", icon=":material/play_arrow:", width="stretch", disabled=dataset.needs_confirmation, key="start"
        ):
            start_view.start(spec, (name or "").strip() or standard, clone)
