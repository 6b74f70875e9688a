"""What can be asked of a loaded model, by name. An operation is a line here and a function in a module of its own.

Only the worker loads what stands here, each module when it is first asked for. A function takes ``(loaded, **asked)`` and returns JSON
values, numpy arrays, and dicts and lists of them; what goes wrong is an :class:`FmcoreError` whose sentence travels back. Operations on
one model take turns, so they may hang hooks on ``loaded.model``: answers come from a copy that shares its weights.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from typing import Any

from fmcore.errors import InferenceError, unknown
from fmcore.records import Sentence

OPERATIONS: Mapping[str, str] = {
    "answer": "fmcore.inference.answers:answer",
    "neighbours": "fmcore.inference.neighbours:neighbours",
    "attention": "fmcore.explain.attention:heads",
    "attention-about": "fmcore.explain.attention:about",
    "attention-bertviz": "fmcore.explain.bertviz_page:page",
    "attention-neurons": "fmcore.explain.steps:neurons",
    "attention-overview": "fmcore.explain.attention:overview",
    "attention-rollout": "fmcore.explain.attention:rollout",
    "attention-steps": "fmcore.explain.steps:steps",
    "attribution": "fmcore.inference.explanations:attribution",
    "faithfulness": "fmcore.inference.explanations:faithfulness",
    "counterfactuals": "fmcore.inference.explanations:counterfactuals",
    "group-words": "fmcore.inference.explanations:pushes",
    "int8-check": "fmcore.inference.int8:check",
}
"""Operation id → ``module:function``."""

Watch = Callable[[float, Sentence], None]
"""Hears the share of some part of the work that is done, 0 to 1, and which part that is. What it raises ends the work."""
WATCHED = frozenset(("counterfactuals", "faithfulness"))
"""Operations that take a :data:`Watch` as ``watch``, since they may take a minute."""


def untold(share: float, said: Sentence) -> None:
    """Hear nothing."""


def find(operation: str) -> Callable[..., Any]:
    """Return the function of an operation.

    Raises:
        InferenceError: there is none of this name.
    """
    if operation not in OPERATIONS:
        raise InferenceError("{sentence}", sentence=unknown("operation", operation, OPERATIONS))
    module, _, name = OPERATIONS[operation].partition(":")
    return getattr(importlib.import_module(module), name)
