"""What a settings field takes, in words, and what is wrong with values that it refuses: the same sentence in every form and command."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

LONGEST = 60  # letters of a refused value that are shown
KINDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text", Path: "a path"}


def takes(field: FieldInfo) -> str:
    """Return what a field takes.

    Example:
        >>> from pydantic import Field
        >>> class Rows(BaseModel):
        ...     rows: int = Field(2000, ge=20, le=200_000)
        ...     share: float | None = Field(None, gt=0, lt=1)
        >>> [takes(field) for field in Rows.model_fields.values()]
        ['a whole number from 20 to 200,000', 'a number above 0 and below 1, or none']
    """
    kind, may_be_none = _kind(field)
    if any(getattr(one, "pattern", None) for one in field.metadata):
        said = (field.description or "").rstrip(".")
    elif typing.get_origin(kind) is typing.Literal:
        said = "one of " + ", ".join(str(one) for one in typing.get_args(kind))
    else:
        said = KINDS.get(kind, "another value") + _range(field)
    return f"{said}, or none" if may_be_none else said


def refused(error: ValidationError, model: type[BaseModel], *, name: Callable[[str], str] = str, shows_values: bool = True) -> str:
    """Return what is wrong with the values of a settings model, all of it: ``name`` says how a field is called where they came from.

    ``shows_values=False`` where a value may be a secret.
    """
    return "; ".join(_one(one, model, name, shows_values) for one in error.errors(include_url=False))


def shown(value: object) -> str:
    """Return a refused value as it is quoted, not too long."""
    text = str(value)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _one(wrong: Any, model: type[BaseModel], name: Callable[[str], str], shows_values: bool) -> str:
    field = str(wrong["loc"][0]) if wrong["loc"] else ""
    if field not in model.model_fields:
        known = ", ".join(sorted(map(name, model.model_fields)))
        return f"there is no setting called {shown(field)}; known: {known}" if field else str(wrong["msg"])
    said = f"{name(field)} takes {takes(model.model_fields[field])}"
    return f"{said} (found {shown(wrong['input'])})" if shows_values else said


def _kind(field: FieldInfo) -> tuple[Any, bool]:
    kind: Any = field.annotation
    if typing.get_origin(kind) not in (typing.Union, types.UnionType):
        return kind, False
    inner = [one for one in typing.get_args(kind) if one is not type(None)]
    return inner[0], len(inner) < len(typing.get_args(kind))


def _range(field: FieldInfo) -> str:
    found = {
        name: getattr(one, name) for one in field.metadata for name in ("ge", "gt", "le", "lt") if getattr(one, name, None) is not None
    }
    if {"ge", "le"} <= set(found):
        return f" from {_number(found['ge'])} to {_number(found['le'])}"
    words = {"gt": "above {}", "ge": "of {} or more", "lt": "below {}", "le": "of {} or less"}
    said = [word.format(_number(found[name])) for name, word in words.items() if name in found]
    return " " + " and ".join(said) if said else ""


def _number(bound: float) -> str:
    return f"{bound:,}" if isinstance(bound, int) else f"{bound:g}"
