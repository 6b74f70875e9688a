"""What a person typed, kept through a reload: short texts stand in the address, long ones in a file that the address names.

A file is kept under the hash of its content and swept after a week, as uploads are.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.shared import uploads

LONGEST_IN_ADDRESS = 600
"""Characters: what browsers and servers take without doubt, even where each one becomes nine."""


def area(label: str, name: str, **more: Any) -> str:
    """Return what was typed into a text area; a reload or a link finds it again."""
    if _key(name) not in st.session_state:
        st.session_state[_key(name)] = kept(name)
    text = st.text_area(label, key=_key(name), persist_state="session", **more) or ""
    keep(name, text)
    return text


def put(name: str, text: str) -> None:
    """Write into the area before it is drawn: for callbacks."""
    st.session_state[_key(name)] = text


def keep(name: str, text: str) -> None:
    """Let the address hold this text; an empty one leaves no trace there."""
    short = text if len(text) <= LONGEST_IN_ADDRESS else ""
    long = uploads.keep("text.txt", text.encode("utf-8", "replace")) if text and not short else ""
    for place, value in ((name, short), (f"{name}-file", long)):
        if not value:
            st.query_params.pop(place, None)
        elif st.query_params.get(place) != value:
            st.query_params[place] = value


def kept(name: str) -> str:
    """Return the text that the address holds or names; empty where there is none, or its file was swept."""
    found = uploads.path(st.query_params.get(f"{name}-file"))
    return found.read_text("utf-8", "replace") if found else st.query_params.get(name, "")


def _key(name: str) -> str:
    return f"typed-{name}"
