"""What can be asked of a loaded model, by name. An operation is a line here and a function in a module of its own.

Only the worker loads what stands here, each module when it is first asked for. A function takes ``(loaded, **asked)`` and returns JSON
values, numpy arrays, and dicts and lists of them; what goes wrong is an :class:`FmcoreError` whose sentence travels back. Operations on
one model take turns, so they may hang hooks on ``loaded.model``: answers come from a copy that shares its weights.
"""

from __future__ import annotations

import copy
import functools
import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fmcore.errors import InferenceError, unknown
from fmcore.records import Dataset, Run
from fmcore.tasks import Task

if TYPE_CHECKING:
    import torch

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


@dataclass(frozen=True, eq=False)
class Loaded:
    """A trained model, ready to be asked."""

    run: Run
    dataset: Dataset
    task: Task
    model: torch.nn.Module
    """In evaluation mode, float32, its parameters without gradients."""
    tokenizer: Any
    max_length: int
    """Tokens that it reads, as in training."""
    temperature: float | None
    """Fitted on the run's validation rows; None where there is no best one."""
    device: str
    """``cpu`` or ``cuda``: where the model lies."""

    def eager(self) -> Loaded:
        """Return the same with attention that hands out its weights (``output_attentions=True``); the others give an empty tuple."""
        return self._eager

    def twin(self) -> Loaded:
        """Return the same with a model and tokenizer of its own, whose weights are these: hooks on one do not touch the other."""
        shared = {id(part): part for part in (*self.model.parameters(), *self.model.buffers())}
        return replace(self, model=copy.deepcopy(self.model, shared), tokenizer=copy.deepcopy(self.tokenizer))

    @functools.cached_property
    def _eager(self) -> Loaded:
        made = self.twin()
        made.model.set_attn_implementation("eager")
        return made


def find(operation: str) -> Callable[..., Any]:
    """Return the function of an operation.

    Raises:
        InferenceError: there is none of this name.
    """
    if operation not in OPERATIONS:
        raise InferenceError("{sentence}", sentence=unknown("operation", operation, OPERATIONS))
    module, _, name = OPERATIONS[operation].partition(":")
    return getattr(importlib.import_module(module), name)
