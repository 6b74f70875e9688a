"""Pairs from our own neutral sentences: the same thing said of one group and of another. The sentences lie beside the lexicons."""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from fmcore.audit.english import article
from fmcore.audit.lexicon import ADJECTIVE, NOUN, PRONOUN, Lexicon, in_force
from fmcore.audit.swaps.pairs import COLUMNS, Pairs, check_categories, chosen, drawn_of
from fmcore.audit.swaps.replace import GIVEN

_FEW = 4  # groups; with more of them, each is compared with the first of the lexicon only
_WORDS, _NAMES = 2, 3  # first words of a role, and names of either gender, that speak for a group


def templates(
    *, lexicons: Sequence[Lexicon] | None = None, categories: Sequence[str] = (), rows: int | None = None, seed: int = 0
) -> Pairs:
    """Return our own neutral sentences, said of one group and of another.

    In a category of more than four groups, the first one in the lexicon is what the others are compared with: naming any group at all
    changes a sentence, so a sentence that names none would be no fair measure.

    Raises:
        DataError: there is no such category.
    """
    lexicons = in_force() if lexicons is None else lexicons
    check_categories(categories, lexicons)
    found = [pair for lexicon in lexicons for pair in _from_templates(lexicon, categories)]
    frame = pd.DataFrame(found, columns=list(COLUMNS), dtype=object)
    kept = chosen(frame, rows, seed)
    return Pairs(kept, drawn_of(len(frame), len(kept)))


def _from_templates(lexicon: Lexicon, categories: Sequence[str]) -> Iterator[tuple[str, ...]]:
    for field, kind in _sentences(lexicon.language).items():
        noun = kind["noun"]
        for category, groups in lexicon.groups.items():
            if categories and category not in categories:
                continue
            said = {group: _phrases(lexicon, category, group, noun) for group in groups}
            said = {group: phrases for group, phrases in said.items() if phrases}
            named = list(said)
            ahead = named if len(named) <= _FEW else named[:1]
            pairs = [(one, other) for n, one in enumerate(ahead) for other in named[n + 1 :]]
            for number, sentence in enumerate(kind["sentences"]):
                for one, other in pairs:
                    for before, after in zip(said[one], said[other], strict=False):
                        yield (
                            f"{lexicon.language}-{field}-{number + 1}", _said(sentence, before), _said(sentence, after),
                            category, one, other,
                        )  # fmt: skip


@functools.cache
def _sentences(language: str) -> dict[str, dict]:
    path = Path(__file__).parents[1] / "lexicons" / f"templates.{language}.toml"
    raw = tomllib.loads(path.read_text("utf-8"))
    return {field: kind for field, kind in raw.items() if field != "language"}


@dataclass(frozen=True)
class _Phrase:
    person: str
    pronouns: tuple[str, str, str]
    """they, them, their"""


_THEY = ("they", "them", "their")


def _phrases(lexicon: Lexicon, category: str, group: str, noun: str) -> list[_Phrase]:
    """Return how a template names a person of this group, up to a few words or names; none where the lexicon has no such word."""
    words: dict[str, list[tuple[int, str]]] = {}
    for (of, who, role, place), forms in lexicon.counterparts.items():
        if (of, who) == (category, group) and 0 in forms:
            words.setdefault(role, []).append((place, forms[0]))
    pronouns = _pronouns(lexicon, category, group)
    for role in ("adult", ADJECTIVE, NOUN) if lexicon.language == "en" else ("adult", NOUN, ADJECTIVE):
        if role in words:
            listed = dict.fromkeys(word for place, word in words[role] if place < (1 if role == "adult" else _WORDS))
            return [_Phrase(_named(lexicon, word, role, noun), pronouns) for word in listed]
    return _people(lexicon, category, group, words)


def _named(lexicon: Lexicon, word: str, role: str, noun: str) -> str:
    if lexicon.language == "zh":
        return f"一位{word}{noun}" if role == ADJECTIVE else f"一位{word}"
    return f"{article(word)} {word} {noun}" if role == ADJECTIVE else f"{article(word)} {word}"


def _people(lexicon: Lexicon, category: str, group: str, words: dict[str, list[tuple[int, str]]]) -> list[_Phrase]:
    """Return names: of an origin by gender, or of a gender by origin."""
    made = []
    for role, listed in words.items():
        if role == "family":
            continue
        for place, given in listed[:_NAMES]:
            family = next(
                (w[0] for (_, who, r, p), w in lexicon.counterparts.items() if r == "family" and who in (group, role) and p == place), ""
            )
            made.append(_Phrase(f"{given} {family}".strip(), _pronouns(lexicon, "gender", role if role in GIVEN else group)))
    return made if "women" in words or group in GIVEN else []


def _pronouns(lexicon: Lexicon, category: str, group: str) -> tuple[str, str, str]:
    forms = lexicon.counterparts.get((category, group, PRONOUN, 0), {})
    return (forms[0], forms[1], forms[2]) if len(forms) == 5 else _THEY


def _said(sentence: str, phrase: _Phrase) -> str:
    they, them, their = phrase.pronouns
    text = sentence.replace("{person}", phrase.person).replace("{they}", they).replace("{them}", them).replace("{their}", their)
    return text[:1].upper() + text[1:]
