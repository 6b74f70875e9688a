"""Words by which a text shows who a person is: read from a file that people can edit, checked, never guessed. Looks into no text.

The files that ship lie in ``lexicons/`` and explain their format in their first lines. A person's own file has the same format; it is used
instead of them, or in addition to them where it says ``adds = true``.
"""

from __future__ import annotations

import functools
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from fmcore.errors import DataError

LANGUAGES = ("en", "zh")
FOLDER = Path(__file__).parent / "lexicons"
FOUND, BOUND = "found", "bound"
"""Roles of words that are only found, and of words that tie a sentence to a group by their sense."""
PRONOUN, ADJECTIVE, NOUN = "pronoun", "adjective", "noun"
"""Roles that English grammar knows."""
MOST_TERMS = 5_000
LONGEST_TERM = 60
MOST_BYTES = 1_000_000
_LISTS = ("ambiguous", "people", "before", "exact", "ignored", "broken_by")


@dataclass(frozen=True)
class Term:
    """One form of one word, and where it stands in the lexicon."""

    surface: str
    category: str
    group: str
    role: str
    place: int
    """Among the words of its role: words at the same place stand for each other."""
    form: int
    """Singular 0, plural 1; of an English pronoun she, her (object), her (possessive), hers, herself."""


@dataclass(frozen=True, eq=False)
class Lexicon:
    """The words of one language."""

    language: str
    name: str
    """The file it came from, for people."""
    terms: tuple[Term, ...]
    """Without words whose role is ``bound``."""
    bound: Mapping[str, tuple[str, ...]]
    """Category → words that tie a sentence to one of its groups."""
    together: Mapping[str, str]
    """Category → the one that is swapped along with it; groups of the same names belong together."""
    ambiguous: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    before: frozenset[str] = frozenset()
    exact: frozenset[str] = frozenset()
    ignored: tuple[str, ...] = ()
    broken_by: tuple[str, ...] = ()
    adds: bool = False

    @functools.cached_property
    def groups(self) -> dict[str, tuple[str, ...]]:
        """Category → its groups, in the order of the file."""
        found: dict[str, dict[str, None]] = {}
        for term in self.terms:
            found.setdefault(term.category, {})[term.group] = None
        return {category: tuple(groups) for category, groups in found.items()}

    @functools.cached_property
    def counterparts(self) -> dict[tuple[str, str, str, int], dict[int, str]]:
        """(category, group, role, place) → form → word."""
        found: dict[tuple[str, str, str, int], dict[int, str]] = {}
        for term in self.terms:
            found.setdefault((term.category, term.group, term.role, term.place), {})[term.form] = term.surface
        return found


@functools.lru_cache(maxsize=1)
def built_in() -> tuple[Lexicon, ...]:
    """Return the lexicons that ship, one per language."""
    return tuple(load(FOLDER / f"{language}.toml") for language in LANGUAGES)


def shipped(language: str) -> bytes:
    """Return the file of the lexicon that ships for a language: what a person's own can start from."""
    return (FOLDER / f"{language}.toml").read_bytes()


def in_force(own: Lexicon | None = None) -> tuple[Lexicon, ...]:
    """Return the lexicons to use when a person brought this one: it alone, or all with it added to the one of its language.

    Raises:
        DataError: added to what ships, a word would be in two groups of one category.
    """
    if own is None:
        return built_in()
    if not own.adds:
        return (own,)
    return tuple(_joined(shipped, own) if shipped.language == own.language else shipped for shipped in built_in())


def load(path: Path) -> Lexicon:
    """Return the lexicon in a file.

    Raises:
        DataError: it can't be read, or says what a lexicon can't mean; one sentence names the place.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataError("{file} can't be read: {reason}.", file=path.name, reason=error.strerror or type(error).__name__) from error
    return read(content, name=path.name)


def read(content: bytes, *, name: str) -> Lexicon:
    """Return the lexicon with this content; ``name`` is what people call the file.

    Raises:
        DataError: as :func:`load`.
    """
    if len(content) > MOST_BYTES:
        raise DataError("{file} is larger than {most} bytes; a lexicon is a short list of words.", file=name, most=MOST_BYTES)
    try:
        raw = tomllib.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError("{file} is no text in UTF-8. A lexicon is a TOML file; start from one that ships.", file=name) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise DataError("{file} is not TOML: {reason}.", file=name, reason=str(error)[:200].rstrip(".")) from error
    return _checked(raw, name)


def _checked(raw: Mapping[str, Any], name: str) -> Lexicon:
    known = {"language", "adds", "terms", "together", "crosswise", *_LISTS}
    strange = sorted(set(raw) - known)
    if strange:
        raise DataError("{file} has an unknown key, {key}. Known: {known}.", file=name, key=strange[0][:80], known=", ".join(sorted(known)))
    language = raw.get("language")
    if language is None:
        lines = " or ".join(f'language = "{one}"' for one in LANGUAGES)
        raise DataError("{file} does not say its language. Begin it with {lines}.", file=name, lines=lines)
    if language not in LANGUAGES:
        raise DataError(
            "{file} must say its language: {known}. Found {found}.", file=name, known=" or ".join(LANGUAGES), found=str(language)[:40]
        )
    if not isinstance(raw.get("adds", False), bool):
        raise DataError("{file}: adds must be true or false.", file=name)
    lists = {key: frozenset(_words(raw.get(key, []), name, key)) for key in _LISTS}
    terms, bound = _terms(raw.get("terms"), name, language)
    terms += _crosswise(raw.get("crosswise", {}), terms, name)
    if len(terms) > MOST_TERMS:
        raise DataError(
            "{file} holds {count} words; {most} are the most that are looked for.", file=name, count=len(terms), most=MOST_TERMS
        )
    together = _together(raw.get("together", {}), {term.category for term in terms}, name)
    folded = {key: frozenset(word.lower() for word in lists[key]) for key in ("ambiguous", "people", "before")}
    return _alone_in_category(
        Lexicon(
            language, name, tuple(terms), bound, together, **folded,
            exact=lists["exact"], ignored=tuple(sorted(lists["ignored"])),
            broken_by=tuple(sorted(lists["broken_by"])), adds=raw.get("adds", False),
        )
    )  # fmt: skip


def _terms(raw: Any, name: str, language: str) -> tuple[list[Term], dict[str, tuple[str, ...]]]:
    if not isinstance(raw, Mapping) or not raw:
        raise DataError("{file} holds no words. Write them as [terms.CATEGORY.GROUP] and ROLE = [words].", file=name)
    terms: list[Term] = []
    bound: dict[str, tuple[str, ...]] = {}
    for category, groups in raw.items():
        for group, roles in _table(groups, name, f"terms.{category}").items():
            for role, words in _table(roles, name, f"terms.{category}.{group}").items():
                place = f"terms.{category}.{group}.{role}"
                for title in (category, group, role):
                    _check_word(title, name, place)
                if role == BOUND:
                    bound[category] = (*bound.get(category, ()), *_words(words, name, place))
                else:
                    terms += _forms(_words(words, name, place, may_be_empty=True), category, group, role, language, name)
    return terms, bound


def _forms(words: Sequence[str], category: str, group: str, role: str, language: str, name: str) -> Iterator[Term]:
    for place, word in enumerate(words):
        forms = [form.strip() for form in word.split("/")] if word else []
        if "" in forms:
            raise DataError(
                "{file}: {word} in {category}, {group} has an empty form.", file=name, word=word, category=category, group=group
            )
        if role == PRONOUN and language == "en" and forms and len(forms) != 5:
            raise DataError("{file}: the pronoun {word} needs five forms, as in she/her/her/hers/herself.", file=name, word=word)
        for number, form in enumerate(forms):
            yield Term(form, category, group, role, place, number)


def _crosswise(raw: Any, terms: Sequence[Term], name: str) -> list[Term]:
    made = []
    for category, said in _table(raw, name, "crosswise").items():
        place = f"crosswise.{category}"
        said = _table(said, name, place)
        of, roles = said.get("category"), _words(said.get("groups", []), name, place)
        found = [term for term in terms if term.category == of and term.role in roles]
        if set(said) != {"category", "groups"} or not found:
            raise DataError("{file}: {place} needs a category of this file and groups that are roles in it.", file=name, place=place)
        made += [Term(term.surface, category, term.role, term.group, term.place, term.form) for term in found]
    return made


def _together(raw: Any, categories: set[str], name: str) -> dict[str, str]:
    for category, along in _table(raw, name, "together").items():
        for one in (category, along):
            if one not in categories:
                raise DataError("{file}: together names {category}, which is no category of this file.", file=name, category=str(one)[:80])
    return dict(raw)


def _alone_in_category(lexicon: Lexicon) -> Lexicon:
    """Return the lexicon when no word is in two groups of one category."""
    groups: dict[tuple[str, str], str] = {}
    for term in lexicon.terms:
        other = groups.setdefault((term.category, term.surface.lower()), term.group)
        if other != term.group:
            raise DataError(
                "{file}: {word} is in two groups of {category}, {one} and {other}. Keep one.",
                file=lexicon.name, word=term.surface, category=term.category, one=other, other=term.group,
            )  # fmt: skip
    return lexicon


def _joined(shipped: Lexicon, own: Lexicon) -> Lexicon:
    places: dict[tuple[str, str], int] = {}
    for term in shipped.terms:
        places[term.category, term.role] = max(places.get((term.category, term.role), 0), term.place + 1)
    moved = tuple(replace(term, place=term.place + places.get((term.category, term.role), 0)) for term in own.terms)
    bound = {c: (*shipped.bound.get(c, ()), *own.bound.get(c, ())) for c in {**shipped.bound, **own.bound}}
    return _alone_in_category(
        Lexicon(
            own.language, own.name, (*shipped.terms, *moved), bound, {**shipped.together, **own.together},
            shipped.ambiguous | own.ambiguous, shipped.people | own.people, shipped.before | own.before, shipped.exact | own.exact,
            (*shipped.ignored, *own.ignored), True,
        )
    )  # fmt: skip


def _table(raw: Any, name: str, place: str) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise DataError("{file}: {place} must be a table. See the first lines of the lexicon that ships.", file=name, place=place[:120])
    return raw


def _words(raw: Any, name: str, place: str, *, may_be_empty: bool = False) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(word, str) for word in raw):
        raise DataError("{file}: {place} must be a list of words.", file=name, place=place[:120])
    words = [" ".join(word.split()) for word in raw]
    for word in words:
        if word or not may_be_empty:
            _check_word(word, name, place)
    return words


def _check_word(word: str, name: str, place: str) -> None:
    if not word.strip():
        raise DataError("{file}: {place} holds an empty word.", file=name, place=place[:120])
    if len(word) > 2 * LONGEST_TERM or any(len(form) > LONGEST_TERM for form in word.split("/")):
        raise DataError("{file}: {place} holds a word of more than {most} letters.", file=name, place=place[:120], most=LONGEST_TERM)
    if not word.isprintable():
        raise DataError(
            "{file}: {place} holds a word with characters that can't be shown.",
            file=name,
            place=place[:120].encode("unicode_escape").decode(),
        )
    if not any(letter.isalnum() for letter in word):
        raise DataError("{file}: {place} holds {word}, which has no letter.", file=name, place=place[:120], word=word)
