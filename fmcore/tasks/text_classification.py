"""One label per text, or per pair of texts. Knows transformers' classifiers and tokenizers; knows neither runs nor stores.

torch and transformers are imported inside the functions: pages import this module to ask for roles and titles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.errors import DataError, ModelError, SettingsError
from fmcore.records import Columns
from fmcore.tasks import text_parts
from fmcore.tasks.protocol import Parts

if TYPE_CHECKING:
    import pandas as pd
    import torch

ENCODE_AT_ONCE = 8192
"""Texts per call of the tokenizer: its own threads are busy, and its intermediate objects stay small."""

TOKENS_ON_CPU = 1024
"""Tokens answered together on a CPU: what a layer makes of them stays in its cache. Batches of 64 rows of 250 tokens took twice as long."""

DROPOUTS = (
    "attention_probs_dropout_prob", "hidden_dropout_prob", "classifier_dropout", "attention_dropout", "hidden_dropout", "dropout",
    "seq_classif_dropout", "attn_pdrop", "embd_pdrop", "resid_pdrop", "summary_first_dropout", "embedding_dropout", "mlp_dropout",
)  # fmt: skip
"""What the model families call their dropout rates."""


@dataclass(frozen=True)
class Tokens:
    """Token ids of many texts in one flat array: 4 bytes a token instead of a Python list each."""

    ids: np.ndarray
    starts: np.ndarray
    """int64 (n + 1,): item i is ids[starts[i]:starts[i + 1]]."""
    types: np.ndarray | None
    """Which sentence of the pair each token belongs to; None where the model does not ask."""
    targets: np.ndarray | None
    cut: np.ndarray
    """bool (n,): was longer than the limit."""

    @property
    def n_cut(self) -> int:
        return int(self.cut.sum())

    @property
    def lengths(self) -> np.ndarray:
        return np.diff(self.starts)

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray | None, int | None]:
        part = slice(self.starts[index], self.starts[index + 1])
        target = None if self.targets is None else int(self.targets[index])
        return self.ids[part], None if self.types is None else self.types[part], target


class TextClassification:
    """See :class:`fmcore.tasks.protocol.Task` for what each method answers."""

    id = "text-classification"
    title = "Text classification"
    needed = ("text", "label")
    optional = ("text_pair", "groups", "id", "split", "unit")
    headline = "macro-f1"

    def load_tokenizer(self, folder: Path) -> Any:
        from transformers import AutoTokenizer

        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        if tokenizer.pad_token is None:  # GPT-2 and its like were trained without padding; the mask hides it
            tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
        tokenizer.padding_side = "right"
        return tokenizer

    def load_model(self, folder: Path, labels: Sequence[str], tokenizer: Any, *, dropout: float | None = None) -> torch.nn.Module:
        from transformers import AutoConfig

        config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
        config.id2label = dict(enumerate(labels))
        config.label2id = {label: index for index, label in enumerate(labels)}
        config.problem_type = "single_label_classification"
        config.pad_token_id = tokenizer.pad_token_id
        if dropout is not None:
            for name in DROPOUTS:
                if isinstance(getattr(config, name, None), (int, float)):
                    setattr(config, name, dropout)
        return _load(folder, config=config, ignore_mismatched_sizes=True)

    def load_trained(self, folder: Path) -> torch.nn.Module:
        return _load(folder).eval()

    def freeze(self, model: torch.nn.Module, n_layers: int) -> None:
        import torch

        if n_layers == 0:
            return
        base = model.base_model
        stacks = [(name, part) for name, part in base.named_modules() if isinstance(part, torch.nn.ModuleList)]
        name, layers = max(stacks, key=lambda found: sum(p.numel() for p in found[1].parameters()), default=("", ()))
        if n_layers > len(layers):
            raise SettingsError("Can't freeze {asked} layers: this model has {found}. Choose fewer.", asked=n_layers, found=len(layers))
        below = tuple(f"{name}.{index}." for index in range(n_layers))
        seen_layers = False
        for parameter_name, parameter in base.named_parameters():
            seen_layers = seen_layers or parameter_name.startswith(f"{name}.")
            if not seen_layers or parameter_name.startswith(below):  # what stands before the layers is their embedding
                parameter.requires_grad_(False)

    def encode(self, frame: pd.DataFrame, columns: Columns, labels: Sequence[str], tokenizer: Any, *, max_length: int) -> Tokens:
        texts = _texts(frame, columns.text)
        pairs = None if columns.text_pair is None else _texts(frame, columns.text_pair)
        found = self.encode_texts(texts, pairs, tokenizer, max_length=max_length)
        return replace(found, targets=_targets(frame, columns.label, labels))

    def encode_texts(self, texts: Sequence[str], pairs: Sequence[str] | None, tokenizer: Any, *, max_length: int) -> Tokens:
        wants_types = pairs is not None and "token_type_ids" in tokenizer.model_input_names
        ids: list[np.ndarray] = []
        types: list[np.ndarray] = []
        lengths: list[int] = []
        cut: list[bool] = []
        for start in range(0, len(texts), ENCODE_AT_ONCE):
            part = slice(start, start + ENCODE_AT_ONCE)
            found = tokenizer(
                list(texts[part]), None if pairs is None else list(pairs[part]),
                truncation=True, max_length=max_length, padding=False, return_attention_mask=False, return_token_type_ids=wants_types,
            )  # fmt: skip
            lengths += [len(item) for item in found["input_ids"]]
            ids.append(np.concatenate([np.asarray(item, dtype=np.int32) for item in found["input_ids"]]))
            if wants_types:
                types.append(np.concatenate([np.asarray(item, dtype=np.int8) for item in found["token_type_ids"]]))
            if found.encodings:
                cut += [bool(item.overflowing) for item in found.encodings]
            else:  # a slow tokenizer does not say what it cut
                cut += [len(item) >= max_length for item in found["input_ids"]]
        return Tokens(
            ids=np.concatenate(ids) if ids else np.zeros(0, np.int32),
            starts=np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            types=np.concatenate(types) if types else None,
            targets=None,
            cut=np.array(cut, dtype=bool),
        )

    def collate(self, items: Sequence[Any], tokenizer: Any, *, multiple: int = 1) -> dict[str, torch.Tensor]:
        import torch

        longest = max(max(len(ids) for ids, _, _ in items), 1)
        width = -(-longest // multiple) * multiple
        ids = np.full((len(items), width), tokenizer.pad_token_id, dtype=np.int64)
        mask = np.zeros((len(items), width), dtype=np.int64)
        types = np.zeros((len(items), width), dtype=np.int64) if items[0][1] is not None else None
        for row, (tokens, kinds, _) in enumerate(items):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
            if types is not None:
                types[row, : len(tokens)] = kinds
        batch = {"input_ids": torch.from_numpy(ids), "attention_mask": torch.from_numpy(mask)}
        if types is not None:
            batch["token_type_ids"] = torch.from_numpy(types)
        if items[0][2] is not None:
            batch["labels"] = torch.tensor([target for _, _, target in items])
        return batch

    def pieces(self, item: Any, tokenizer: Any) -> tuple[list[str], int | None]:
        ids, types, _ = item
        names = tokenizer.convert_ids_to_tokens(ids.tolist())
        if any(name.startswith("Ġ") for name in names):  # bytes written as letters: an accent or an emoji would be gibberish
            special = set(tokenizer.all_special_ids)
            names = [name if id in special else tokenizer.decode([id]) for name, id in zip(names, ids.tolist(), strict=True)]
        second = None if types is None or not types.any() else int(types.argmax())
        return [name.replace("▁", " ").replace("</w>", "") for name in names], second

    def loss(
        self, logits: torch.Tensor, targets: torch.Tensor, *, weights: torch.Tensor | None = None, smoothing: float = 0.0
    ) -> torch.Tensor:
        import torch

        each = torch.nn.functional.cross_entropy(logits.float(), targets, reduction="none", label_smoothing=smoothing)
        return (each if weights is None else each * weights.to(each.device)[targets]).sum()

    def predict(self, model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
        import torch

        found = self._ask(_logits, model, encoded, tokenizer, batch_size=batch_size, device=device)
        if not found:
            return np.zeros((0, model.config.num_labels))
        order = _longest_first(encoded)
        answers = np.empty((len(order), found[0].shape[1]))
        answers[order] = torch.softmax(torch.cat(found), dim=-1).cpu().numpy()
        return answers / answers.sum(axis=1, keepdims=True)

    def embed(self, model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str = "cpu") -> np.ndarray:
        import torch

        found = self._ask(_mean_state, model, encoded, tokenizer, batch_size=batch_size, device=device)
        if not found:
            return np.zeros((0, 0), np.float32)
        order = _longest_first(encoded)
        vectors = np.empty((len(order), found[0].shape[1]), np.float32)
        vectors[order] = torch.cat(found).float().cpu().numpy()
        return vectors

    def count_unknown(self, encoded: Tokens, tokenizer: Any) -> tuple[np.ndarray, np.ndarray]:
        is_unknown = encoded.ids == (-1 if tokenizer.unk_token_id is None else tokenizer.unk_token_id)
        marks = [mark for mark in tokenizer.all_special_ids if mark != tokenizer.unk_token_id]
        return _per_item(is_unknown, encoded), _per_item(~np.isin(encoded.ids, marks), encoded)

    def _ask(
        self, what: Callable[..., torch.Tensor], model: torch.nn.Module, encoded: Tokens, tokenizer: Any, *, batch_size: int, device: str
    ) -> list[torch.Tensor]:
        """Return ``what`` of each batch, the longest texts first: little padding, and too little memory shows at once."""
        import torch

        order, found = _longest_first(encoded), []
        multiple = 8 if str(device).startswith("cuda") else 1
        was_training = model.training
        model.eval()
        with torch.inference_mode():
            for rows in _together(encoded.lengths[order], batch_size, TOKENS_ON_CPU if multiple == 1 else None):
                batch = self.collate([encoded[i] for i in order[rows]], tokenizer, multiple=multiple)
                batch.pop("labels", None)
                found.append(what(model, {name: value.to(device) for name, value in batch.items()}))
        model.train(was_training)
        return found

    def score(self, probabilities: np.ndarray, targets: np.ndarray) -> dict[str, float]:
        from fmcore.stats.counts import confusion
        from fmcore.stats.metrics import METRICS

        classes = range(probabilities.shape[1])
        table = confusion(targets, probabilities.argmax(axis=1), list(classes))
        loss = -np.log(np.maximum(probabilities[np.arange(len(targets)), targets], np.finfo(float).tiny)).mean()
        return {"loss": float(loss), "accuracy": float(METRICS["accuracy"](table)), "macro-f1": float(METRICS["macro-f1"](table))}

    def take_apart(self, texts: Sequence[Sequence[str]], tokenizer: Any, *, max_length: int) -> tuple[Tokens, list[Parts]]:
        items, parts = text_parts.take_apart(texts, tokenizer, max_length=max_length)
        has_types = bool(items) and items[0][1] is not None
        tokens = Tokens(
            ids=np.concatenate([ids for ids, _ in items]) if items else np.zeros(0, np.int32),
            starts=np.concatenate([[0], np.cumsum([len(ids) for ids, _ in items])]).astype(np.int64),
            types=np.concatenate([types for _, types in items]) if has_types else None,
            targets=None,
            cut=np.array([not all(one.seen) for one in parts], bool),
        )
        return tokens, parts

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


def _per_item(is_such: np.ndarray, encoded: Tokens) -> np.ndarray:
    total = np.concatenate([[0], np.cumsum(is_such)]).astype(np.int64)
    return total[encoded.starts[1:]] - total[encoded.starts[:-1]]


def _longest_first(encoded: Tokens) -> np.ndarray:
    return np.argsort(-encoded.lengths, kind="stable")


def _together(lengths: np.ndarray, most: int, most_tokens: int | None) -> Iterator[slice]:
    """Yield which items, the longest first, are answered together: so many, and so many tokens, padding counted."""
    start = 0
    while start < len(lengths):
        fits = most if most_tokens is None else most_tokens // max(1, int(lengths[start]))
        yield slice(start, start + max(1, min(most, fits)))
        start += max(1, min(most, fits))


def _logits(model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    return model(**batch).logits.double()


def _mean_state(model: torch.nn.Module, batch: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the mean of the last hidden states over the real tokens, (batch, width)."""
    states = model.base_model(**batch).last_hidden_state
    mask = batch["attention_mask"].unsqueeze(-1).to(states.dtype)
    return (states * mask).sum(1) / mask.sum(1).clamp(min=1)


def _load(folder: Path, **options: Any) -> torch.nn.Module:
    import torch
    from transformers import AutoModelForSequenceClassification

    options |= {"dtype": torch.float32, "use_safetensors": True, "local_files_only": True, "trust_remote_code": False}
    try:
        try:
            return AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="sdpa", **options)
        except ValueError as error:
            if "scaled_dot_product_attention" not in str(error):
                raise
            return AutoModelForSequenceClassification.from_pretrained(folder, **options)
    except (ValueError, OSError, RuntimeError) as error:
        raise ModelError(
            "The model in {folder} can't be loaded for text classification: {reason}", folder=str(folder), reason=str(error).split("\n")[0]
        ) from error


def _texts(frame: pd.DataFrame, column: str) -> list[str]:
    if column not in frame:
        raise DataError("There is no column {column}. Found: {found}.", column=column, found=", ".join(map(str, frame.columns)))
    return ["" if text is None or text != text else str(text) for text in frame[column].tolist()]  # NaN is not itself


def _targets(frame: pd.DataFrame, column: str, labels: Sequence[str]) -> np.ndarray | None:
    if column not in frame:
        return None
    positions = {label: index for index, label in enumerate(labels)}
    unknown = sorted({str(label) for label in frame[column].tolist()} - set(positions))
    if unknown:
        raise DataError("Unknown labels {unknown}. Known: {known}.", unknown=", ".join(unknown[:5]), known=", ".join(labels))
    return np.array([positions[label] for label in frame[column].tolist()], dtype=np.int64)
