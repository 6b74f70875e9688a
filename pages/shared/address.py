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
    key = _restore(name, lambda text: text if text in options else default, scope)
    chosen = st.segmented_control(label, list(options), format_func=options.__getitem__, required=True, key=key, **more)
    return _follow(name, chosen, default)


def select(
    label: str, options: Mapping[str, str], name: str, *, default: str | None = None, free: bool = False, scope: str = "", **more: Any
) -> str | None:
    """Return the id chosen in a select box, or None where nothing is chosen; ``?name=id`` restores it.

    ``free``: other ids may be typed. ``scope``: choices made under another one do not count.
    """
    key = _restore(name, lambda text: text if text in options or (free and text) else default, scope)
    if st.session_state[key] not in options and not free:
        st.session_state[key] = default
    # index 0 leaves no way to clear the choice, and is no default that would fight with the value in the session
    index = None if default is None else 0
    chosen = st.selectbox(label, list(options), index, partial(_title, dict(options)), key, accept_new_options=free, **more)
    return _follow(name, chosen, default)


def several(label: str, options: Mapping[str, str], name: str, *, default: Sequence[str] = (), scope: str = "", **more: Any) -> list[str]:
    """Return the ids chosen in a multi-select; ``?name=a,b`` restores them. ``scope`` as in :func:`select`."""
    key = _restore(name, lambda text: [one for one in split(text) if one in options] if text else list(default), scope)
    if lost := [one for one in st.session_state[key] if one not in options]:
        st.session_state[key] = [one for one in st.session_state[key] if one not in lost]
    chosen = st.multiselect(label, list(options), format_func=partial(_title, dict(options)), key=key, **more)
    _follow(name, join(chosen), join(default))
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
    key = _restore(name, lambda typed: typed == "on", scope)
    chosen = st.toggle(label, key=key, **more)
    _follow(name, "on" if chosen else "", "")
    return chosen


def text(label: str, name: str, *, default: str = "", scope: str = "", **more: Any) -> str:
    """Return what was typed; ``?name=…`` restores it. ``scope`` as in :func:`select`."""
    key = _restore(name, lambda typed: typed or default, scope)
    return _follow(name, st.text_input(label, key=key, **more), default) or ""


def slider(
    label: str,
    low: float,
    high: float,
    name: str,
    *,
    default: float | tuple[float, float],
    step: float = 0.01,
    scope: str = "",
    **more: Any,
) -> Any:
    """Return the number chosen, or the two of a range where the default is one; ``?name=0.8`` or ``?name=0.2~0.8`` restores it."""
    key = _restore(name, lambda typed: _number(typed, low, high, default), scope)
    chosen = st.slider(label, low, high, step=step, key=key, **more)
    _follow(name, _written(chosen), _written(default))
    return chosen


def number(
    label: str, low: float, high: float, name: str, *, default: float, step: float | None = None, scope: str = "", **more: Any
) -> float:
    """Return the number typed; ``?name=5`` restores it."""
    key = _restore(name, lambda typed: _number(typed, low, high, default), scope)
    chosen = st.number_input(label, low, high, step=step, key=key, required=True, **more)
    _follow(name, _written(chosen), _written(default))
    return chosen


def _written(value: float | tuple[float, float]) -> str:
    return "~".join(f"{one:.10g}" for one in (value if isinstance(value, tuple) else (value,)))


def _number(typed: str, low: float, high: float, default: float | tuple[float, float]) -> Any:
    """Return the numbers in the address, of the default's kind; the default where they are none or out of bounds."""
    wanted = default if isinstance(default, tuple) else (default,)
    try:
        found = tuple(type(one)(part) for one, part in zip(wanted, typed.split("~"), strict=True))
    except ValueError:
        return default
    if not all(low <= one <= high for one in found) or list(found) != sorted(found):
        return default
    return found if isinstance(default, tuple) else found[0]


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


def _title(options: Mapping[str, str], one: str) -> str:  # no lambda: a session's state must be storable
    return options.get(one, one)


def _restore(name: str, read: Callable[[str], Any], scope: str = "") -> str:
    key = f"address-{name}-{scope}"
    if key not in st.session_state:
        st.session_state[key] = read(st.query_params.get(name, ""))
    return key


def _follow(name: str, value: str | None, default: str | None) -> str | None:
    if value == default or not value:
        st.query_params.pop(name, None)
    elif st.query_params.get(name) != value:
        st.query_params[name] = value
    return value
