"""What a run says of itself while it trains: one Progress per step, no waiting for the GPU to say it.

Knows neither the model nor where the reports go.
"""

from __future__ import annotations

import collections
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import psutil
import torch

from fmcore.errors import TrainingError
from fmcore.records import Progress, from_json, to_json

WINDOW = 20
"""Steps over which examples per second are averaged: batches of long texts take longer than those of short ones."""
REMEMBERED = 500
"""Progress kept in a checkpoint and said again on resume, in case its receiver lost what came after its last write."""
GPU_SECONDS = 0.5
"""Losses wait on the GPU for so long before they are fetched together: fetching makes it wait for all work in flight."""


@dataclass
class RunState:
    """What a checkpoint remembers beside weights, optimizer, schedule and chance."""

    best_step: int | None = None
    best_score: float | None = None
    best_loss: float | None = None
    stale: int = 0
    """Evaluations since the metric last rose; a lower loss at the same metric is kept, but is no reason to go on."""
    seconds: float = 0.0
    """Training time over all attempts."""
    precision: str = "fp32"
    progress: list[Any] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def take(self, step: int, scores: Mapping[str, float], metric: str) -> bool:
        """Return whether these validation scores are the best so far, and remember them if so. Equal scores are decided by the loss."""
        score = -scores["loss"] if metric == "loss" else scores.get(metric, math.nan)
        score = -math.inf if math.isnan(score) else score  # a metric without a value can't win over one
        new, best = (score, -scores["loss"]), (self.best_score, self.best_loss)
        is_best = best[0] is None or best[1] is None or new > (best[0], -best[1])
        self.stale = 0 if best[0] is None or score > best[0] else self.stale + 1
        if is_best:
            self.best_step, self.best_score, self.best_loss = step, score, scores["loss"]
        return is_best


class Curve:
    """Collects the steps and reports them in order, each once, together with what validation said at that step.

    Raises TrainingError from :meth:`flush` at the first loss that is not a finite number.
    """

    def __init__(self, report: Callable[[Progress], None], *, device: str, state: RunState) -> None:
        self.report = report
        self.on_gpu = device != "cpu"
        self.state = state
        self.waiting: list[tuple[int, float, float, float, torch.Tensor, dict[str, float]]] = []
        self.recent: collections.deque[tuple[int, float]] = collections.deque(maxlen=WINDOW)
        self.flushed = self.clock = time.perf_counter()
        self.memory_mb, self.memory_read = 0.0, -math.inf

    def again(self) -> None:
        """Report what the checkpoint remembers."""
        for item in self.state.progress:
            self.report(from_json(Progress, item))

    def add(self, step: int, epoch: float, *, loss: torch.Tensor, learning_rate: float, rows: int) -> None:
        now = time.perf_counter()
        self.recent.append((rows, now - self.clock))
        self.clock = now
        seconds = sum(seconds for _, seconds in self.recent)
        values = {"examples_per_second": sum(rows for rows, _ in self.recent) / max(seconds, 1e-9), "memory_mb": self._memory()}
        self.waiting.append((step, epoch, time.time(), learning_rate, loss, values))

    def note(self, scores: Mapping[str, float]) -> None:
        """Add validation scores to the newest step; the time that they took is not counted as training."""
        self.waiting[-1][-1].update({f"validation_{name}": value for name, value in scores.items() if math.isfinite(value)})

    def pause(self) -> None:
        """Start the clock anew after work that is not training."""
        self.clock = time.perf_counter()

    def flush(self, *, force: bool = False) -> None:
        if not self.waiting or (self.on_gpu and not force and time.perf_counter() - self.flushed < GPU_SECONDS):
            return
        losses = torch.stack([loss for *_, loss, _ in self.waiting]).tolist()
        for (step, epoch, when, rate, _, values), loss in zip(self.waiting, losses, strict=True):
            if not math.isfinite(loss) and step == 1:
                raise TrainingError(
                    "The loss is no number at step 1 already, before anything was learned: the weights of the base model don't fit the "
                    "precision, or are damaged. Choose the precision fp32, or another base model."
                )
            if not math.isfinite(loss):
                raise TrainingError(
                    "The loss is no longer a number at step {step} (learning rate {rate}). Lower the learning rate, lengthen the "
                    "warm-up, or set gradient clipping to 1, and start again.",
                    step=step,
                    rate=f"{rate:.2g}",
                )
            progress = Progress(step, epoch, when, {"train_loss": loss, "learning_rate": rate, **values})
            self.state.progress = [*self.state.progress[-REMEMBERED + 1 :], to_json(progress)]
            self.report(progress)
        self.waiting.clear()
        self.flushed = time.perf_counter()

    def _memory(self) -> float:
        now = time.perf_counter()
        if now - self.memory_read > 1:
            self.memory_mb, self.memory_read = memory_mb(on_gpu=self.on_gpu), now
        return self.memory_mb


def memory_mb(*, on_gpu: bool) -> float:
    """Return the memory in use: the most so far on the GPU, what this process holds on a CPU."""
    return torch.cuda.max_memory_allocated() / 2**20 if on_gpu else psutil.Process().memory_info().rss / 2**20
