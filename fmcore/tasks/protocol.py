"""What a task must be able to do, so that training and evaluation need not know what the data is. No torch here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from fmcore.records import Columns

if TYPE_CHECKING:
    import pandas as pd
    import torch


class Encoded(Protocol):
    """Rows turned into numbers once, before training. Indexing gives one item for :meth:`Task.collate`."""

    lengths: np.ndarray
    """int64 (n,): the size of each item, in tokens for text; batches are built from it."""
    targets: np.ndarray | None
    """int64 (n,): class index per item; None when the rows carry no label."""
    cut: np.ndarray
    """bool (n,): which items were longer than the limit and were cut."""

    @property
    def n_cut(self) -> int:
        """How many were cut."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, index: int) -> Any: ...


@dataclass(frozen=True, eq=False)
class Parts:
    """What a person sees as the pieces of one item, and which positions of the model's input belong to each. Of text: its words."""

    names: tuple[str, ...]
    places: tuple[tuple[int, int, int], ...]
    """(which of the item's texts, start, end) of each."""
    owner: np.ndarray
    """int64 (positions,): the part that each position belongs to; -1 for what belongs to none."""
    seen: tuple[bool, ...]
    """Whether the model sees the part: not where the item was cut, or where the tokenizer drops it."""

    def __len__(self) -> int:
        return len(self.names)


class Task(Protocol):
    """One kind of problem. ``labels`` is always Dataset.labels: the position is the class index.

    Models are torch modules that take a collated batch as keywords and answer with ``logits`` (n, C).
    """

    id: str
    title: str
    needed: tuple[str, ...]
    """Fields of Columns that a data set must name."""
    optional: tuple[str, ...]
    headline: str
    """The metric that a report opens with."""

    def load_tokenizer(self, folder: Path) -> Any:
        """Return what turns rows into numbers, with a padding token set."""
        ...

    def load_model(self, folder: Path, labels: Sequence[str], tokenizer: Any, *, dropout: float | None = None) -> torch.nn.Module:
        """Return the base model with a head for these labels, in float32. ``dropout`` replaces every rate of the base model.

        Raises:
            ModelError: the weights do not fit this task.
        """
        ...

    def load_trained(self, folder: Path) -> torch.nn.Module:
        """Return a model that :meth:`load_model` made and training saved, in float32, ready to answer."""
        ...

    def freeze(self, model: torch.nn.Module, n_layers: int) -> None:
        """Keep the embeddings and the lowest ``n_layers`` layers as they are.

        Raises:
            SettingsError: the model has fewer layers.
        """
        ...

    def encode(self, frame: pd.DataFrame, columns: Columns, labels: Sequence[str], tokenizer: Any, *, max_length: int) -> Encoded:
        """Return the rows as numbers, in their order. Without the label column there are no targets.

        Raises:
            DataError: a column is missing or a label is unknown.
        """
        ...

    def encode_texts(self, texts: Sequence[str], pairs: Sequence[str] | None, tokenizer: Any, *, max_length: int) -> Encoded:
        """Return items without targets, as somebody typed them, as numbers in their order."""
        ...

    def collate(self, items: Sequence[Any], tokenizer: Any, *, multiple: int = 1) -> dict[str, torch.Tensor]:
        """Return one batch: padded to its longest item, rounded up to a multiple, with ``labels`` when there are targets."""
        ...

    def pieces(self, item: Any, tokenizer: Any) -> tuple[list[str], int | None]:
        """Return what each position of an encoded item is called, in order, and where the second text of a pair begins, if any."""
        ...

    def loss(
        self, logits: torch.Tensor, targets: torch.Tensor, *, weights: torch.Tensor | None = None, smoothing: float = 0.0
    ) -> torch.Tensor:
        """Return the loss summed over the items, in nats. ``weights`` (C,) multiply the items of each class."""
        ...

    def predict(self, model: torch.nn.Module, encoded: Encoded, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
        """Return probabilities, float64 (n, C), each row summing to 1, in the order of the items."""
        ...

    def embed(self, model: torch.nn.Module, encoded: Encoded, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
        """Return what the model's encoder makes of each item before any head, float32 (n, width), in the order of the items."""
        ...

    def count_unknown(self, encoded: Encoded, tokenizer: Any) -> tuple[np.ndarray, np.ndarray]:
        """Return how many of each item's tokens stand for something that the model never saw, and how many it has, int64 (n,) both.

        Marks for beginning and end count in neither.
        """
        ...

    def score(self, probabilities: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        """Return what is watched while training, over all items: loss (nats), accuracy, macro-f1; 0 to 1, higher is better but for loss."""
        ...

    def take_apart(self, texts: Sequence[Sequence[str]], tokenizer: Any, *, max_length: int) -> tuple[Encoded, list[Parts]]:
        """Return items given as their texts (one or two each) as numbers, and the parts of each.

        Raises:
            ModelError: it can't be told which positions belong to which part.
        """
        ...

    def hidden_by(self, tokenizer: Any) -> str:
        """Return the name of what stands for a hidden part, for people."""
        ...

    def hide(self, item: Any, positions: np.ndarray, tokenizer: Any) -> Any:
        """Return the item with what stands at these positions (bool) hidden from the model; its length stays."""
        ...

    def edit(self, texts: Sequence[str], parts: Parts, changes: Mapping[int, str]) -> tuple[str, ...]:
        """Return an item's texts with parts exchanged for others; an empty one is taken out."""
        ...

    def inputs(self, model: torch.nn.Module, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Return what the model makes of each position before it mixes them, (n, positions, width): what gradients are taken of."""
        ...

    def answer_inputs(self, model: torch.nn.Module, batch: Mapping[str, torch.Tensor], inputs: torch.Tensor) -> torch.Tensor:
        """Return the logits (n, C) of a batch when ``inputs`` stand in place of its own."""
        ...

    def likeness(self, model: torch.nn.Module, names: Sequence[str], tokenizer: Any) -> np.ndarray:
        """Return a vector of length 1 for each part, float32 (n, width): those that the model takes for alike point the same way."""
        ...
