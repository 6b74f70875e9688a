"""Base models: what a run may start from, checked before use."""

from __future__ import annotations

import streamlit as st

from fmcore.models.catalogue import MODELS
from pages.shared.places import link
from pages.shared.runs import base_view
from pages.shared.words import _


def choose() -> None:
    st.session_state["base"] = MODELS[st.session_state["models-choose"]["row"]].name


st.title(_("Base models"))
st.markdown(
    _("Fine-tuning starts from a model that already knows language. Each is checked before use: known kind, plain weights, no code.")
)

name = st.text_input(
    _("Base model"),
    value="embedded",
    key="base",
    bind="query-params",
    placeholder=_("embedded, a hub name, or a folder on this machine"),
    help=_("A name as on the hub, such as distilbert/distilbert-base-uncased, or a folder that save_pretrained wrote."),
    icon=":material/deployed_code:",
)
base = base_view.examine((name or "").strip() or "embedded")
if base is not None:
    link("finetune", _("Fine-tune this model"), base=base.name)

st.subheader(_("Well-known models"), anchor=False)
column = st.column_config
st.dataframe(
    base_view.catalogue(),
    hide_index=True,
    height="content",
    column_config={
        "choose": column.ButtonColumn("", width=80, pinned=True, type="tertiary", key="models-choose", on_click=choose),
        "title": column.TextColumn(_("Model"), width=135),
        "about": column.TextColumn(_("In short"), width=350),
        "parameters": column.TextColumn(_("Parameters"), width=100, alignment="right"),
        "languages": column.TextColumn(_("Languages"), width=90),
        "name": column.TextColumn(_("Name"), width=280),
    },
    key="models-catalogue",
)
st.caption(_("Only the first comes with the installation. The others are downloaded from the hub once, when a run asks for them."))
