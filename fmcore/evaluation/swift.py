"""The same answers from a CPU in less time: products on oneDNN's packed weights, where a small trial says that they are quicker here;
and, for who asks for it, nearly the same answers from products in 8 bits.

torch multiplies float32 with MKL, which is slow on processors of other makers. Measured on an AMD EPYC (Zen 5), one thread, float32:
100 billion operations a second with MKL, 230 with oneDNN. Answers differ in the seventh digit. Knows torch's modules, no model.
"""

from __future__ import annotations

import copy
import time
import warnings
from collections.abc import Callable

import torch
from torch import nn

WORTH_IT = 1.15
"""A product must be this much quicker: below that, chance would decide."""
SMALLEST = 32
"""Outputs of a product that is worth packing."""


class Packed(nn.Module):
    """A linear layer whose weight lies in the order in which the processor reads it."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = layer.weight, layer.bias  # some models look at them; the same tensors, so no memory
        self.in_features, self.out_features = layer.in_features, layer.out_features
        self.packed = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), None)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x · weightᵀ + bias."""
        return torch.ops.mkldnn._linear_pointwise(x, self.packed, self.bias, "none", [], "")


def swift(model: nn.Module, layer: Callable[[nn.Linear], nn.Module] = Packed) -> nn.Module:
    """Return a copy that answers the same in less time and shares the model's tensors; on a GPU, or where nothing is gained, the model.

    ``layer`` makes what takes the place of each linear layer that is worth it.
    """
    first = next(model.parameters())
    if first.device.type != "cpu" or first.dtype != torch.float32 or not pays():
        return model
    made = sharing(model)
    for module in list(made.modules()):
        for name, child in list(module.named_children()):
            if type(child) is nn.Linear and child.out_features >= SMALLEST:
                setattr(module, name, layer(child))
    return made


def in_int8(model: nn.Module) -> nn.Module:
    """Return a copy for the CPU whose layers multiply in 8 bits, each output with a scale of its own. Their weights take a quarter.

    What it costs in accuracy is measured, not promised: :func:`fmcore.inference.int8_check`.
    """
    from torch.ao.quantization import per_channel_dynamic_qconfig, quantize_dynamic

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # announced for a later torch; ours is pinned
        here = next(model.parameters()).device.type == "cpu"
        made = sharing(model) if here else copy.deepcopy(model).cpu().eval()  # the one on the GPU goes on answering there
        return quantize_dynamic(made, {nn.Linear: per_channel_dynamic_qconfig}, inplace=True)


def sharing(model: nn.Module) -> nn.Module:
    """Return a copy of the modules around the same tensors, in evaluation mode."""
    return copy.deepcopy(model, {id(part): part for part in (*model.parameters(), *model.buffers())}).eval()


def pays() -> bool:
    """Return whether packed products are quicker here: asked once per process."""
    global _pays
    if _pays is None:
        _pays = torch.backends.mkldnn.is_available() and _is_quicker()
    return _pays


_pays: bool | None = None


def _is_quicker(rows: int = 64, size: int = 384) -> bool:
    """Return whether a product of the shape of a small transformer's layer is quicker packed, best of some tries, in turn."""
    layer, x, best = nn.Linear(size, 4 * size), torch.ones(rows, size), [float("inf")] * 2
    with torch.inference_mode():
        ways = (layer, Packed(layer))
        for _ in range(12):
            for place, way in enumerate(ways):
                start = time.perf_counter()
                way(x)
                best[place] = min(best[place], time.perf_counter() - start)
    return best[0] > WORTH_IT * best[1]
