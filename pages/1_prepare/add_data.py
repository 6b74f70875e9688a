"""Add data: from a file, a sample or a public set to a checked, split and stored data set."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import DataError
from pages.shared import address, state
from pages.shared.data import making, overlap_view, problems_view, reading_view, roles_view, source_view, split_view
from pages.shared.places import go
from pages.shared.words import _, plain

st.title(_("Add data"), anchor=False)
origins = {"file": _("A file of yours"), "sample": _("A sample"), "public": _("A public set")}
origin = address.segmented(_("Where from?"), origins, "from", default="file", label_visibility="collapsed")
if origin == "sample":
    source_view.samples()
    st.stop()
found = source_view.from_file() if origin == "file" else source_view.from_public()
if found is None:
    st.stop()
reading_view.preview(found.train)

st.subheader(_("Columns"), anchor=False)
columns = roles_view.choose(found)
if columns is None:
    st.stop()
st.subheader(_("Split"), anchor=False)
found, wish = split_view.choose(found, columns)

st.subheader(_("Check"), anchor=False)
if not state.is_checked(found.key, wish):
    st.markdown(_("Every row is looked at before anything can train: gaps, duplicates, overlap of train and test, personal data and more."))
    st.button(_("Check the data"), type="primary", icon=":material/fact_check:", on_click=state.set_checked, args=(found.key, wish))
    st.stop()
try:
    inspection = making.inspect(found, wish)
except DataError as error:
    st.error(plain(error), icon=":material/error:")
    st.stop()
inspection = overlap_view.ask(inspection, wish.columns, f"{found.key} {wish}")
problems_view.sizes(inspection)
problems_view.draw(inspection.problems)
if problems_view.is_hopeless(inspection):
    st.stop()

st.subheader(_("Save"), anchor=False)
name = address.text(
    _("Name"), "name", default=found.name, scope=found.key, max_chars=200, help=_("The same name again makes a new version.")
)
confirmed = not inspection.blocking or st.checkbox(
    _("I know these problems and want to use the data as it is. This is recorded with my name."), key=f"confirm-{found.key}"
)
if st.button(_("Save the data set"), type="primary", icon=":material/save:", disabled=not confirmed):
    added, was_there = making.save(found, wish, inspection, name=name, confirmed=confirmed, who=state.who())
    if was_there:
        go("data", data=added.id, again=name)
    state.say_next(_("Saved."))
    go("data", data=added.id)
