"""Texts as token ids: many in one flat array, a few padded into a batch, one as people read it. Asks tokenizers, never a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.errors import DataError

if TYPE_CHECKING:
    import pandas as pd
    import torch

ENCODE_AT_ONCE = 8192
"""Texts per call of the tokenizer: its own threads are busy, and its intermediate objects stay small."""


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


def tokenized(texts: Sequence[str], pairs: Sequence[str] | None, tokenizer: Any, *, max_length: int) -> Tokens:
    """Return the token ids of texts, or of pairs of texts, cut at ``max_length``; without targets."""
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


def joined(items: Sequence[tuple[np.ndarray, np.ndarray | None]], cut: Sequence[bool]) -> Tokens:
    """Return items of (token ids, token types or None) as one; ``cut``: which of them were longer than the limit."""
    has_types = bool(items) and items[0][1] is not None
    return Tokens(
        ids=np.concatenate([ids for ids, _ in items]) if items else np.zeros(0, np.int32),
        starts=np.concatenate([[0], np.cumsum([len(ids) for ids, _ in items])]).astype(np.int64),
        types=np.concatenate([types for _, types in items]) if has_types else None,
        targets=None,
        cut=np.array(cut, bool),
    )


def padded(items: Sequence[Any], tokenizer: Any, *, multiple: int = 1) -> dict[str, torch.Tensor]:
    """Return items as one batch, each row padded to the longest; a width that ``multiple`` divides."""
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


def pieces(item: Any, tokenizer: Any) -> tuple[list[str], int | None]:
    """Return the tokens of an item as people read them, and where its second text begins, if it has one."""
    ids, types, _ = item
    names = tokenizer.convert_ids_to_tokens(ids.tolist())
    if any(name.startswith("Ġ") for name in names):  # bytes written as letters: an accent or an emoji would be gibberish
        special = set(tokenizer.all_special_ids)
        names = [name if id in special else tokenizer.decode([id]) for name, id in zip(names, ids.tolist(), strict=True)]
    second = None if types is None or not types.any() else int(types.argmax())
    return [name.replace("▁", " ").replace("</w>", "") for name in names], second


def count_unknown(encoded: Tokens, tokenizer: Any) -> tuple[np.ndarray, np.ndarray]:
    """Return of each item how many tokens the vocabulary lacks, and of how many; marks like [CLS] do not count."""
    is_unknown = encoded.ids == (-1 if tokenizer.unk_token_id is None else tokenizer.unk_token_id)
    marks = [mark for mark in tokenizer.all_special_ids if mark != tokenizer.unk_token_id]
    return _per_item(is_unknown, encoded), _per_item(~np.isin(encoded.ids, marks), encoded)


def _per_item(is_such: np.ndarray, encoded: Tokens) -> np.ndarray:
    total = np.concatenate([[0], np.cumsum(is_such)]).astype(np.int64)
    return total[encoded.starts[1:]] - total[encoded.starts[:-1]]


def texts_of(frame: pd.DataFrame, column: str) -> list[str]:
    """Return the texts of a column; what is missing is empty.

    Raises:
        DataError: there is no such column.
    """
    if column not in frame:
        raise DataError("There is no column {column}. Found: {found}.", column=column, found=", ".join(map(str, frame.columns)))
    return ["" if text is None or text != text else str(text) for text in frame[column].tolist()]  # NaN is not itself


def targets_of(frame: pd.DataFrame, column: str, labels: Sequence[str]) -> np.ndarray | None:
    """Return the class index of each row; None where there is no such column.

    Raises:
        DataError: labels that are not known.
    """
    if column not in frame:
        return None
    positions = {label: index for index, label in enumerate(labels)}
    unknown = sorted({str(label) for label in frame[column].tolist()} - set(positions))
    if unknown:
        raise DataError("Unknown labels {unknown}. Known: {known}.", unknown=", ".join(unknown[:5]), known=", ".join(labels))
    return np.array([positions[label] for label in frame[column].tolist()], dtype=np.int64)
