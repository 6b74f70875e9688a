"""One text with its words for one group replaced by those for another, grammar kept: or nothing, where grammar leaves a doubt.

Keeps capitals, a and an, the case of pronouns, plurals and the possessive ``'s``. Knows the lexicon, not what a swap is for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fmcore.audit.english import ARTICLES, OBJECT, POSSESSIVE, article, her_form, his_form, starts_anew, word_before, words_after
from fmcore.audit.lexicon import ADJECTIVE, FOUND, NOUN, PRONOUN, Lexicon, Term
from fmcore.audit.terms import Mention

GIVEN = ("women", "men")
"""Roles of given names in a category of origins."""
UNSURE, NO_COUNTERPART = "unsure", "no-counterpart"
_ARTICLE = re.compile(r"(?<![\w'’-])(an?)([ \t\xa0]{1,3})\Z", re.IGNORECASE)
_STARTS_SENTENCE = re.compile(r"(?:\A|[.!?:\n\r\x1e]|[.!?][\"'”’)])[\s\"'“‘(*-]*\Z")
_BEING = frozenset("am i'm is are was were being be been he's she's you're they're we're".split())  # noqa: SIM905
_MARKS = "'’"


@dataclass(frozen=True)
class _Counterpart:
    """What comes in the place of a word."""

    word: str
    listed: str
    """The word that goes, as the lexicon spells it."""
    form: int
    is_given_name: bool


class CannotSwap(Exception):
    """No swap: the reason is ``unsure`` or ``no-counterpart``."""


def replaced(text: str, found: Sequence[Mention], to: Mapping[str, str], lexicon: Lexicon) -> str:
    """Return the text with every mention turned to the group ``to`` (category → group).

    Raises:
        CannotSwap: a word has no counterpart there, or nobody can tell which form is right.
    """
    pieces, at = [], 0
    for mention in found:
        counterpart = _counterpart(text, mention, to, lexicon)
        original = text[mention.start : mention.end]
        start, end, inserted = mention.start, mention.end, _in_case(text, mention, counterpart)
        if counterpart.is_given_name and lexicon.language == "zh" and text[max(at, start - 1) : start] in lexicon.before:
            start -= 1  # a family name of one origin before a given name of another is nobody's name
        if lexicon.language == "en":
            before = _ARTICLE.search(text[max(at, start - 6) : start])
            if before and before.group(1).lower() == article(original):
                start -= len(before.group())
                inserted = _article(before.group(1), inserted) + before.group(2) + inserted
            cut, tail = _possessive(text, mention, counterpart.form, original, inserted)
            end, inserted = end + cut, inserted + tail
        pieces += [text[at:start], inserted]
        at = end
    return "".join([*pieces, text[at:]])


def _counterpart(text: str, mention: Mention, to: Mapping[str, str], lexicon: Lexicon) -> _Counterpart:
    chosen: dict[tuple[str, int], tuple[Term, str]] = {}
    readings = set()
    for term in mention.terms:
        if term.category not in to or term.role == FOUND:
            continue
        readings.add((term.role, term.form))
        word = lexicon.counterparts.get((term.category, to[term.category], term.role, term.place), {}).get(term.form)
        if word is not None:
            chosen.setdefault((term.role, term.form), (term, word))
    if not chosen:
        raise CannotSwap(NO_COUNTERPART)
    words = {word for _, word in chosen.values()}
    if len(words) > 1 or len(chosen) < len(readings):
        reading = _reading(text, mention, readings, lexicon)
        if reading is None:
            raise CannotSwap(UNSURE)
        if reading not in chosen:
            raise CannotSwap(NO_COUNTERPART)
        chosen = {reading: chosen[reading]}
    term, word = next(iter(chosen.values()))
    return _Counterpart(word, term.surface, term.form, term.role in GIVEN)


def _reading(text: str, mention: Mention, readings: set[tuple[str, int]], lexicon: Lexicon) -> tuple[str, int] | None:
    """Return which of several readings of one spelling is meant here, or None."""
    if lexicon.language != "en":
        return None
    before, after = word_before(text, mention.start), words_after(text, mention.end)
    roles = {role for role, _ in readings}
    if roles == {PRONOUN}:
        forms = {form for _, form in readings}
        form = her_form(before, after) if forms == {OBJECT, POSSESSIVE} else his_form(before, after)
        return (PRONOUN, form) if form in forms else None
    if roles == {ADJECTIVE, NOUN}:
        if after and after[0].removesuffix("'s") in lexicon.people:
            return ADJECTIVE, 0
        if not after or starts_anew(after[0]):
            if before in ARTICLES:
                return NOUN, 0
            if before in _BEING:
                return ADJECTIVE, 0
    return None


def _in_case(text: str, mention: Mention, counterpart: _Counterpart) -> str:
    """Return the new word with capitals as the original has them."""
    original, listed, new = text[mention.start : mention.end], counterpart.listed, counterpart.word
    if original.isupper() and not listed.isupper() and sum(letter.isalpha() for letter in original) > 1:
        return new.upper()
    if original == listed:
        if original.islower() and text.islower():
            return new.lower()
        if original[:1].isupper() and new[:1].islower() and _STARTS_SENTENCE.search(text[max(0, mention.start - 8) : mention.start]):
            return new[:1].upper() + new[1:]
        return new
    if original.islower():
        return new.lower()
    if original == listed[:1].upper() + listed[1:]:
        return new[:1].upper() + new[1:]
    return new.title() if original == listed.title() else new


def _article(old: str, new_word: str) -> str:
    right = article(new_word)
    if old.isupper() and len(new_word) > 1 and new_word.isupper():
        return right.upper()
    return right.capitalize() if old[0].isupper() else right


def _possessive(text: str, mention: Mention, form: int, original: str, inserted: str) -> tuple[int, str]:
    """Return how many letters after the word are taken away and what comes instead: ``women's`` and ``ladies'`` are the same case."""
    mark, letter, beyond = (text[mention.end + n : mention.end + n + 1] for n in range(3))
    if not mark or mark not in _MARKS:
        return 0, ""
    if letter in ("s", "S") and not beyond.isalnum():
        return (2, mark) if form == 1 and inserted[-1] in "sS" and original[-1] not in "sS" else (0, "")
    ends_quotation = re.search(rf"(?:\A|[\s(])[{_MARKS}‘]\w", text[max(0, mention.start - 200) : mention.start + 1]) is not None
    if letter.isalnum() or ends_quotation or original[-1] not in "sS" or inserted[-1] in "sS":
        return 0, ""
    return 1, mark + ("S" if inserted.isupper() else "s")
