"""A form grown from a pydantic settings model, the same model that the command line grows from.

Title, help, bounds and choices come from the field; the group ``full`` waits in an expander. Every value that differs from its default
stands in the page's address, so a reload or a link restores the form. Knows no particular settings.
"""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Mapping
from typing import Any, TypeVar

import streamlit as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pages.shared.words import _

Model = TypeVar("Model", bound=BaseModel)
PER_ROW = 3


def form(model: type[Model], *, prefix: str = "", start: Mapping[str, Any] | None = None, given: Mapping[str, Any] | None = None) -> Model:
    """Draw the settings and return the model as it stands now: always valid, because each widget keeps its field's bounds.

    ``prefix`` keeps two forms on one page apart. ``start`` fills in other values than the model's own, for a clone; what the person
    typed since, or what the address says, wins. ``given`` holds what was asked elsewhere on the page: no widget is drawn for that.
    Not inside ``st.form``: estimates follow each change.
    """
    values: dict[str, Any] = dict(given or {})
    asked = {name: field for name, field in model.model_fields.items() if name not in values}
    short = {name: field for name, field in asked.items() if _extra(field).get("group") != "full"}
    full = {name: field for name, field in asked.items() if name not in short}
    _rows(short, values, prefix, start or {})
    if full:
        changed = sum(_is_changed(name, field, prefix, start or {}) for name, field in full.items())
        label = _("All settings ({count} changed)").format(count=changed) if changed else _("All settings")
        with st.expander(label, icon=":material/tune:", key=f"{prefix}full"):
            _rows(full, values, prefix, start or {})
    return model(**values)


def _rows(fields: Mapping[str, FieldInfo], values: dict[str, Any], prefix: str, start: Mapping[str, Any]) -> None:
    names = list(fields)
    for first in range(0, len(names), PER_ROW):
        for column, name in zip(st.columns(PER_ROW, vertical_alignment="bottom"), names[first : first + PER_ROW], strict=False):
            with column:
                values[name] = widget(name, fields[name], key=prefix + name, start=start.get(name, fields[name].default))


def widget(name: str, field: FieldInfo, *, key: str, start: Any) -> Any:
    """Draw the one widget that suits the field and return its value, in the field's own type."""
    label, help, bind = _label(name, field), field.description, "query-params"
    kind, optional = _kind(field)
    if typing.get_origin(kind) is typing.Literal:
        choices = list(typing.get_args(kind))
        return st.selectbox(label, choices, index=choices.index(start), key=key, help=help, bind=bind)
    if kind is bool:
        return st.toggle(label, value=start, key=key, help=help, bind=bind)
    if kind in (int, float):
        low, high = _bound(field, "ge", kind), _bound(field, "le", kind)
        step, shown = (1, None) if kind is int else (_step(start, low, high), "%g")
        placeholder = _("as the base model has it") if optional else None
        # not ``required``: that would write "(required)" beside every label, and a field that starts with a number can't be left empty
        return st.number_input(label, low, high, start, step=step, format=shown, key=key, help=help, placeholder=placeholder, bind=bind)
    return st.text_input(label, value=start, key=key, help=help, bind=bind)


def _label(name: str, field: FieldInfo) -> str:
    title, unit = field.title or name.replace("_", " ").capitalize(), _extra(field).get("unit")
    return f"{_(title)} ({_(unit)})" if unit and unit != "share" else _(title)


def _extra(field: FieldInfo) -> Mapping[str, Any]:
    return field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}


def _kind(field: FieldInfo) -> tuple[Any, bool]:
    """Return the field's type without None, and whether None is allowed."""
    if typing.get_origin(field.annotation) in (typing.Union, types.UnionType):
        return next(k for k in typing.get_args(field.annotation) if k is not type(None)), True
    return field.annotation, False


def _bound(field: FieldInfo, name: str, kind: type) -> Any:
    found = [getattr(rule, name) for rule in field.metadata if hasattr(rule, name)]
    return kind(found[0]) if found else None


def _step(value: float | None, low: float | None, high: float | None) -> float:
    """Return a tenth of the value's own power of ten, or a twentieth of a small range where there is no value to go by."""
    if value:
        return 10.0 ** (math.floor(math.log10(abs(value))) - 1) if value < 0.01 else 10.0 ** math.floor(math.log10(abs(value)))
    return 0.05 if low is not None and high is not None and high - low <= 1 else 1.0


def _is_changed(name: str, field: FieldInfo, prefix: str, start: Mapping[str, Any]) -> bool:
    return st.session_state.get(prefix + name, start.get(name, field.default)) != field.default
