"""Many texts asked of a model, in batches of like length: probabilities of the classes, or what the model's last layer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.tasks.text_tokens import Tokens, padded

if TYPE_CHECKING:
    import torch

TOKENS_ON_CPU = 1024
"""Tokens answered together on a CPU: what a layer makes of them stays in its cache. Batches of 64 rows of 250 tokens took twice as long."""


def probabilities(model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
    """Return the probability of each class, float64 (items, classes); rows add up to 1."""
    import torch

    found = _ask(_logits, model, encoded, tokenizer, batch_size=batch_size, device=device)
    if not found:
        return np.zeros((0, model.config.num_labels))
    order = _longest_first(encoded)
    answers = np.empty((len(order), found[0].shape[1]))
    answers[order] = torch.softmax(torch.cat(found), dim=-1).cpu().numpy()
    return answers / answers.sum(axis=1, keepdims=True)


def mean_states(model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
    """Return one vector per item, float32 (items, width): the mean of the last hidden states over its tokens."""
    import torch

    found = _ask(_mean_state, model, encoded, tokenizer, batch_size=batch_size, device=device)
    if not found:
        return np.zeros((0, 0), np.float32)
    order = _longest_first(encoded)
    vectors = np.empty((len(order), found[0].shape[1]), np.float32)
    vectors[order] = torch.cat(found).float().cpu().numpy()
    return vectors


def _ask(
    what: Callable[..., torch.Tensor], model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str
) -> list[torch.Tensor]:
    """Return ``what`` of each batch, the longest texts first: little padding, and too little memory shows at once."""
    import torch

    order, found = _longest_first(encoded), []
    multiple = 8 if str(device).startswith("cuda") else 1
    was_training = model.training
    model.eval()
    with torch.inference_mode():
        for rows in _together(encoded.lengths[order], batch_size, TOKENS_ON_CPU if multiple == 1 else None):
            batch = padded([encoded[i] for i in order[rows]], tokenizer, multiple=multiple)
            batch.pop("labels", None)
            found.append(what(model, {name: value.to(device) for name, value in batch.items()}))
    model.train(was_training)
    return found


def _longest_first(encoded: Tokens) -> np.ndarray:
    return np.argsort(-encoded.lengths, kind="stable")


def _together(lengths: np.ndarray, most: int, most_tokens: int | None) -> Iterator[slice]:
    """Yield which items, the longest first, are answered together: so many, and so many tokens, padding counted."""
    start = 0
    while start < len(lengths):
        fits = most if most_tokens is None else most_tokens // max(1, int(lengths[start]))
        yield slice(start, start + max(1, min(most, fits)))
        start += max(1, min(most, fits))


def _logits(model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    return model(**batch).logits.double()


def _mean_state(model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the mean of the last hidden states over the real tokens, (batch, width)."""
    states = model.base_model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1).clamp(min=1)
