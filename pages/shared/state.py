"""What a browser session remembers: every key, typed, with its default. Values are JSON-like, so that a session can be stored.

What a link should restore is not here but in the address: see :mod:`pages.shared.address`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import streamlit as st

from fmcore.settings import get_settings
from fmcore.store import Store, open_store

Value = TypeVar("Value")


@dataclass(frozen=True)
class Key(Generic[Value]):
    """One thing that a session remembers."""

    name: str
    default: Callable[[], Value]

    def get(self) -> Value:
        """Return what is remembered, or the default."""
        return st.session_state.get(self.name, self.default())

    def set(self, value: Value) -> None:
        st.session_state[self.name] = value

    def forget(self) -> None:
        st.session_state.pop(self.name, None)


def _nobody() -> str | None:
    return None


WHO: Key[str] = Key("who", lambda: get_settings().who)
"""The name that is recorded with every act."""
NOTICE: Key[str | None] = Key("notice", _nobody)
"""A sentence to show once, on the next run of the frame: ``say_next``."""


def who() -> str:
    """Return the name that this session's acts are recorded under. Never empty."""
    return (WHO.get() or "").strip() or get_settings().who


def ask_who(label: str, help: str) -> None:
    """Draw the small field for that name."""
    if WHO.name not in st.session_state:
        WHO.set(WHO.default())
    st.text_input(label, key=WHO.name, max_chars=80, icon=":material/person:", help=help, persist_state="session")


def set_checked(*choices: object) -> None:
    """Remember in the address that these choices, and no others, were checked."""
    st.query_params["checked"] = _mark(choices)


def is_checked(*choices: object) -> bool:
    """Return whether nothing changed since the check."""
    return st.query_params.get("checked") == _mark(choices)


def _mark(choices: tuple[object, ...]) -> str:
    return hashlib.sha256(repr(choices).encode()).hexdigest()[:12]


def say_next(sentence: str) -> None:
    """Show a sentence as a toast after the next rerun or page change."""
    NOTICE.set(sentence)


def show_notice() -> None:
    """Show what :func:`say_next` left, once. The sentence is Markdown."""
    if notice := NOTICE.get():
        NOTICE.forget()
        st.toast(notice, icon=":material/check:")


def store() -> Store:
    """Return the store of this process; opened and migrated once per address."""
    return open_store()


def is_dark() -> bool:
    """Return whether the browser shows the dark theme, for figures that bring their own colours."""
    return st.context.theme.type == "dark"
