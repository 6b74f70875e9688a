"""Who came by a demo link: their one page, and what the link opens. A session that came by a link stays with it.

The secret stands in the address, so that a reload finds the page again; the store holds only its sha256.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import streamlit as st

from fmcore.settings import get_settings
from fmcore.store import Link, Store
from pages.shared.places import PAGES
from pages.shared.state import Key

DEMO = PAGES / "4_try" / "demo.py"
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


def pages() -> list[st.Page]:
    """Return the one page that there is for such a session, at the root and at whatever other address was typed.

    Streamlit would put a box "Page not found" over it otherwise.
    """
    asked = unquote(urlsplit(st.context.url or "").path).strip("/").rpartition("/")[2].strip()
    root = {"default": True, "url_path": "visitor"} if asked == DEMO.stem else {"default": True}
    return [_page(**root), *([_page(url_path=asked, visibility="hidden")] if asked else [])]


def _page(**more: Any) -> st.Page:
    return st.Page(DEMO, title="FM Commons", icon=":material/science:", **more)


def link(store: Store) -> Link | None:
    """Return what the link opens, its visit counted once a session; None when it opens nothing (any more)."""
    found = store.link_of(SECRET.get() or "")
    if found is not None and COUNTED.get() != found.id:
        COUNTED.set(found.id)
        store.visit_link(found.id)
    return found
