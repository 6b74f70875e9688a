"""Choices that stand in the page's address by their ids, so that a reload or a link restores the view.

streamlit's own ``bind="query-params"`` writes the *titles* of options, which change with the language; these write ids. The first visit
reads the address; from then on the widget leads and the address follows, so that two quick clicks can't undo each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st


def segmented(label: str, options: Mapping[str, str], name: str, *, default: str, scope: str = "", **more: Any) -> str:
    """Return the id chosen in a segmented control; ``?name=id`` restores it. ``scope`` as in :func:`select`."""
    key = restore(name, lambda text: text if text in options else default, scope)
    _carry_over(key, options)
    chosen = st.segmented_control(label, list(options), format_func=options.__getitem__, required=True, key=key, **more)
    return follow(name, chosen, default)


def select(
    label: str, options: Mapping[str, str], name: str, *, default: str | None = None, free: bool = False, scope: str = "", **more: Any
) -> str | None:
    """Return the id chosen in a select box, or None where nothing is chosen; ``?name=id`` restores it.

    ``free``: other ids may be typed. ``scope``: choices made under another one do not count.
    """
    key = restore(name, lambda text: text if text in options or (free and text) else default, scope)
    if st.session_state[key] not in options and not free:
        st.session_state[key] = default
    _carry_over(key, options)
    # index 0 leaves no way to clear the choice, and is no default that would fight with the value in the session
    index = None if default is None else 0
    chosen = st.selectbox(label, list(options), index, partial(_title, dict(options)), key, accept_new_options=free, **more)
    return follow(name, chosen, default)


def several(label: str, options: Mapping[str, str], name: str, *, default: Sequence[str] = (), scope: str = "", **more: Any) -> list[str]:
    """Return the ids chosen in a multi-select; ``?name=a,b`` restores them. ``scope`` as in :func:`select`."""
    key = restore(name, lambda text: [one for one in split(text) if one in options] if text else list(default), scope)
    if lost := [one for one in st.session_state[key] if one not in options]:
        st.session_state[key] = [one for one in st.session_state[key] if one not in lost]
    _carry_over(key, options)
    chosen = st.multiselect(label, list(options), format_func=partial(_title, dict(options)), key=key, **more)
    follow(name, join(chosen), join(default))
    return chosen


def join(ids: Sequence[str]) -> str:
    """Return ids as the address holds several of them.

    Example:
        >>> join(["sex", "town, or village"])
        'sex,town%2C or village'
    """
    return ",".join(one.replace("%", "%25").replace(",", "%2C") for one in ids)


def split(text: str) -> list[str]:
    """Return the ids that :func:`join` put together."""
    return [one.replace("%2C", ",").replace("%25", "%") for one in text.split(",")]


def toggle(label: str, name: str, *, scope: str = "", **more: Any) -> bool:
    """Return whether it is switched on; ``?name=on`` restores it. ``scope`` as in :func:`select`."""
    key = restore(name, lambda typed: typed == "on", scope)
    chosen = st.toggle(label, key=key, **more)
    follow(name, "on" if chosen else "", "")
    return chosen


def text(label: str, name: str, *, default: str = "", scope: str = "", **more: Any) -> str:
    """Return what was typed; ``?name=…`` restores it. ``scope`` as in :func:`select`."""
    key = restore(name, lambda typed: typed or default, scope)
    return follow(name, st.text_input(label, key=key, **more), default) or ""


def held(name: str, scope: str = "") -> Any:
    """Return what the widget of this name holds at the moment, None where it is not drawn: for callbacks."""
    return st.session_state.get(f"address-{name}-{scope}")


def put(name: str, value: str) -> None:
    """Choose for the person, in a callback: the widget of this name starts from the address again. Empty: from its default."""
    for key in [key for key in st.session_state if str(key).startswith(f"address-{name}-")]:
        del st.session_state[key]
    if value:
        st.query_params[name] = value
    else:
        st.query_params.pop(name, None)


def ids(name: str, most: int) -> list[str]:
    """Return the ids in ``?name=a,b,c``, each once, at most so many."""
    return list(dict.fromkeys(one for one in st.query_params.get(name, "").split(",") if one))[:most]


def _carry_over(key: str, options: Mapping[str, str]) -> None:
    """See to it that a choice outlives new titles: the browser holds the old ones, which streamlit would not find among the options."""
    titles = dict(options)
    if st.session_state.get(f"titles-{key}", titles) != titles:
        st.session_state[key] = st.session_state[key]  # read by the old titles, written by the new ones
    st.session_state[f"titles-{key}"] = titles


def _title(options: Mapping[str, str], one: str) -> str:  # no lambda: a session's state must be storable
    return options.get(one, one)


def restore(name: str, read: Callable[[str], Any], scope: str = "") -> str:
    """Return the key of the widget of this name; on the first visit it starts from what ``read`` makes of the address."""
    key = f"address-{name}-{scope}"
    if key not in st.session_state:
        st.session_state[key] = read(st.query_params.get(name, ""))
    return key


def follow(name: str, value: str | None, default: str | None) -> str | None:
    """Return the value after writing it into the address, where a default leaves no trace."""
    if value == default or not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
    return value
