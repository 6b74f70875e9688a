"""A trained model that is asked for reasons, and the one figure that explanations are about: the log-odds of a label.

Knows tasks through their protocol only: an item has parts, parts have positions. torch comes in when a function is called.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.errors import DataError
from fmcore.tasks.protocol import Encoded, Parts, Task

if TYPE_CHECKING:
    import torch

TOKENS_AT_ONCE = 1024
"""Positions in one batch, padding counted: large enough for the processor's units, small enough for its caches."""


@dataclass(frozen=True, eq=False)
class Subject:
    """The model, what turns texts into its numbers, and its labels in the order of its outputs."""

    task: Task
    model: Any
    tokenizer: Any
    labels: tuple[str, ...]
    max_length: int
    device: str = "cpu"
    temperature: float = 1.0
    """Logits are divided by it, so that what is explained is the probability that people are shown."""

    def index(self, label: str) -> int:
        """Return the class index of a label. Raises DataError: there is no such label."""
        if label not in self.labels:
            raise DataError("{label} is none of the answers. There are: {known}.", label=label[:80], known=", ".join(self.labels)[:400])
        return self.labels.index(label)

    def take_apart(self, texts: Sequence[Sequence[str]]) -> tuple[Encoded, list[Parts]]:
        return self.task.take_apart(texts, self.tokenizer, max_length=self.max_length)

    def batch(self, items: Sequence[Any]) -> dict[str, Any]:
        made = self.task.collate(items, self.tokenizer)
        return {name: value.to(self.device) for name, value in made.items() if name != "labels"}


@contextlib.contextmanager
def at_rest(model: torch.nn.Module) -> Iterator[None]:
    """Ask inside this: without dropout, and without a gradient of any weight; afterwards the model is as it was."""
    was_training, asked = model.training, [p for p in model.parameters() if p.requires_grad]
    model.eval()
    for parameter in asked:
        parameter.requires_grad_(False)
    try:
        yield
    finally:
        for parameter in asked:
            parameter.requires_grad_(True)
        model.train(was_training)


def log_odds(logits: torch.Tensor, classes: torch.Tensor) -> torch.Tensor:
    """Return ``log p / (1 - p)`` of one class per row, (n,): with two classes the difference of their logits."""
    import torch

    chosen = logits.gather(1, classes[:, None]).squeeze(1)
    others = logits.masked_fill(torch.nn.functional.one_hot(classes, logits.shape[1]).bool(), -torch.inf)
    return chosen - torch.logsumexp(others, dim=1)


def batches(lengths: np.ndarray, *, tokens: int = TOKENS_AT_ONCE) -> Iterator[np.ndarray]:
    """Yield positions, the longest items first: as many at once as the budget holds, and no padding where that costs little."""
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = int(lengths[order[start]])
        end = min(len(order), start + max(1, tokens // max(1, longest)))
        alike = start + int(np.count_nonzero(lengths[order[start:end]] == longest))
        if alike - start >= (end - start) / 2:
            end = alike  # a full enough batch of one length
        yield order[start:end]
        start = end


def answers(subject: Subject, items: Sequence[Any], lengths: np.ndarray) -> np.ndarray:
    """Return log-odds of every class for each item, float64 (n, C)."""
    import torch

    found = np.zeros((len(items), len(subject.labels)))
    with at_rest(subject.model), torch.inference_mode():
        for chosen in batches(lengths, tokens=2 * TOKENS_AT_ONCE):
            logits = subject.model(**subject.batch([items[n] for n in chosen])).logits.double() / subject.temperature
            every = [log_odds(logits, torch.full((len(chosen),), k, device=logits.device)) for k in range(len(subject.labels))]
            found[chosen] = torch.stack(every, dim=1).cpu().numpy()
    return found


def probability(odds: np.ndarray) -> np.ndarray:
    """Return probabilities of log-odds.

    Example:
        >>> probability(np.array([0.0, np.log(3)])).round(6).tolist()
        [0.5, 0.75]
    """
    return np.where(odds >= 0, 1 / (1 + np.exp(-np.abs(odds))), 1 - 1 / (1 + np.exp(-np.abs(odds))))
