"""One head's attention as the matrices it is made of: X, then Q, K and V, QKᵀ/√d, softmax, ·V, and the layer's output. For teaching.

Everything is computed here from the layer's input and weights, in float64, and held against what the model itself made of them, so that the
picture is the model and not a drawing of one. A. Vaswani et al., "Attention is all you need", NeurIPS 2017. Runs in the worker.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

from fmcore.errors import ModelError
from fmcore.explain import before
from fmcore.explain.attention import Text, handed_out, inside, is_causal, numbers
from fmcore.explain.loaded import Loaded

MOST_TOKENS = 96
"""More rows than a person reads in a matrix."""

CLOSE = 1e-5
"""What rounding of 32-bit floats explains, absolute, or as a share of the largest number where that is above 1."""


@dataclass(frozen=True)
class Family:
    """Where a family of models keeps what one layer's attention is made of; ``{layer}`` stands for its number."""

    inputs: tuple[str, ...]
    """The modules that make Q, K and V, or the one that makes all three side by side."""
    output: str


_BERT = Family(tuple(f"encoder.layer.{{layer}}.attention.self.{name}" for name in ("query", "key", "value")),
               "encoder.layer.{layer}.attention.output.dense")  # fmt: skip
FAMILIES: Mapping[str, Family] = {
    **dict.fromkeys(("bert", "camembert", "electra", "ernie", "roberta", "xlm-roberta"), _BERT),
    "distilbert": Family(tuple(f"transformer.layer.{{layer}}.attention.{name}_lin" for name in "qkv"),
                         "transformer.layer.{layer}.attention.out_lin"),
    "gpt2": Family(("h.{layer}.attn.c_attn",), "h.{layer}.attn.c_proj"),
}  # fmt: skip
"""Model types whose attention is softmax(QKᵀ/√d)·V and nothing else: no relative positions, no rotation."""


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer's attention: what went in, what its weights make of it, and what the model made of it."""

    x: np.ndarray
    """float64 (n, width): the layer's input."""
    q: np.ndarray
    """float64 (heads, n, d), as ``k`` and ``v``."""
    k: np.ndarray
    v: np.ndarray
    scores: np.ndarray
    """float64 (heads, n, n): QKᵀ/√d, -inf where a position may not look."""
    weights: np.ndarray
    mixed: np.ndarray
    """float64 (heads, n, d): softmax · V."""
    output: np.ndarray
    """float64 (n, width): all heads side by side, through the output's weights."""
    difference: dict[str, float]
    """The largest absolute difference from the model's own weights, mixed and output."""
    close: bool
    """Whether that is no more than rounding makes."""


def steps(loaded: Loaded, *, text: Text, layer: int, head: int, of: str = "run") -> dict[str, Any]:
    """Return one head's matrices: x, q, k, v, scores, weights, mixed, output as float32, tokens, and ``difference`` from the model's own.

    Raises:
        ModelError: no such layer or head, a longer text than a person reads, or attention that is built otherwise.
    """
    asked = before.model_of(loaded, of)
    encoded, batch = numbers(asked, text)
    tokens, second = asked.task.pieces(encoded[0], asked.tokenizer)
    if len(tokens) > MOST_TOKENS:
        raise ModelError(
            "Step by step shows sentences of up to {most} tokens, and this text has {found}. Shorten it, or look at the head view.",
            most=MOST_TOKENS,
            found=len(tokens),
        )
    found = compute(asked.model, batch, layer)
    inside(head, len(found.q), "head")
    one = {name: getattr(found, name)[head].astype(np.float32) for name in ("q", "k", "v", "scores", "weights", "mixed")}
    whole = {name: getattr(found, name).astype(np.float32) for name in ("x", "output")}
    about = {"tokens": tokens, "second": second, "n_layers": asked.model.config.num_hidden_layers, "n_heads": len(found.q)}
    return {
        **about,
        **one,
        **whole,
        "layer": layer,
        "head": head,
        "causal": is_causal(asked.model),
        "difference": found.difference,
        "close": found.close,
    }


def neurons(loaded: Loaded, *, text: Text, layer: int, head: int, of: str = "run") -> dict[str, Any]:
    """Return queries and keys, float32 (n, d), and weights, uint8 (n, n), of one head, and the ``scale`` that q·k is multiplied by.

    Raises:
        ModelError: no such layer or head, or attention that is built otherwise.
    """
    asked = before.model_of(loaded, of)
    encoded, batch = numbers(asked, text)
    tokens, second = asked.task.pieces(encoded[0], asked.tokenizer)
    found = compute(asked.model, batch, layer)
    inside(head, len(found.q), "head")
    queries, keys = (part[head].astype(np.float32) for part in (found.q, found.k))
    about = {
        "tokens": tokens,
        "second": second,
        "n_layers": asked.model.config.num_hidden_layers,
        "n_heads": len(found.q),
        "cut": bool(encoded.n_cut),
    }
    weights = np.rint(found.weights[head] * 255).astype(np.uint8)
    return {**about, "queries": queries, "keys": keys, "weights": weights, "scale": queries.shape[1] ** -0.5, "layer": layer, "head": head,
            "causal": is_causal(asked.model)}  # fmt: skip


def supports(model_type: str) -> bool:
    """Return whether a model of this type can be taken apart."""
    return model_type in FAMILIES


def compute(model: Any, batch: Mapping[str, Any], layer: int) -> Layer:
    """Return one layer's attention of a batch of one, computed from its input and weights and held against the model's own.

    Raises:
        ModelError: no such layer, or attention that is built otherwise.
    """
    import torch

    kind, config = model.config.model_type, model.config
    if not supports(kind):
        raise ModelError(
            "The attention of {kind} is built otherwise than softmax(QKᵀ/√d)·V. Step by step can show: {known}.",
            kind=kind,
            known=", ".join(sorted(FAMILIES)),
        )
    inside(layer, config.num_hidden_layers, "layer")
    into = [model.base_model.get_submodule(name.format(layer=layer)) for name in FAMILIES[kind].inputs]
    out = model.base_model.get_submodule(FAMILIES[kind].output.format(layer=layer))
    with torch.inference_mode(), _heard(into[0], out) as heard:
        attentions = handed_out(model, batch)
    x = heard["x"]
    made = [_applied(module, x) for module in into]
    parts = made if len(made) == 3 else np.split(made[0], 3, axis=-1)
    n, heads = len(x), config.num_attention_heads
    q, k, v = (part.reshape(n, heads, -1).transpose(1, 0, 2) for part in parts)
    scores = q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[-1])
    if is_causal(model):
        scores = np.where(np.tri(n, dtype=bool), scores, -np.inf)
    weights = np.exp(scores - scores.max(axis=-1, keepdims=True))
    weights /= weights.sum(axis=-1, keepdims=True)
    mixed = weights @ v
    output = _applied(out, mixed.transpose(1, 0, 2).reshape(n, -1))
    own = {"weights": attentions[layer][0].double().cpu().numpy(), "output": heard["output"]}
    own["mixed"] = heard["mixed"].reshape(n, heads, -1).transpose(1, 0, 2)
    ours = {"weights": weights, "mixed": mixed, "output": output}
    difference = {name: float(np.abs(ours[name] - own[name]).max()) for name in ours}
    close = all(difference[name] < CLOSE * max(1.0, float(np.abs(own[name]).max())) for name in ours)
    return Layer(x, q, k, v, scores, weights, mixed, output, difference, close)


def _applied(module: Any, values: np.ndarray) -> np.ndarray:
    """Return what a linear layer makes of the rows. GPT-2 keeps its weights the other way round."""
    weight = module.weight.detach().double().cpu().numpy()
    made = values @ (weight if type(module).__name__ == "Conv1D" else weight.T)
    return made if module.bias is None else made + module.bias.detach().double().cpu().numpy()


@contextmanager
def _heard(into: Any, out: Any) -> Iterator[dict[str, np.ndarray]]:
    """Give what goes into the first of these modules and in and out of the second, while the model answers."""
    heard: dict[str, np.ndarray] = {}

    def numbers_of(value: Any) -> np.ndarray:
        return value[0].detach().double().cpu().numpy()

    def at_start(module: Any, given: Any, made: Any) -> None:
        heard["x"] = numbers_of(given[0])

    def at_end(module: Any, given: Any, made: Any) -> None:
        heard["mixed"], heard["output"] = numbers_of(given[0]), numbers_of(made)

    hooks = [into.register_forward_hook(at_start), out.register_forward_hook(at_end)]
    try:
        yield heard
    finally:
        for hook in hooks:
            hook.remove()
