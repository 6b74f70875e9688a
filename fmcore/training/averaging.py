"""The mean of a model's weights over the last steps: steadier than the last weights alone, at the cost of one more copy of them.

An exponential mean (B. T. Polyak and A. B. Juditsky, "Acceleration of stochastic approximation by averaging", SIAM Journal on Control and
Optimization 30 (1992)) whose memory grows with the run, so that a short run forgets its start as a long one does. Knows no trainer.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

FILE = "training.safetensors"
"""The weights that training goes on with, in a checkpoint whose model is their mean."""
LOOKS = 16
"""How often within its window the mean takes weights in: taking them in at every step would cost a tenth of it on a CPU."""


class WeightAverage:
    """Keeps the mean over about ``window`` steps. Only weights that are trained take part."""

    def __init__(self, model: torch.nn.Module, window: float) -> None:
        self.weights = [weight for weight in model.parameters() if weight.requires_grad]
        self.window, self.stride = window, max(1, int(window // LOOKS))
        self.mean = [weight.detach().clone() for weight in self.weights]
        self.step = 0

    def resume(self, place: Path, step: int) -> None:
        """Go on from a checkpoint: the model holds the mean as it was, and ``place`` the weights that training goes on with."""
        for weight, mean in zip(self.weights, self.mean, strict=True):
            mean.copy_(weight.detach())
        if (place / FILE).is_file():
            found = load_file(place / FILE)
            with torch.no_grad():
                for number, weight in enumerate(self.weights):
                    weight.copy_(found[str(number)])
        self.step = step

    def take(self, step: int) -> None:
        """Take the weights of this step into the mean. The first steps count more, or the mean would remember the untrained model."""
        kept = min(1 - 1 / self.window, (1 + step) / (10 + step)) ** (step - self.step)
        with torch.no_grad():
            for mean, weight in zip(self.mean, self.weights, strict=True):
                mean.lerp_(weight, 1 - kept)
        self.step = step

    @contextlib.contextmanager
    def shown(self) -> Iterator[None]:
        """Let the model hold the mean inside, and its own weights again afterwards."""
        own = [weight.detach().clone() for weight in self.weights]
        self._put(self.mean)
        try:
            yield
        finally:
            self._put(own)

    def save(self, place: Path) -> None:
        """Write the weights that training goes on with into a checkpoint."""
        save_file({str(number): weight.detach() for number, weight in enumerate(self.weights)}, place / FILE)

    @torch.no_grad()
    def _put(self, values: list[torch.Tensor]) -> None:
        for weight, value in zip(self.weights, values, strict=True):
            weight.copy_(value)
