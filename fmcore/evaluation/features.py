"""What slices are cut by: yes-or-no properties of items, from a data set's columns and texts. Sees no answer. Torch-free."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fmcore.data.language import language_of
from fmcore.data.lengths import words
from fmcore.data.normal import text_columns, text_keys
from fmcore.errors import DataError
from fmcore.records import Columns, say

MOST_VALUES = 50
"""Values of one column that are shown as slices, the most frequent ones."""
LENGTH_PARTS = 5
_NEGATIONS = """
    no not never none nobody nothing neither nor nowhere cannot can't won't don't doesn't didn't isn't wasn't aren't weren't hasn't
    haven't hadn't wouldn't shouldn't couldn't ain't without hardly n't
"""
NEGATIONS = frozenset(_NEGATIONS.split())
NEGATIONS_ZH = ("不", "没", "沒", "无", "無", "未", "别", "別", "非", "莫")
_NO_NEGATION_ZH = re.compile(
    "非常|非洲|是非|除非|特[别別]|[别別]人|[区區][别別]|[级級][别別]|性[别別]|分[别別]|[个個][别別]|告[别別]|离别|離別|[识識][别別]|[别別]墅"
    "|未[来來]|[无無][论論數数]|不[过過]|不[断斷]|不[仅僅但管]"
)
"""Words that hold such a mark and deny nothing: very, Africa, others, gender, future, however …"""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
KINDS = ("column", "length", "language", "negation", "duplicate", "word")


@dataclass(frozen=True)
class Feature:
    """One yes-or-no property of items."""

    kind: str
    """One of :data:`KINDS`."""
    name: str
    """Of the column; else the kind."""
    value: str
    """What stands there, ``12–20`` words, ``en``, ``yes``, the word itself."""


@dataclass(frozen=True, eq=False)
class Properties:
    """Which items have which property."""

    ids: tuple[str, ...]
    features: tuple[Feature, ...]
    holds: np.ndarray
    """bool, (features, items)"""


def features(
    rows: pd.DataFrame,
    columns: Columns,
    *,
    by: Sequence[str] = (),
    training: pd.DataFrame | None = None,
    with_language: bool = True,
    n_words: int = 0,
    smallest: int = 1,
) -> Properties:
    """Return the properties of data set rows (with ``fmc_id``): of the columns ``by``, and of the texts.

    ``training`` are the training rows, to find texts that stand there too; ``n_words`` is how many of the most frequent words count as
    properties. Properties of fewer than ``smallest`` items are left out. The language of texts below five words is not asked.

    Raises:
        DataError: there is no such column.
    """
    missing = [name for name in by if name not in rows]
    if missing:
        raise DataError("There is no column {column}. Found: {found}.", column=missing[0], found=", ".join(map(str, rows.columns[:20])))
    texts = [
        " ".join(cell for cell in cells if isinstance(cell, str)) for cells in zip(*(rows[n] for n in text_columns(columns)), strict=True)
    ]
    found: list[tuple[Feature, np.ndarray]] = []
    for name in by:
        found += _values("column", name, [cell if isinstance(cell, str) else None for cell in rows[name]])
    found += _lengths(texts)
    if with_language:
        found += _values("language", "language", _languages(texts))
    tokens = [[word.lower().replace("’", "'") for word in _WORD.findall(text)] for text in texts]
    found += _yes("negation", [_has_negation(text, known) for text, known in zip(texts, tokens, strict=True)])
    if training is not None:
        known_texts = set(text_keys(training, columns)) - {""}
        found += _yes("duplicate", [key in known_texts for key in text_keys(rows, columns)])
    if n_words:
        found += _words(tokens, n_words, smallest)
    kept = [(feature, mask) for feature, mask in found if smallest <= mask.sum()]
    holds = np.array([mask for _, mask in kept], bool).reshape(len(kept), len(rows))
    return Properties(tuple(rows["fmc_id"]), tuple(feature for feature, _ in kept), holds)


def where(found: Iterable[Feature]) -> str:
    """Return one or two properties in plain words.

    Example:
        >>> where([Feature("column", "city", "Ulm"), Feature("word", "word", "not")])
        'city is Ulm and the text has the word “not”'
    """
    said = {
        "column": "{name} is {value}",
        "length": "the text has {value} words",
        "language": "the language is {value}",
        "negation": "the text has a negation",
        "duplicate": "the text also stands in the training rows",
        "word": "the text has the word “{value}”",
    }
    parts = [str(say(said[f.kind], name=f.name, value=f.value)) for f in found]
    return parts[0] if len(parts) == 1 else str(say("{first} and {second}", first=parts[0], second=parts[1]))


def aligned(predictions: pd.DataFrame, of: Properties) -> np.ndarray:
    """Return where each prediction's item stands among the properties.

    Raises:
        DataError: an item has no row.
    """
    place = pd.Index(of.ids).get_indexer(pd.Index(predictions["id"]))
    if (place < 0).any():
        lost = str(predictions["id"][place < 0].iloc[0])[:80]
        raise DataError("Item {id} has an answer but no row in the data set.", id=lost)
    return place


def _values(kind: str, name: str, cells: Sequence[str | None]) -> list[tuple[Feature, np.ndarray]]:
    column = np.array(["" if cell is None else cell for cell in cells], object)
    missing = np.array([cell is None for cell in cells], bool)
    frequent = [value for value, _ in Counter(cell for cell in cells if cell is not None).most_common(MOST_VALUES)]
    found = [(Feature(kind, name, value), (column == value) & ~missing) for value in frequent]
    return found + ([(Feature(kind, name, "(missing)"), missing)] if missing.any() and kind == "column" else [])


def _yes(kind: str, mask: Sequence[bool]) -> list[tuple[Feature, np.ndarray]]:
    return [(Feature(kind, kind, "yes"), np.array(mask, bool))]


def _lengths(texts: Sequence[str]) -> list[tuple[Feature, np.ndarray]]:
    if not texts:
        return []
    counts = np.array([words(text) for text in texts])
    edges = np.unique(np.quantile(counts, np.linspace(0, 1, LENGTH_PARTS + 1)).round().astype(int))
    found = []
    for k, low in enumerate(edges[:-1] if len(edges) > 1 else edges):
        high = edges[k + 1] - (1 if k + 2 < len(edges) else 0) if len(edges) > 1 else low
        found.append((Feature("length", "length", f"{low}–{high}" if low < high else str(low)), (counts >= low) & (counts <= high)))
    return found


def _languages(texts: Sequence[str]) -> list[str | None]:
    return [language_of(text) for text in texts]


def _has_negation(text: str, tokens: Sequence[str]) -> bool:
    return not NEGATIONS.isdisjoint(tokens) or any(mark in _NO_NEGATION_ZH.sub(" ", text) for mark in NEGATIONS_ZH)


def _words(tokens: Sequence[Sequence[str]], count: int, smallest: int) -> list[tuple[Feature, np.ndarray]]:
    bags = [set(words_of) for words_of in tokens]
    total = Counter(word for bag in bags for word in bag)
    chosen = [word for word, times in total.most_common(count) if smallest <= times < 0.9 * len(bags)]
    place = {word: k for k, word in enumerate(chosen)}
    masks = np.zeros((len(chosen), len(bags)), bool)
    for item, bag in enumerate(bags):
        for word in bag & place.keys():
            masks[place[word], item] = True
    return [(Feature("word", "word", word), masks[k]) for k, word in enumerate(chosen)]
