"""How much each position of a model's input looks at each other one, in every layer and head. Says where a model looks, not why it answers.

Runs in the worker, in eager attention: the faster kinds hand out no weights. What leaves here is 8-bit: 255 is all that a position has.
S. Jain and B. Wallace, "Attention is not explanation", NAACL 2019; S. Abnar and W. Zuidema, "Quantifying attention flow", ACL 2020.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fmcore.errors import ModelError
from fmcore.explain import before
from fmcore.explain.loaded import Loaded

Text = str | Sequence[str]
THUMB = 32
"""Lines and columns of a head's small picture; longer inputs show the largest weight of each block."""
KEPT_MB = 96
"""Of readings kept for the next choice of layer or head: two of 512 tokens in a model of 12 layers and 12 heads."""

LONG, SOME = 128, 4
"""Tokens from which on so many heads are sent unless others are asked for: what is on the screen has to arrive first."""


@dataclass(frozen=True, eq=False)
class Reading:
    """What a model did with one text."""

    tokens: tuple[str, ...]
    second: int | None
    """Where the second text of a pair begins."""
    weights: np.ndarray
    """uint8 (layers, heads, n, n): row looks at column; a row adds up to 255, but for rounding."""
    means: np.ndarray
    """float32 (layers, n, n): of the heads, not rounded."""
    cut: bool

    def about(self) -> dict[str, Any]:
        """Return what every view needs to know."""
        layers, heads = self.weights.shape[:2]
        return {"tokens": list(self.tokens), "second": self.second, "n_layers": layers, "n_heads": heads, "cut": self.cut}


_kept: OrderedDict[tuple[str, str, str], Reading] = OrderedDict()
_turn = threading.Lock()


def heads(
    loaded: Loaded, *, text: Text, layer: int, heads: Sequence[int] | None = None, of: str = "run", some: int = SOME
) -> dict[str, Any]:
    """Return ``weights``, uint8 (heads, n, n), of one layer, with ``layer`` and ``heads`` and what :meth:`Reading.about` tells.

    ``of``: ``run``, or ``base`` for the model that it started from. Without ``heads`` the first ``some`` of long inputs, else all.

    Raises:
        ModelError: no such layer or head, or the model hands out no attention.
    """
    found = read(loaded, text, of)
    layers, count = found.weights.shape[:2]
    chosen = list(range(count)) if heads is None else list(heads)
    if heads is None and len(found.tokens) > LONG:
        chosen = chosen[:some]
    inside(layer, layers, "layer")
    for head in chosen:
        inside(head, count, "head")
    return {**found.about(), "layer": layer, "heads": chosen, "weights": found.weights[layer, chosen]}


def about(loaded: Loaded, *, text: Text, of: str = "run") -> dict[str, Any]:
    """Return the numbers of layers, heads and tokens, and whether the text was cut: what a page needs to offer choices."""
    found = read(loaded, text, of).about()
    return {**{name: found[name] for name in ("n_layers", "n_heads", "cut")}, "n_tokens": len(found["tokens"])}


def overview(loaded: Loaded, *, text: Text, of: str = "run") -> dict[str, Any]:
    """Return ``weights``, uint8 (layers, heads, m, m) with m at most :data:`THUMB`: every head as a small picture."""
    found = read(loaded, text, of)
    return {**found.about(), "weights": shrink(found.weights)}


def rollout(loaded: Loaded, *, text: Text, of: str = "run") -> dict[str, Any]:
    """Return ``weights``, float32 (n, n): how much of each position's last state comes from each input token, by attention rollout."""
    found = read(loaded, text, of)
    return {**found.about(), "weights": flow(found.means), "answers_at": answers_at(loaded.model, len(found.tokens))}


def answers_at(model: Any, n: int) -> int:
    """Return the position that the answer is read from: the first of an encoder, the last of a decoder."""
    return n - 1 if is_causal(model) else 0


def is_causal(model: Any) -> bool:
    """Return whether a position sees only those before it."""
    return model.config.model_type == "gpt2" or bool(getattr(model.config, "is_decoder", False))


def read(loaded: Loaded, text: Text, of: str = "run") -> Reading:
    """Return what the model does with the text; kept for a while, since the next question is mostly about the same text.

    Raises:
        ModelError: the model hands out no attention.
    """
    key = (loaded.run.id, of, repr(text))
    with _turn:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    found = _read(loaded, text, of)
    with _turn:
        _kept[key] = found
        while len(_kept) > 1 and sum(one.weights.nbytes for one in _kept.values()) > KEPT_MB * 1_000_000:
            _kept.popitem(last=False)
    return found


def _read(loaded: Loaded, text: Text, of: str) -> Reading:
    import torch

    asked = before.model_of(loaded, of)
    encoded, batch = numbers(asked, text)
    with torch.inference_mode():
        attentions = handed_out(asked.model, batch)
    tokens, second = asked.task.pieces(encoded[0], asked.tokenizer)
    weights = np.stack([(one[0] * 255).round().to(torch.uint8).cpu().numpy() for one in attentions])
    means = np.stack([one[0].mean(dim=0).cpu().numpy() for one in attentions])
    return Reading(tuple(tokens), second, weights, means, bool(encoded.n_cut))


def handed_out(model: Any, batch: Mapping[str, Any]) -> Sequence[Any]:
    """Return the attention of every layer, (items, heads, n, n) each.

    Raises:
        ModelError: there is none: the faster kinds of attention answer nothing, and give no error.
    """
    attentions, layers = model(**batch, output_attentions=True).attentions, model.config.num_hidden_layers
    if attentions is None or len(attentions) != layers:
        raise ModelError(
            "This model hands out the attention of {found} of its {layers} layers, so it can't be shown.",
            found=len(attentions or ()),
            layers=layers,
        )
    return attentions


def numbers(loaded: Loaded, text: Text) -> tuple[Any, dict[str, Any]]:
    """Return the text as the task encodes it, and as a batch of one where the model lies."""
    texts = [text] if isinstance(text, str) else list(text)
    clean = [one.encode("utf-8", "replace").decode("utf-8") for one in texts]  # half a surrogate pair is no text
    pair = clean[1:2] or None
    encoded = loaded.task.encode_texts(clean[:1], pair, loaded.tokenizer, max_length=loaded.max_length)
    batch = loaded.task.collate([encoded[0]], loaded.tokenizer)
    return encoded, {name: value.to(loaded.device) for name, value in batch.items() if name != "labels"}


def flow(means: Sequence[np.ndarray]) -> np.ndarray:
    """Return attention rollout, float32 (n, n), of each layer's mean over heads (n, n): half of each state is passed on, layers multiplied.

    Example:
        >>> look = np.array([[0.0, 1.0], [0.0, 1.0]])
        >>> flow([look, look]).tolist()
        [[0.25, 0.75], [0.0, 1.0]]
    """
    total = passed = np.eye(len(means[0]))
    for mean in means:
        mixed = mean.astype(np.float64) + passed
        total = (mixed / mixed.sum(axis=1, keepdims=True)) @ total
    return total.astype(np.float32)


def shrink(weights: np.ndarray, size: int = THUMB) -> np.ndarray:
    """Return the largest weight of each block, (layers, heads, m, m) with m at most ``size``.

    Example:
        >>> shrink(np.arange(16, dtype=np.uint8).reshape(1, 1, 4, 4), 2)[0, 0].tolist()
        [[5, 7], [13, 15]]
    """
    n = weights.shape[-1]
    block = -(-n // size)
    m = -(-n // block)
    room = np.zeros((*weights.shape[:2], m * block, m * block), weights.dtype)
    room[..., :n, :n] = weights
    return room.reshape(*weights.shape[:2], m, block, m, block).max(axis=(3, 5))


def inside(number: int, count: int, what: str) -> None:
    """Check that there is a layer or head of this number, counted from 0.

    Raises:
        ModelError: there is none.
    """
    if not isinstance(number, int) or not 0 <= number < count:
        raise ModelError("There is no {what} {number}: they count from 0 to {last}.", what=what, number=str(number)[:20], last=count - 1)
