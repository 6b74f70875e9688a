"""One label per text, or per pair of texts. Knows transformers' classifiers and tokenizers; knows neither runs nor stores.

torch and transformers are imported inside the functions: pages import this module to ask for roles and titles.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.records import Columns
from fmcore.tasks import text_answers, text_model, text_parts, text_tokens
from fmcore.tasks.protocol import Parts
from fmcore.tasks.text_tokens import Tokens

if TYPE_CHECKING:
    import pandas as pd
    import torch


class TextClassification:
    """See :class:`fmcore.tasks.protocol.Task` for what each method answers."""

    id = "text-classification"
    title = "Text classification"
    needed = ("text", "label")
    optional = ("text_pair", "groups", "id", "split", "unit")
    headline = "macro-f1"

    def load_tokenizer(self, folder: Path) -> Any:
        return text_model.tokenizer_in(folder)

    def load_model(self, folder: Path, labels: Sequence[str], tokenizer: Any, *, dropout: float | None = None) -> torch.nn.Module:
        return text_model.with_head(folder, labels, tokenizer, dropout=dropout)

    def load_trained(self, folder: Path) -> torch.nn.Module:
        return text_model.trained(folder)

    def freeze(self, model: torch.nn.Module, n_layers: int) -> None:
        text_model.freeze(model, n_layers)

    def encode(self, frame: pd.DataFrame, columns: Columns, labels: Sequence[str], tokenizer: Any, *, max_length: int) -> Tokens:
        texts = text_tokens.texts_of(frame, columns.text)
        pairs = None if columns.text_pair is None else text_tokens.texts_of(frame, columns.text_pair)
        found = self.encode_texts(texts, pairs, tokenizer, max_length=max_length)
        return replace(found, targets=text_tokens.targets_of(frame, columns.label, labels))

    def encode_texts(self, texts: Sequence[str], pairs: Sequence[str] | None, tokenizer: Any, *, max_length: int) -> Tokens:
        return text_tokens.tokenized(texts, pairs, tokenizer, max_length=max_length)

    def collate(self, items: Sequence[Any], tokenizer: Any, *, multiple: int = 1) -> dict[str, torch.Tensor]:
        return text_tokens.padded(items, tokenizer, multiple=multiple)

    def pieces(self, item: Any, tokenizer: Any) -> tuple[list[str], int | None]:
        return text_tokens.pieces(item, tokenizer)

    def loss(
        self, logits: torch.Tensor, targets: torch.Tensor, *, weights: torch.Tensor | None = None, smoothing: float = 0.0
    ) -> torch.Tensor:
        import torch

        each = torch.nn.functional.cross_entropy(logits.float(), targets, reduction="none", label_smoothing=smoothing)
        return (each if weights is None else each * weights.to(each.device)[targets]).sum()

    def predict(self, model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
        return text_answers.probabilities(model, encoded, tokenizer, batch_size=batch_size, device=device)

    def embed(self, model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
        return text_answers.mean_states(model, encoded, tokenizer, batch_size=batch_size, device=device)

    def count_unknown(self, encoded: Tokens, tokenizer: Any) -> tuple[np.ndarray, np.ndarray]:
        return text_tokens.count_unknown(encoded, tokenizer)

    def score(self, probabilities: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        from fmcore.stats.counts import confusion
        from fmcore.stats.metrics import METRICS

        classes = range(probabilities.shape[1])
        table = confusion(targets, probabilities.argmax(axis=1), list(classes))
        loss = -np.log(np.maximum(probabilities[np.arange(len(targets)), targets], np.finfo(float).tiny)).mean()
        return {"loss": float(loss), "accuracy": float(METRICS["accuracy"](table)), "macro-f1": float(METRICS["macro-f1"](table))}

    def take_apart(self, texts: Sequence[Sequence[str]], tokenizer: Any, *, max_length: int) -> tuple[Tokens, list[Parts]]:
        items, parts = text_parts.take_apart(texts, tokenizer, max_length=max_length)
        return text_tokens.joined(items, [not all(one.seen) for one in parts]), parts

    def hidden_by(self, tokenizer: Any) -> str:
        return text_parts.hiding(tokenizer)[1]

    def hide(self, item: Any, positions: np.ndarray, tokenizer: Any) -> Any:
        ids, types, target = item
        return np.where(positions, np.int32(text_parts.hiding(tokenizer)[0]), ids), types, target

    def edit(self, texts: Sequence[str], parts: Parts, changes: Mapping[int, str]) -> tuple[str, ...]:
        return text_parts.edited(texts, parts, changes)

    def inputs(self, model: torch.nn.Module, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        return model.get_input_embeddings()(batch["input_ids"])

    def answer_inputs(self, model: torch.nn.Module, batch: Mapping[str, torch.Tensor], inputs: torch.Tensor) -> torch.Tensor:
        # Beside the ids, which models like GPT-2 read to find the end of a text, and not as inputs_embeds
        handle = model.get_input_embeddings().register_forward_hook(lambda layer, given, made: inputs)
        try:
            return model(**batch).logits
        finally:
            handle.remove()

    def likeness(self, model: torch.nn.Module, names: Sequence[str], tokenizer: Any) -> np.ndarray:
        import torch

        weight = model.get_input_embeddings().weight.detach()
        with torch.inference_mode():
            pieces = tokenizer([f" {name}" for name in names], add_special_tokens=False)["input_ids"] if names else []
            means = [weight[torch.tensor(ids or [text_parts.hiding(tokenizer)[0]])].float().mean(0) for ids in pieces]
            found = torch.stack(means) if means else weight[:0].float()
            return torch.nn.functional.normalize(found, dim=-1).cpu().numpy()
