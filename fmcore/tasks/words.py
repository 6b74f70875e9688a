"""Where the words of a text begin and end, as a person would point at them. Knows no tokenizer, no language and no label.

A word is a run of letters and digits, with the apostrophe or hyphen inside it; a Chinese or Japanese character by itself; any other sign by
itself. What belongs to the sign before it (an accent, a skin tone, the second half of a joined emoji) stays with it.
"""

from __future__ import annotations

import unicodedata

JOINS_WORDS = frozenset("'’-‐_")
_JOINERS = frozenset("\u200d\ufe0e\ufe0f")
_TONES = range(0x1F3FB, 0x1F400)
_ALONE = ((0x3400, 0x9FFF), (0x3040, 0x30FF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))
"""Characters of scripts that put no space between words."""


def spans(text: str) -> list[tuple[int, int]]:
    """Return (start, end) of each word, in order; white space belongs to none.

    Example:
        >>> [ "don't stop, 好吧!"[a:b] for a, b in spans("don't stop, 好吧!")]
        ["don't", 'stop', ',', '好', '吧', '!']
    """
    found: list[tuple[int, int]] = []
    start, kind, before = 0, "", ""
    for place, letter in enumerate(text):
        new = _kind(letter)
        if new == "space":
            start, kind = _closed(found, start, place, kind)
        elif not (kind and (new == "joined" or before == "\u200d" or (kind == "word" and _goes_on(text, place, new)))):
            _closed(found, start, place, kind)
            start, kind = place, "sign" if new == "joined" else new
        before = letter
    _closed(found, start, len(text), kind)
    return found


def _closed(found: list[tuple[int, int]], start: int, end: int, kind: str) -> tuple[int, str]:
    if kind:
        found.append((start, end))
    return end, ""


def _kind(letter: str) -> str:
    if letter.isspace():
        return "space"
    code = ord(letter)
    if letter in _JOINERS or code in _TONES:
        return "joined"
    if any(low <= code <= high for low, high in _ALONE):
        return "alone"
    if letter.isalnum():
        return "word"
    return "joined" if code > 127 and unicodedata.category(letter)[0] == "M" else "sign"


def _goes_on(text: str, place: int, kind: str) -> bool:
    """Return whether a word goes on with the character at this place: a letter, or a hyphen with a letter behind it."""
    return kind == "word" or (text[place] in JOINS_WORDS and place + 1 < len(text) and _kind(text[place + 1]) == "word")
