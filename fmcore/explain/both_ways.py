"""Gradients of a model's inputs on a CPU in less time: products on packed weights forth and back, of no more rows than the answer reads.

No weight asks for a gradient here, so the way back through a linear layer is one product with its weight, which is packed like the way
forth (see :mod:`fmcore.evaluation.swift`). And where an answer is read off the first position, the last layer's products of all other
positions are thrown away: which they are is asked of the model itself, and kept only where its answers stay the same. Knows torch's
modules, no model. Measured in docs/decisions/0012.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn

from fmcore.evaluation.swift import Packed, swift

ENOUGH_POSITIONS = 3
"""An input must be so long before it can be seen that a product is read at its first position alone."""
SAME = 1e-4
"""Logits that differ by less, as a share, are the same answer: far above float32's rounding, far below what a lost position does."""


class BothWays(Packed):
    """A linear layer whose weight lies packed for the product and for its gradient. Its parameters get none."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__(layer)
        self.packed_back = torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach().t().contiguous(), None)
        self.only_first = False
        """Whether only the products of first positions are made, and the others are zero."""
        self.settled = False
        self.watched: list[bool] | None = None
        """While it is looked at: of each gradient that arrived, whether it was zero but at first positions."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return x · weightᵀ + bias, whose gradient reaches x alone."""
        return _Product.apply(x, self)

    def forth(self, x: torch.Tensor) -> torch.Tensor:
        return self._where_read(x, super().forward, self.out_features)

    def back(self, gradient: torch.Tensor) -> torch.Tensor:
        if self.watched is not None:
            self.watched.append(_first_alone(gradient))
        return self._where_read(gradient, self._times_weight, self.in_features)

    def _times_weight(self, gradient: torch.Tensor) -> torch.Tensor:
        return torch.ops.mkldnn._linear_pointwise(gradient, self.packed_back, None, "none", [], "")

    def _where_read(self, x: torch.Tensor, product: Callable[[torch.Tensor], torch.Tensor], size: int) -> torch.Tensor:
        if not (self.only_first and x.dim() == 3):
            return product(x)
        made = x.new_zeros(*x.shape[:2], size)
        made[:, 0] = product(x[:, 0].contiguous())
        return made


class _Product(torch.autograd.Function):
    """A packed product, known to autograd."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor, layer: BothWays) -> torch.Tensor:
        ctx.layer = layer
        return layer.forth(x)

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, gradient: torch.Tensor) -> tuple[torch.Tensor, None]:
        return ctx.layer.back(gradient), None


def both_ways(model: nn.Module) -> nn.Module:
    """Return a copy for gradients of inputs that shares the model's tensors; on a GPU, or where packing gains nothing, the model.

    After :func:`settle` it answers the same, but what it holds inside of positions that no answer reads means nothing.
    """
    return swift(model, BothWays)


def settle(model: nn.Module, inputs: torch.Tensor, ask: Callable[[torch.Tensor], torch.Tensor]) -> None:
    """Find once which products ``ask`` reads at first positions alone, and make only those from now on; nothing for other models.

    ``ask`` takes inputs (n, positions, width) to logits (n, C).
    """
    layers = [part for part in model.modules() if isinstance(part, BothWays) and not part.settled]
    if not layers or inputs.shape[1] < ENOUGH_POSITIONS:
        return
    for layer in layers:
        layer.settled, layer.watched = True, []
    with torch.enable_grad():
        inputs = inputs.detach().clone().requires_grad_(True)
        logits = ask(inputs)
        torch.autograd.grad((logits * torch.arange(1, logits.shape[1] + 1)).sum(), inputs)
    for layer in layers:
        layer.only_first, layer.watched = bool(layer.watched) and all(layer.watched), None
    with torch.no_grad():
        alike = torch.allclose(ask(inputs), logits, rtol=SAME, atol=SAME * float(logits.abs().max()))
    for layer in layers:
        layer.only_first &= alike


def _first_alone(gradient: torch.Tensor) -> bool:
    """Return whether this gradient is zero but at first positions, and is something there."""
    if gradient.dim() != 3 or gradient.shape[1] < ENOUGH_POSITIONS:
        return False
    return not bool(gradient[:, 1:].any()) and bool(gradient[:, 0].any())
