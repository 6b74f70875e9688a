"""Texts taken apart into words, each knowing its tokens; words hidden, taken out or exchanged. Knows no score and no label."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fmcore.errors import ModelError
from fmcore.tasks import words
from fmcore.tasks.protocol import Parts


def take_apart(texts: Sequence[Sequence[str]], tokenizer: Any, *, max_length: int) -> tuple[list[tuple[np.ndarray, Any]], list[Parts]]:
    """Return of each item its (token ids, token types or None), cut as in training, and its words.

    Raises:
        ModelError: the tokenizer does not say where its tokens stand in the text.
    """
    if not texts:
        return [], []
    if not tokenizer.is_fast:
        raise ModelError("This model's tokenizer does not say where its tokens stand in a text, so nothing can be told about words.")
    fields = list(zip(*texts, strict=True))
    wants_types = len(fields) > 1 and "token_type_ids" in tokenizer.model_input_names
    found = tokenizer(
        list(fields[0]), list(fields[1]) if len(fields) > 1 else None,
        truncation=True, max_length=max_length, padding=False, return_attention_mask=False, return_token_type_ids=wants_types,
    )  # fmt: skip
    items = [
        (np.asarray(found["input_ids"][n], np.int32), np.asarray(found["token_type_ids"][n], np.int8) if wants_types else None)
        for n in range(len(texts))
    ]
    return items, [_parts(texts[n], encoding) for n, encoding in enumerate(found.encodings)]


def _parts(texts: Sequence[str], encoding: Any) -> Parts:
    """Return the words of one item; a token belongs to the word with which it shares the most characters."""
    places = [(field, start, end) for field, text in enumerate(texts) for start, end in words.spans(text)]
    owners = [np.full(len(text), -1) for text in texts]
    for number, (field, start, end) in enumerate(places):
        owners[field][start:end] = number
    owner = np.full(len(encoding.ids), -1, np.int64)
    for position, (field, (start, end)) in enumerate(zip(encoding.sequence_ids, encoding.offsets, strict=True)):
        if field is not None and end > start:
            shared = owners[field][start:end]
            shared = shared[shared >= 0]
            if len(shared):
                owner[position] = np.bincount(shared - shared[0]).argmax() + shared[0]  # words of one token stand in a row
    seen = np.zeros(len(places), bool)
    seen[owner[owner >= 0]] = True
    names = tuple(texts[field][start:end] for field, start, end in places)
    return Parts(names, tuple(places), owner, tuple(seen.tolist()))


def hiding(tokenizer: Any) -> tuple[int, str]:
    """Return the id and the name of the token that stands for a hidden word: the mask, or else padding or the unknown token."""
    for token, number in (
        (tokenizer.mask_token, tokenizer.mask_token_id),
        (tokenizer.pad_token, tokenizer.pad_token_id),
        (tokenizer.unk_token, tokenizer.unk_token_id),
    ):
        if number is not None:
            return int(number), str(token)
    raise ModelError("This model's tokenizer has no token that could stand for a hidden word.")


def edited(texts: Sequence[str], parts: Parts, changes: Mapping[int, str]) -> tuple[str, ...]:
    """Return the texts with words exchanged; an empty word takes one out, and one of the spaces around it."""
    made = list(texts)
    for number in sorted(changes, reverse=True):
        field, start, end = parts.places[number]
        text, word = made[field], changes[number]
        if not word:
            if text[:start].endswith(" ") and (end == len(text) or text[end].isspace()):
                start -= 1
            elif start == 0 and text[end : end + 1] == " ":
                end += 1
        made[field] = text[:start] + word + text[end:]
    return tuple(made)
