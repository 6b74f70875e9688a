"""Data sets: the library, and the card of the one in the address (``?data=…``)."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import StoreError
from fmcore.store import open_store
from pages.shared import address
from pages.shared.data import card_view, data_view, difference_view, library_view, overlap_view, problems_view, rows_view
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
        problems_view.confirmation(dataset)
        overlap_view.of_stored(dataset)
        problems_view.draw(dataset.problems)
    case "rows":
        rows_view.draw(dataset)
    case "compare":
        difference_view.draw(dataset, store)
    case _:
        card_view.draw(dataset)
