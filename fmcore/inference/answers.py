"""Texts in, probabilities out: what a loaded model answers, at the temperature that was fitted on validation. Runs in the worker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from fmcore.errors import DataError
from fmcore.evaluation.thresholds import at_temperature
from fmcore.inference import Answered
from fmcore.records import Json, to_json
from fmcore.settings import get_settings

if TYPE_CHECKING:
    from fmcore.pipeline.trained import Loaded
    from fmcore.tasks import Encoded

Text = str | tuple[str, str] | list[str]
AT_ONCE = 64
"""Rows answered together."""
MOST_TEXTS = 100_000
MOST_CHARACTERS = 50_000_000


def answer(loaded: Loaded, *, texts: Sequence[Text]) -> list[Json]:
    """Return one :class:`Answered` per text as JSON.

    Raises:
        DataError: as :func:`check`.
    """
    encoded = encode(loaded, check(loaded, texts))
    return answered(loaded, encoded, probabilities(loaded, encoded))


def check(loaded: Loaded, texts: Sequence[Text]) -> list[tuple[str, ...]]:
    """Return what the tokenizer gets: one or two strings per item, with whatever is no character replaced.

    Raises:
        DataError: a text is empty, too long or no text, or there are two where the model reads one, or there are too many.
    """
    limit, n_parts = get_settings().max_cell_characters, 1 if loaded.dataset.columns.text_pair is None else 2
    if not isinstance(texts, (list, tuple)) or len(texts) > MOST_TEXTS:
        raise DataError("Ask for a list of at most {most} texts at once. For more there is python -m fmcore predict.", most=MOST_TEXTS)
    found = []
    for place, text in enumerate(texts, 1):
        parts = (text,) if isinstance(text, str) else tuple(text) if isinstance(text, (list, tuple)) else ()
        if not parts or not all(isinstance(part, str) for part in parts):
            raise DataError("Item {place} is no text.", place=place)
        if len(parts) != n_parts:
            template = (
                "The model reads pairs of texts; item {place} is not a pair." if n_parts == 2 else "The model reads one text, not pairs."
            )
            raise DataError(template, place=place)
        if not all(part.strip() for part in parts):
            raise DataError(
                "There is no text to answer." if len(texts) == 1 else "Text {place} of {n} is empty.", place=place, n=len(texts)
            )
        if max(map(len, parts)) > limit:
            raise DataError("Text {place} is longer than {limit} characters. Shorten it.", place=place, limit=f"{limit:,}")
        found.append(tuple(part.encode("utf-8", "replace").decode() for part in parts))
    if sum(len(part) for parts in found for part in parts) > MOST_CHARACTERS:
        raise DataError("These texts are longer than {limit} characters together. Ask for fewer at once.", limit=f"{MOST_CHARACTERS:,}")
    return found


def encode(loaded: Loaded, items: Sequence[tuple[str, ...]]) -> Encoded:
    """Return checked texts as numbers, cut where the model stops reading."""
    pairs = None if loaded.dataset.columns.text_pair is None else [parts[1] for parts in items]
    return loaded.task.encode_texts([parts[0] for parts in items], pairs, loaded.tokenizer, max_length=loaded.max_length)


def probabilities(loaded: Loaded, encoded: Encoded) -> np.ndarray:
    """Return calibrated probabilities, float64 (n, labels), each row summing to 1."""
    found = loaded.task.predict(loaded.model, encoded, loaded.tokenizer, batch_size=AT_ONCE, device=loaded.device)
    return found if loaded.temperature is None else at_temperature(found, loaded.temperature)


def answered(loaded: Loaded, encoded: Encoded, scores: np.ndarray) -> list[Json]:
    """Return the records of what was found, as JSON."""
    labels, best = loaded.dataset.labels, scores.argmax(1)
    made = []
    for row, place, tokens, cut in zip(scores.tolist(), best.tolist(), encoded.lengths.tolist(), encoded.cut.tolist(), strict=True):
        by_label = dict(zip(labels, row, strict=True))
        made.append(to_json(Answered(labels[place], row[place], by_label, tokens, cut, loaded.temperature is not None)))
    return made
