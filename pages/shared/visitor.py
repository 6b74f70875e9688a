"""Who came by a demo link: their one page, and what the link opens. A session that came by a link stays with it.

The secret stands in the address, so that a reload finds the page again; the store holds only its sha256.
"""

from __future__ import annotations

import streamlit as st

from fmcore.settings import get_settings
from fmcore.store import Link, Store
from pages.shared.places import PAGES
from pages.shared.state import Key

NAME = "link"
"""In the address: ``/?link=SECRET``."""


def _none() -> str | None:
    return None


SECRET: Key[str | None] = Key("visitor-secret", _none)
COUNTED: Key[str | None] = Key("visitor-counted", _none)


def came() -> bool:
    """Return whether this session came by a demo link, good or not; where only links are served, everybody did."""
    if NAME in st.query_params:
        SECRET.set(st.query_params[NAME])
    return SECRET.get() is not None or get_settings().only_links


def page() -> st.Page:
    """Return the one page that there is for such a session."""
    return st.Page(PAGES / "4_try" / "demo.py", title="FM Commons", icon=":material/science:", default=True)


def link(store: Store) -> Link | None:
    """Return what the link opens, its visit counted once a session; None when it opens nothing (any more)."""
    found = store.link_of(SECRET.get() or "")
    if found is not None and COUNTED.get() != found.id:
        COUNTED.set(found.id)
        store.visit_link(found.id)
    return found
