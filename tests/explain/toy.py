"""A model whose reasons are known: the log-odds of ``good`` are the sum of the values of its words, so every attribution is exact."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch

from fmcore.explain.subject import Subject
from fmcore.tasks import get_task

VALUES = {"lovely": 2.0, "awful": -3.0, "fine": 0.5}
LABELS = ("bad", "good")


class Words(torch.nn.Module):
    """Logits (0, sum of the words' values); ``bend`` makes the sum a curve, so that a straight path needs steps."""

    def __init__(self, values: dict[int, float], size: int, bend: float = 0.0) -> None:
        super().__init__()
        self.table = torch.nn.Embedding(size, 2)
        self.bend, self.calls = bend, 0
        weight = torch.zeros(size, 2)
        for token, value in values.items():
            weight[token, 0] = value
        self.table.weight = torch.nn.Parameter(weight)

    def get_input_embeddings(self) -> torch.nn.Module:
        return self.table

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, **others: Any) -> SimpleNamespace:
        self.calls += 1
        total = (self.table(input_ids)[..., 0] * attention_mask).sum(1)
        total = total + self.bend * total**3
        return SimpleNamespace(logits=torch.stack([torch.zeros_like(total), total], dim=1))


def subject(folder: Path, *, values: dict[str, float] | None = None, bend: float = 0.0) -> Subject:
    """Return the toy with the tokenizer in this folder."""
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(folder)
    numbers = {tokenizer.convert_tokens_to_ids(word): value for word, value in (VALUES if values is None else values).items()}
    return Subject(task, Words(numbers, len(tokenizer), bend), tokenizer, LABELS, 64)
