"""Pairs of texts that differ in one group only: from people's own sentences or from a table that somebody brought.

A table of pairs has the columns :data:`COLUMNS`. The same texts, lexicons and seed give the same pairs, in the same order.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fmcore.audit.lexicon import Lexicon, in_force
from fmcore.audit.swaps.replace import NO_COUNTERPART, UNSURE, CannotSwap, replaced
from fmcore.audit.terms import Mention, is_bound, is_chinese, mentions
from fmcore.errors import DataError, unknown
from fmcore.records import Sentence, say

COLUMNS = ("item", "before", "after", "category", "from", "to")
"""``item`` names the sentence: swaps of one sentence are not independent of each other."""
BREAK = "\n\x1e\n"
"""Stands between the two texts of an item that has two."""
_BLOCK = 50  # sentences
SEVERAL, BOUND = "several", "bound"
_SPLIT_LETTERS = 20_000  # a longer text is a document, where one word more or less is no swap of its person


@dataclass(frozen=True)
class Pairs:
    """Pairs of texts, and what was left out on the way."""

    frame: pd.DataFrame
    notes: tuple[Sentence, ...] = ()


def in_place(
    texts: Sequence[str | None],
    items: Sequence[str] | None = None,
    *,
    lexicons: Sequence[Lexicon] | None = None,
    categories: Sequence[str] = (),
    rows: int | None = None,
    seed: int = 0,
) -> Pairs:
    """Return each text with its words for one group turned to every other group of the category.

    A text is left as it is where it mentions several groups, where its sense ties it to one, or where grammar leaves a doubt. ``rows`` is
    how many pairs to keep, as :func:`chosen`.

    Raises:
        DataError: there is no such category.
    """
    lexicons = in_force() if lexicons is None else lexicons
    check_categories(categories, lexicons)
    items = [str(n) for n in range(len(texts))] if items is None else items
    found: list[tuple[str, ...]] = []
    lost: Counter[str] = Counter()
    seen: set[str] = set()
    for item, text in zip(items, texts, strict=True):
        if not isinstance(text, str) or text in seen:
            continue  # the same sentence twice tells nothing new
        seen.add(text)
        if len(text) > _SPLIT_LETTERS:
            lost["long"] += 1
            continue
        for lexicon in lexicons:
            found += [(item, text, *swap) for swap in _swaps(text, lexicon, lexicons, categories, lost)]
    frame = pd.DataFrame(found, columns=["item", "before", "category", "from", "to", "after"], dtype=object)[list(COLUMNS)]
    kept = chosen(frame, rows, seed)
    return Pairs(kept, (*_lost(lost), *drawn_of(len(frame), len(kept))))


def uploaded(frame: pd.DataFrame, *, before: str, after: str, rows: int | None = None, seed: int = 0) -> Pairs:
    """Return the pairs in two text columns of a table; ``category``, ``from``, ``to`` and ``item`` are read where it has them.

    Raises:
        DataError: a column is missing, both are the same, or no row has both texts.
    """
    lacking = [name for name in (before, after) if name not in frame.columns]
    if lacking:
        known = ", ".join(str(name)[:80] for name in list(frame.columns)[:12])
        raise DataError("The table has no column {column}. It has: {known}.", column=lacking[0][:80], known=known)
    if before == after:
        raise DataError("Before and after are the same column, {column}. Name two.", column=before[:80])
    has_both = frame[[before, after]].apply(lambda c: c.map(lambda cell: isinstance(cell, str) and bool(cell.strip()))).all(axis=1)
    kept = frame[has_both]
    if kept.empty:
        raise DataError("No row has a text in both {before} and {after}.", before=before[:80], after=after[:80])
    table = {"before": kept[before], "after": kept[after]}
    for name, default in (("category", "pairs"), ("from", before), ("to", after)):
        table[name] = kept[name].fillna(default).astype(str).str.slice(0, 80) if name in kept and name not in (before, after) else default
    made = pd.DataFrame(table).astype(object).reset_index(drop=True)
    given = kept["item"].reset_index(drop=True) if "item" in kept and "item" not in (before, after) else None
    made.insert(0, "item", made["before"] if given is None else given.where(given.notna(), made["before"]))
    notes = []
    if len(kept) < len(frame):
        notes.append(say("{count} of {rows} rows lack a text and were left out.", count=len(frame) - len(kept), rows=len(frame)))
    if (alike := int((made["before"] == made["after"]).sum())) and alike == len(made):
        raise DataError("Before and after are the same text in every row, so no answer can change.")
    if alike:
        notes.append(say("{count} of {rows} pairs hold the same text twice.", count=alike, rows=len(made)))
    cut = chosen(made[list(COLUMNS)], rows, seed)
    return Pairs(cut, (*notes, *drawn_of(len(made), len(cut))))


def check_categories(categories: Sequence[str], lexicons: Sequence[Lexicon]) -> None:
    """See to it that every category stands in a lexicon.

    Raises:
        DataError: one does not.
    """
    known = dict.fromkeys(category for lexicon in lexicons for category in lexicon.groups)
    for category in categories:
        if category not in known:
            raise DataError("{sentence}", sentence=unknown("category", category[:80], known))


def chosen(frame: pd.DataFrame, rows: int | None, seed: int) -> pd.DataFrame:
    """Return at most so many pairs, in their order, drawn by ``seed``.

    Categories take turns. Within one, pairs of groups get blocks that are large enough for a verdict, those with the most sentences first:
    a thin slice of a thousand pairs of groups would settle none of them.
    """
    frame = frame.reset_index(drop=True)
    if rows is None or len(frame) <= rows:
        return frame
    drawn = frame[["category", "from", "to"]].iloc[np.random.default_rng(seed).permutation(len(frame))]
    by_groups = drawn.groupby(["category", "from", "to"], sort=False)
    drawn = drawn.assign(block=by_groups.cumcount() // _BLOCK, size=-by_groups["to"].transform("size"), groups=by_groups.ngroup())
    turns = drawn.sort_values(["block", "size", "groups"], kind="stable").groupby("category", sort=False).cumcount()
    return frame.loc[sorted(turns.sort_values(kind="stable").index[:rows])].reset_index(drop=True)


def spread(frame: pd.DataFrame, count: int, seed: int = 0) -> pd.DataFrame:
    """Return so many pairs to read: categories take turns, and within one the pairs of groups; each sentence once."""
    drawn = frame.iloc[np.random.default_rng(seed).permutation(len(frame))].drop_duplicates("item")
    turn = drawn.groupby(["category", "from", "to"], sort=False).cumcount()
    drawn = drawn.loc[turn.sort_values(kind="stable").index]
    return drawn.loc[drawn.groupby("category", sort=False).cumcount().sort_values(kind="stable").index[:count]].reset_index(drop=True)


def _swaps(
    text: str, lexicon: Lexicon, lexicons: Sequence[Lexicon], categories: Sequence[str], lost: Counter[str]
) -> Iterator[tuple[str, str, str, str]]:
    """Yield (category, from, to, after) of a text; what can't be swapped is counted in ``lost``, once per category."""
    everything = mentions(text, lexicon) if lexicon.language != "en" or not is_chinese(text) else []
    if not everything:
        return
    elsewhere = {t.category for other in lexicons if other.language != lexicon.language for m in mentions(text, other) for t in m.terms}
    present = {term.category for mention in everything for term in mention.terms}
    for category in lexicon.groups:
        if category not in present or (categories and category not in categories):
            continue
        along = lexicon.together.get(category)
        if any(follower == category and leader in present for leader, follower in lexicon.together.items()):
            continue  # names follow the words: "Emily lost her card" is a swap of gender, with the name along
        swapped = {category} | ({along} if along else set())
        found = [mention for mention in everything if any(term.category in swapped for term in mention.terms)]
        groups = {term.group for mention in found for term in mention.terms if term.category in swapped}
        if len(groups) != 1 or swapped & elsewhere:  # a person named in two languages would be turned in one of them only
            lost[SEVERAL] += 1
        elif is_bound(text, category, lexicon) or (along and is_bound(text, along, lexicon)):
            lost[BOUND] += 1
        else:
            yield from _to_others(text, found, category, groups.pop(), swapped, lexicon, lost)


def _to_others(
    text: str, found: Sequence[Mention], category: str, group: str, swapped: set[str], lexicon: Lexicon, lost: Counter[str]
) -> Iterator[tuple[str, str, str, str]]:
    reasons, count = set(), 0
    for other in lexicon.groups[category]:
        if other == group:
            continue
        try:
            after = replaced(text, found, dict.fromkeys(swapped, other), lexicon)
        except CannotSwap as reason:
            reasons.add(str(reason))
            continue
        count += 1
        yield category, group, other, after
    if UNSURE in reasons:
        lost[UNSURE] += 1
    elif count == 0:
        lost[NO_COUNTERPART] += 1


_SAID = {
    SEVERAL: "{count} texts mention several groups of one category and were not swapped.",
    BOUND: "{count} texts are tied to one group by their sense (a pregnancy, say) and were not swapped.",
    UNSURE: "{count} texts can be read in two ways, so that grammar might break; they were not swapped.",
    NO_COUNTERPART: "{count} texts use a word that has no counterpart in the other groups.",
    "long": "{count} texts are longer than 20,000 letters and were not swapped.",
}


def _lost(lost: Counter[str]) -> tuple[Sentence, ...]:
    return tuple(say(template, count=lost[reason]) for reason, template in _SAID.items() if lost[reason])


def drawn_of(found: int, kept: int) -> tuple[Sentence, ...]:
    """Return what people are told where fewer pairs were kept than found."""
    return (say("{kept} of {found} pairs were drawn.", kept=kept, found=found),) if kept < found else ()
