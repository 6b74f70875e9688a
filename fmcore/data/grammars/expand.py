"""Turns a template into a sentence: ``[this|that]`` is a choice, a word in capitals stands for one of a list, and typing slips at times.

Draws only with ``rng.random()``, whose results no Python version has ever changed, so the shipped files can be made again byte by byte.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from typing import TypeVar

Thing = TypeVar("Thing")
CHOICE = re.compile(r"\[([^\[\]]*)\]")
QUESTION = re.compile(r"(Could I|Who can|What do I|Is there)\b")
WORD = re.compile(r"\b[A-Z]{3,}\b")


def pick(rng: random.Random, things: Sequence[Thing]) -> Thing:
    """Return one of the things."""
    return things[int(rng.random() * len(things))]


def number(rng: random.Random, low: int, high: int) -> int:
    """Return a whole number from low to high, both included."""
    return low + int(rng.random() * (high - low + 1))


def several(rng: random.Random, things: Sequence[Thing], count: int) -> list[Thing]:
    """Return different things in random order."""
    left = list(things)
    return [left.pop(int(rng.random() * len(left))) for _ in range(min(count, len(left)))]


def expand(template: str, words: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    """Return the template with every choice made.

    Example:
        >>> expand("[a|a] THING", {"THING": ["b"]}, random.Random(0))
        'a b'
    """
    while match := CHOICE.search(template):
        template = template[: match.start()] + pick(rng, match.group(1).split("|")) + template[match.end() :]
    while match := next((m for m in WORD.finditer(template) if m.group() in words), None):
        found = expand(pick(rng, words[match.group()]), words, rng)
        template = template[: match.start()] + found + template[match.end() :]
    return re.sub("#", lambda _: str(number(rng, 1, 9)), template)


def sentence(text: str) -> str:
    """Return the text with a capital first letter and one mark at its end."""
    text = re.sub(r"\s+([,;.:?!])", r"\1", re.sub(r"\s+", " ", text)).strip()
    text = re.sub(r"([,;:])\1+", r"\1", text)
    text = re.sub(r"\b([Aa]) (?!one|uni|use|eu)(?=[aeiou])", r"\1n ", text)
    text = re.sub(r"([.?!] )([a-z])", lambda m: m.group(1) + m.group(2).upper(), text[:1].upper() + text[1:])
    return text if text[-1:] in ".?!" else text + ("?" if QUESTION.match(text.rsplit(". ", 1)[-1]) else ".")


def typed(text: str, rng: random.Random, *, share: float) -> str:
    """Return the text as it was typed: in a share of texts a letter or two slips, or capitals and full stops are left out."""
    if rng.random() < share:
        words = text.split(" ")
        for _ in range(number(rng, 1, 3)):
            at = int(rng.random() * len(words))
            words[at] = _slip(words[at], rng)
        text = " ".join(words)
    habit = rng.random()
    if habit < 0.08:
        text = text.lower()
    elif habit < 0.14:
        text = text.rstrip(".")
    elif habit < 0.18:
        text = text.replace(". ", " - ")
    return text


def _slip(word: str, rng: random.Random) -> str:
    if len(word) < 5 or not word.isalpha():
        return word
    at = number(rng, 1, len(word) - 3)
    kind = rng.random()
    if kind < 0.4:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind < 0.75:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]
