"""Words that people marked as the reason, beside the words that a method names: how far the two agree. Knows no model.

Agreement with people is no proof that a method is right about the model: a model may have other reasons than people. For that see
:mod:`fmcore.explain.trust`. J. DeYoung and others, "ERASER: a benchmark to evaluate rationalized NLP models", ACL 2020.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from fmcore.errors import DataError
from fmcore.explain.records import Attribution
from fmcore.records import Estimate
from fmcore.stats import intervals
from fmcore.stats.ranks import ranks

Span = tuple[int, int]


@dataclass(frozen=True)
class Compared:
    """One text: scores against marks, 0 to 1 each."""

    average_precision: float
    at_random: float
    top: float


@dataclass(frozen=True)
class Overlap:
    """How far scores and marks agree, over the texts that have a marked word and one that is not."""

    average_precision: Estimate
    """Mean over texts: 1 where every marked word stands above every other."""
    at_random: Estimate
    """What random orders of the same words reach on average."""
    gain: Estimate
    """The first less the second, text by text."""
    top: Estimate
    """Share of as many highest words as people marked that people marked."""
    left_out: int
    """Texts without marks, or with every word marked."""


def spans(text: str, cell: str) -> list[Span]:
    """Return (start, end) of what is marked in a text, from a cell in one of three ways of writing.

    ``[[3, 9]]``: places in characters. ``[0, 1, 0]``: one number per word between spaces, above 0 where marked. Anything else: the
    marked words or phrases themselves, ``|`` between them; each place where they stand counts.

    Raises:
        DataError: as many numbers as words are needed, a place lies outside the text, or a phrase is not in it.

    Example:
        >>> spans("not a good film", "[0, 0, 1, 0]"), spans("not a good film", "good film|not"), spans("not a good film", "[[6, 10]]")
        ([(6, 10)], [(6, 15), (0, 3)], [(6, 10)])
    """
    written = _list(cell)
    if written is None:
        return [place for phrase in cell.split("|") if phrase.strip() for place in _places(text, phrase.strip())]
    if all(isinstance(one, list) for one in written):
        return [_inside(text, one) for one in written]
    words = [found.span() for found in re.finditer(r"\S+", text)]
    if len(words) != len(written):
        raise DataError("Marks need one number per word: {words} words, {marks} marks.", words=len(words), marks=len(written))
    strange = next((one for one in written if not isinstance(one, int | float) or not math.isfinite(one)), None)
    if strange is not None or None in written:
        raise DataError("A mark is a number, 0 where the word is not marked; found {found}.", found=str(strange)[:40])
    return [place for place, mark in zip(words, written, strict=True) if mark > 0]


def _list(cell: str) -> list | None:
    if not cell.lstrip().startswith("["):
        return None
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def _places(text: str, phrase: str) -> list[Span]:
    found = [one.span() for one in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE)]
    if not found:
        raise DataError("The marked words {words} do not stand in the text.", words=phrase[:80])
    return found


def _inside(text: str, place: list) -> Span:
    if len(place) != 2 or not all(type(one) is int for one in place) or not 0 <= place[0] < place[1] <= len(text):
        raise DataError("The place {place} is none in a text of {n} characters.", place=str(place)[:40], n=len(text))
    return place[0], place[1]


def marked(attribution: Attribution, marks: Sequence[Span]) -> np.ndarray:
    """Return which words of the first text are touched by a mark, bool (words,)."""
    return np.array(
        [part == 0 and any(start < high and low < end for low, high in marks) for part, start, end in attribution.places], dtype=bool
    )


def compare(attribution: Attribution, marks: Sequence[Span]) -> Compared | None:
    """Return how far one text's scores agree with its marks; None where no word that the model saw is marked, or every one is."""
    seen = np.array(attribution.seen, dtype=bool)
    is_marked, scores = marked(attribution, marks)[seen], np.array(attribution.scores)[seen]
    n_marked = int(is_marked.sum())
    if not 0 < n_marked < len(is_marked):
        return None
    highest = np.argsort(-scores, kind="stable")[:n_marked]
    return Compared(average_precision(scores, is_marked), expected_precision(len(scores), n_marked), float(is_marked[highest].mean()))


def overlap(found: Sequence[Compared | None]) -> Overlap:
    """Return the means over texts, with their intervals."""
    known = [one for one in found if one is not None]
    precision, chance, top = np.array([(one.average_precision, one.at_random, one.top) for one in known]).reshape(-1, 3).T
    return Overlap(*(intervals.mean(one) for one in (precision, chance, precision - chance, top)), len(found) - len(known))


def average_precision(scores: np.ndarray, is_marked: np.ndarray) -> float:
    """Return the mean, over the marked words, of the share of marked words among those that score as high or higher.

    Example:
        >>> average_precision(np.array([3.0, 2.0, 1.0]), np.array([True, False, True])).__round__(4)
        0.8333
    """
    place = len(scores) + 1 - ranks(scores)  # 1 is highest; ties share the mean of their places
    among = np.array([(is_marked & (place <= at)).sum() / np.count_nonzero(place <= at) for at in place[is_marked]])
    return float(among.mean())


def expected_precision(words: int, n_marked: int) -> float:
    """Return the average precision that a random order of the words has on average, exactly.

    Example:
        >>> round(expected_precision(3, 1), 4)  # 1, 1/2 and 1/3, each as likely
        0.6111
    """
    harmonic = float((1 / np.arange(1, words + 1)).sum())
    both = (n_marked - 1) / (words - 1) if words > 1 else 1.0
    return both + (1 - both) * harmonic / words
