"""The model that a run started from, beside the one that it trained: what attention and its steps are asked of. Runs in the worker."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import replace

from fmcore.errors import ModelError
from fmcore.explain.loaded import Loaded

MOST = 2
"""Base models kept: a person looks at one run, sometimes at two."""
_bases: OrderedDict[str, Loaded] = OrderedDict()
_turn = threading.Lock()


def model_of(loaded: Loaded, of: str) -> Loaded:
    """Return the run's model (``run``) or the one before fine-tuning (``base``), both with attention that hands out its weights.

    Raises:
        ModelError: the base model is gone or has changed, or ``of`` is neither.
    """
    if of == "run":
        return loaded.eager()
    if of != "base":
        raise ModelError("There is no model called {name} here. Known: run, base.", name=of[:40])
    with _turn:
        if loaded.run.id not in _bases:
            _bases[loaded.run.id] = _load(loaded)
            while len(_bases) > MOST:
                _bases.popitem(last=False)
        _bases.move_to_end(loaded.run.id)
        return _bases[loaded.run.id]


def _load(loaded: Loaded) -> Loaded:
    from fmcore.models.load import folder

    place = folder(loaded.run.spec.base)
    model = loaded.task.load_model(place, loaded.dataset.labels, loaded.tokenizer)
    model.set_attn_implementation("eager")
    return replace(loaded, model=model.eval().requires_grad_(False).to(loaded.device))
