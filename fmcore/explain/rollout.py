"""Attention rollout as scores of positions: how much of the state that the answer is read from comes from each, by attention alone.

S. Abnar and W. Zuidema, "Quantifying attention flow in Transformers", ACL 2020. Never below 0 and the same for every label: it says where
a model looks, not what speaks for an answer. Whether hiding what it names moves the answer is for :mod:`fmcore.explain.trust` to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from fmcore.explain.attention import answers_at, flow, handed_out
from fmcore.explain.subject import Subject, at_rest, batches
from fmcore.tasks.protocol import Encoded

TOKENS_AT_ONCE = 1024
"""Every layer and head of a batch is in memory at once."""


def shares(subject: Subject, encoded: Encoded) -> list[np.ndarray]:
    """Return the shares of every item's positions, float64 (positions,), which add up to 1.

    Raises:
        ModelError: the model hands out no attention.
    """
    import torch

    found: dict[int, np.ndarray] = {}
    with at_rest(subject.model), eager(subject.model), torch.inference_mode():
        for chosen in batches(encoded.lengths, tokens=TOKENS_AT_ONCE):
            batch = subject.batch([encoded[n] for n in chosen])
            means = [one.mean(dim=1).cpu().numpy() for one in handed_out(subject.model, batch)]
            for row, n in enumerate(chosen):
                length = int(encoded.lengths[n])
                found[int(n)] = flow([mean[row, :length, :length] for mean in means])[answers_at(subject.model, length)].astype(np.float64)
    return [found[n] for n in range(len(encoded))]


@contextmanager
def eager(model: Any) -> Iterator[None]:
    """Let the model compute its attention in the kind that hands it out; afterwards it is as it was."""
    kind = model.config._attn_implementation
    model.set_attn_implementation("eager")
    try:
        yield
    finally:
        model.set_attn_implementation(kind)
