"""Data sets: the library, and the card of the one in the address (``?data=…``)."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import StoreError
from fmcore.store import open_store
from pages.shared import address
from pages.shared.data import data_view, library_view
from pages.shared.places import link
from pages.shared.words import _, plain

store = open_store()
dataset = None
if asked := st.query_params.get("data"):
    try:
        dataset = store.dataset(asked)
    except StoreError:
        st.error(plain(_("There is no data set {id}. It may have been deleted.").format(id=asked)), icon=":material/search_off:")

if dataset is None:
    st.title(_("Data"), anchor=False)
    library_view.draw(store)
    st.stop()

link("data", _("All data sets"), icon=":material/arrow_back:")
data_view.head(dataset, store)
views = {
    "card": _("Card"),
    "problems": _("Check ({n})").format(n=len(dataset.problems)),
    "rows": _("Rows"),
    "compare": _("Compare"),
}
match address.segmented(_("Show"), views, "show", default="card", label_visibility="collapsed"):
    case "problems":
        data_view.problems(dataset)
    case "rows":
        data_view.rows(dataset)
    case "compare":
        library_view.compare(dataset, store)
    case _:
        data_view.card(dataset)
