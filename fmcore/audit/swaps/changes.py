"""What differs between the two texts of a pair, word by word: for eyes that look for the swap. Knows no lexicon."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

Piece = tuple[str, bool]
"""A stretch of a text, and whether the other text says something else there."""
MOST_WORDS = 600
"""Between the first and the last difference; a longer stretch is marked as a whole."""
_WORD = re.compile(r"[\u3400-\u9fff]|\w(?:[^\W\u3400-\u9fff]|['’-](?=\w))*|\s+|.", re.DOTALL)


def changes(before: str, after: str) -> tuple[list[Piece], list[Piece]]:
    """Return both texts in pieces; put together again, the pieces of a text are the text.

    Example:
        >>> changes("She lost her card.", "He lost his card.")[1]
        [('He', True), (' lost ', False), ('his', True), (' card.', False)]
    """
    one, other = _WORD.findall(before), _WORD.findall(after)
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    middle, other_middle = one[start : len(one) - end], other[start : len(other) - end]
    marks = [], []
    if max(len(middle), len(other_middle)) > MOST_WORDS:
        marks = [True] * len(middle), [True] * len(other_middle)
    else:
        for kind, i, j, k, m in SequenceMatcher(None, middle, other_middle, autojunk=False).get_opcodes():
            marks[0].extend([kind != "equal"] * (j - i))
            marks[1].extend([kind != "equal"] * (m - k))
    same = [False] * start, [False] * end
    return tuple(list(_pieces(words, [*same[0], *mark, *same[1]])) for words, mark in ((one, marks[0]), (other, marks[1])))  # type: ignore[return-value]


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many words are the same at the beginning."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _pieces(words: Sequence[str], marks: Sequence[bool]) -> Iterator[Piece]:
    held, was = "", False
    for word, mark in zip(words, marks, strict=True):
        if held and mark != was:
            yield held, was
            held = ""
        held, was = held + word, mark
    if held:
        yield held, was
