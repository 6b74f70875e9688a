"""Numbers chosen on a page that stand in its address, so that a reload or a link restores them; as :mod:`pages.shared.address`."""

from __future__ import annotations

from typing import Any

import streamlit as st

from pages.shared.address import follow, restore


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
    key = restore(name, lambda typed: _number(typed, low, high, default), scope)
    chosen = st.slider(label, low, high, step=step, key=key, **more)
    follow(name, _written(chosen), _written(default))
    return chosen


def number(
    label: str, low: float, high: float, name: str, *, default: float, step: float | None = None, scope: str = "", **more: Any
) -> float:
    """Return the number typed; ``?name=5`` restores it."""
    key = restore(name, lambda typed: _number(typed, low, high, default), scope)
    chosen = st.number_input(label, low, high, step=step, key=key, required=True, **more)
    follow(name, _written(chosen), _written(default))
    return chosen


def unset(label: str, low: float, high: float, name: str, *, step: float, scope: str = "", **more: Any) -> float | None:
    """Return the number typed, None until there is one: for what the person is to choose; ``?name=5`` restores it."""
    key = restore(name, lambda typed: _typed(typed, low, high), scope)
    chosen = st.number_input(label, low, high, None, step=step, key=key, **more)
    follow(name, None if chosen is None else _written(chosen), None)
    return chosen


def _typed(typed: str, low: float, high: float) -> float | None:
    try:
        found = float(typed)
    except ValueError:
        return None
    return found if low <= found <= high else None


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
