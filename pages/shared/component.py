"""Components of our own on a page (``st.components.v2``), with values that a session can store.

Streamlit 1.67 shows a component's value as a class that is made anew at each look, which pickle can't store; with
``enforceSerializableSessionState`` every page with a component would end in an error. Here the same value is a plain dict.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st
from streamlit.components.v2.bidi_component import main as mounting


def made(name: str, *, html: str, css: str, js: str) -> Callable[..., Any]:
    """Return a component that is called to stand on a page. All three are files of ours: never text of a person or a model."""
    mounting.make_bidi_component_presenter = _plain
    return st.components.v2.component(name, html=html, css=css, js=js)


def _plain(events_id: str, component_id: str | None = None, allowed: set[str] | None = None) -> Callable[[object, Any], object]:
    def present(value: object, session: Any) -> object:
        try:
            events = session._new_widget_state[events_id] or []
        except KeyError:
            events = []
        happened = {event["event"]: event.get("value") for event in events if isinstance(event, dict) and "event" in event}
        return {**happened, **value} if isinstance(value, dict) else value

    return present
