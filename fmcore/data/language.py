"""Which languages the texts are in, from a seeded sample. A guess by letters and letter sequences: too short texts are not asked."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fmcore.data.lengths import words
from fmcore.data.normal import text_columns
from fmcore.records import Columns, Json

SAMPLE, SEED = 500, 0
"""So many rows are looked at, drawn with this seed (numpy's PCG64): the same rows at every look."""
ENOUGH_WORDS = 5
"""Shorter texts are left out: in our trials guesses on them were mostly noise."""


@dataclass(frozen=True)
class Languages:
    """Languages found in a sample."""

    counts: Mapping[str, int]
    """ISO 639-1 code → texts, most frequent first."""
    rows: Mapping[str, int]
    """Code → position of the first sampled row in that language."""

    @property
    def sampled(self) -> int:
        return sum(self.counts.values())

    def to_json(self) -> Json:
        return {"sampled": self.sampled, "counts": dict(self.counts)}


def languages(frame: pd.DataFrame, columns: Columns) -> Languages:
    """Return the languages of up to ``SAMPLE`` rows whose text has at least ``ENOUGH_WORDS`` words."""
    order = np.random.default_rng(SEED).permutation(len(frame))
    found: Counter[str] = Counter()
    first: dict[str, int] = {}
    texts = [frame[name].tolist() for name in text_columns(columns)]
    for row in order[: SAMPLE * 4].tolist():
        text = " ".join(cells[row] for cells in texts if isinstance(cells[row], str))
        code = language_of(text)
        if code is None:
            continue
        found[code] += 1
        first.setdefault(code, row)
        if found.total() == SAMPLE:
            break
    return Languages(dict(sorted(found.items(), key=lambda item: (-item[1], item[0]))), first)


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of a text's likeliest language; None for one of fewer than ``ENOUGH_WORDS`` words."""
    return None if words(text) < ENOUGH_WORDS else _identifier().classify(text[:1000])[0]


@functools.lru_cache(maxsize=1)
def _identifier() -> Any:
    # Reading its model takes about a second, so only when asked.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
