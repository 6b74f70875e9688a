"""What the worker gives to whoever explains: a trained model at hand. Says what is used here, and nothing of where it comes from."""

from __future__ import annotations

from typing import Any, Protocol

from fmcore.records import Dataset, Run
from fmcore.tasks import Task


class Loaded(Protocol):
    """A trained model, ready to be asked; a frozen dataclass."""

    run: Run
    dataset: Dataset
    task: Task
    model: Any
    """In evaluation mode, float32, its parameters without gradients."""
    tokenizer: Any
    max_length: int
    device: str

    def eager(self) -> Loaded:
        """Return the same with attention that hands out its weights; the others give an empty tuple, and no error."""
        ...
