"""The library of data sets: a line for each, the newest first."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Dataset
from fmcore.store import Store
from pages.shared import times
from pages.shared.places import link
from pages.shared.words import _, ngettext, plain

MOST = 50
"""Lines drawn at once; the search finds the rest."""


def draw(store: Store) -> None:
    """Draw the library, newest first; where it is empty, what to do about it."""
    if lost := store.damaged_datasets():
        text = ngettext("The record of data set {ids} in the store is damaged, so it is not listed; restore a copy of the store.",
                        "The records of data sets {ids} in the store are damaged, so they are not listed; restore a copy of the store.",
                        len(lost))  # fmt: skip
        st.error(text.format(ids=", ".join(plain(one, 40) for one in lost)), icon=":material/broken_image:")
    if not store.datasets():
        st.markdown(
            _("A data set is a file of texts with labels, checked and split into rows to learn from, to choose by and to judge by.")
        )
        st.info(_("There is none yet. Bring a file of your own, or start with a sample."), icon=":material/table_view:")
        with st.container(horizontal=True):
            link("add", _("Add data"))
            link("add", _("Look at the samples"), icon=":material/science:", **{"from": "sample"})
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(_("Search"), key="search", bind="query-params", placeholder=_("name or id"), type="search", live=True)
        link("add", _("**Add data**"))
    found = store.datasets(search=words or "")
    if not found:
        st.info(_("No data set has these words in its name."), icon=":material/search_off:")
    for dataset in found[:MOST]:
        _line(dataset)
    if len(found) > MOST:
        st.caption(_("{n} more; search to find them.").format(n=len(found) - MOST))


def title(dataset: Dataset) -> str:
    """Return name and version as Markdown."""
    return plain(_("{name}, version {version}").format(name=dataset.name, version=dataset.version))


def _line(dataset: Dataset) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{title(dataset)}**", width="content")  # no link's label: those never wrap, and a phone would cut it
            if dataset.confirmation:
                st.badge(_("problems confirmed"), icon=":material/gavel:", color="orange")
            link("data", _("Open"), icon=":material/arrow_forward:", data=dataset.id)
        rows, groups = sum(dataset.rows.values()), len(dataset.columns.groups)
        parts = [
            ngettext("{n} row", "{n} rows", rows).format(n=f"{rows:,}"),
            ngettext("{n} label", "{n} labels", len(dataset.labels)).format(n=len(dataset.labels)),
            *([ngettext("{n} group column", "{n} group columns", groups).format(n=groups)] if groups else []),
            _("added {ago} by {who}").format(ago=times.ago(dataset.when), who=dataset.who),
        ]
        st.caption(plain(" · ".join(parts)))
