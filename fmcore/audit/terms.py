"""Which groups of people a text mentions: words of a lexicon found in it, whole and longest first. Knows no grammar beyond that.

A text without any word of a category is not missing anything: it is the group ``none mentioned``, the background that others compare with.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from fmcore.audit.answers import Answers
from fmcore.audit.english import ARTICLES, starts_anew, word_before, words_after
from fmcore.audit.lexicon import NOUN, Lexicon, Term, in_force
from fmcore.errors import DataError

NONE_MENTIONED, SEVERAL = "none mentioned", "several"
PREFIX = "mentions "
"""A group column made from terms is called this and its category."""
_EDGE = r"A-Za-z0-9_À-ɏ-"  # a hyphen makes one word of two: non-Muslim is no Muslim
_SPACE = r"[ \t\r\n\xa0]{1,3}"
_LETTERS = {"en": re.compile("[A-Za-z]"), "zh": re.compile("[\u3400-\u9fff]")}
_CHAIN = 3  # an old black man: so many words of people may stand between a word and the one it says something of


@dataclass(frozen=True)
class Mention:
    """One word of a lexicon in a text."""

    start: int
    end: int
    terms: tuple[Term, ...]
    """What it may be: one term, or several of the same spelling."""


def column_name(category: str) -> str:
    """Return the name of the group column of a category."""
    return PREFIX + category


def mentions(text: str, lexicon: Lexicon) -> list[Mention]:
    """Return what the lexicon finds in a text, in order, not overlapping: the longest words win."""
    if not writes(text, lexicon.language):
        return []
    finder = _finder(lexicon)
    lowered = _lower(text)
    found = []
    for match in finder.pattern.finditer(lowered):
        key = " ".join(match.group().split())
        terms = finder.terms.get(key)
        if terms is None:
            continue  # a word that is to be passed over
        start, end = match.span()
        if lexicon.exact and (key in finder.exact) and text[start:end] not in lexicon.exact:
            continue
        if lexicon.broken_by and any(lowered.startswith(word, end - 1) for word in lexicon.broken_by):
            continue
        if key in lexicon.ambiguous and not _says_of_people(lowered, start, end, finder):
            continue
        found.append(Mention(start, end, terms))
    return found


def writes(text: str, language: str) -> bool:
    """Return whether a text has letters of the script of this language."""
    return _LETTERS[language].search(text) is not None


def is_chinese(text: str) -> bool:
    """Return whether a text is Chinese for the most part, some words in Latin letters or not: a Chinese sign says as much as two letters.

    Example:
        >>> is_chinese("是不是gay只有他自己清楚"), is_chinese("未未 is a fantastic Canadian")
        (True, False)
    """
    return 2 * len(_LETTERS["zh"].findall(text)) > len(_LETTERS["en"].findall(text))


def is_bound(text: str, category: str, lexicon: Lexicon) -> bool:
    """Return whether a text is tied to a group of the category by the sense of its words."""
    pattern = _finder(lexicon).bound.get(category)
    return pattern is not None and pattern.search(_lower(text)) is not None


def groups(texts: Iterable[Any], lexicons: Sequence[Lexicon] | None = None) -> dict[str, np.ndarray]:
    """Return per category one group per text: its name, ``several`` or ``none mentioned``. Cells that are no text mention nobody.

    Example:
        >>> found = groups(["Her bag", "A man and his wife", "Hello"])
        >>> found["gender"].tolist()
        ['women', 'several', 'none mentioned']
    """
    lexicons = in_force() if lexicons is None else lexicons
    texts = list(texts)
    categories = list(dict.fromkeys(category for lexicon in lexicons for category in lexicon.groups))
    columns = {category: np.full(len(texts), NONE_MENTIONED, object) for category in categories}
    for row, text in enumerate(texts):
        if not isinstance(text, str):
            continue
        for lexicon in lexicons:
            for mention in mentions(text, lexicon):
                for term in mention.terms:
                    column = columns[term.category]
                    if column[row] == NONE_MENTIONED:
                        column[row] = term.group
                    elif column[row] != term.group:
                        column[row] = SEVERAL
    return columns


def with_groups(answers: Answers, texts: Sequence[Any], lexicons: Sequence[Lexicon] | None = None) -> Answers:
    """Return the answers with one group column per category, named by :func:`column_name`, for ``GroupBy(column, kind="terms")``.

    Raises:
        DataError: there is not one text per answer.
    """
    if len(texts) != len(answers):
        raise DataError("There are {texts} texts for {answers} answers.", texts=len(texts), answers=len(answers))
    added = {column_name(category): pd.Series(column, dtype=object) for category, column in groups(texts, lexicons).items()}
    return answers.widened(added)


@dataclass(frozen=True, eq=False)
class _Finder:
    pattern: re.Pattern[str]
    terms: dict[str, tuple[Term, ...]]
    exact: frozenset[str]
    """In small letters."""
    bound: dict[str, re.Pattern[str]]
    lexicon: Lexicon


@functools.lru_cache(maxsize=8)
def _finder(lexicon: Lexicon) -> _Finder:
    terms: dict[str, list[Term]] = {}
    for term in lexicon.terms:
        terms.setdefault(term.surface.lower(), []).append(term)
    passed_over = {word.lower() for word in lexicon.ignored}
    pattern = _pattern({*terms, *passed_over}, lexicon.language)
    kept = {word: tuple(found) for word, found in terms.items() if word not in passed_over}
    bound = {category: _pattern({word.lower() for word in words}, lexicon.language) for category, words in lexicon.bound.items()}
    return _Finder(pattern, kept, frozenset(word.lower() for word in lexicon.exact), bound, lexicon)


def _pattern(words: Iterable[str], language: str) -> re.Pattern[str]:
    """Return one expression for all words. Shared beginnings are written once, so that a letter rules out nearly all words at a glance."""
    tree: dict[str, Any] = {}
    for word in words:
        node = tree
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    body = _branch(tree)
    return re.compile(body if language == "zh" else rf"(?<![{_EDGE}]){body}(?![{_EDGE}])")


def _branch(node: dict[str, Any]) -> str:
    ways = [(_SPACE if letter == " " else re.escape(letter)) + _branch(below) for letter, below in sorted(node.items()) if letter]
    if not ways:
        return ""
    body = ways[0] if len(ways) == 1 and "" not in node else f"(?:{'|'.join(ways)})"
    return f"{body}?" if "" in node else body


def _lower(text: str) -> str:
    """Return the text in small letters, every letter at its place: a few letters grow when they shrink."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)


def _says_of_people(lowered: str, start: int, end: int, finder: _Finder) -> bool:
    """Return whether a word that may say something of a thing says it of a person here."""
    lexicon = finder.lexicon
    if lexicon.language == "zh":
        return any(lowered.startswith(word, end) for word in lexicon.people) or any(lowered.endswith(w, 0, start) for w in lexicon.before)
    following = words_after(lowered, end, _CHAIN)
    for word in following:
        if word.removesuffix("'s") in lexicon.people:
            return True
        if word not in finder.terms:
            break
    if following and not starts_anew(following[0]):
        return False
    before = word_before(lowered, start)
    is_noun = any(term.role == NOUN for term in finder.terms[lowered[start:end]])  # "a German" is a person, "a blind" is none
    return before in lexicon.before or (before in ARTICLES and is_noun)
