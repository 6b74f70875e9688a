"""What an edit changed: the words that went and came, and how the answer moved. Keeps the text of before through a reload."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

import streamlit as st

from fmcore.inference import Answered
from pages.shared import amounts, typed
from pages.shared.words import _, plain

ALIKE = 0.5
"""Share of words that two texts must have in common for the one to be an edit of the other."""
MOST_WORDS = 400
"""Longer texts are not compared word by word."""
PARTS = ("text", "pair")


def before(now: tuple[str, str]) -> tuple[str, str] | None:
    """Return the text that this one was edited from; None where it is a new one. To be called once per run of the page."""
    last = tuple(typed.kept(f"last-{part}") for part in PARTS)
    was = tuple(typed.kept(f"was-{part}") for part in PARTS)
    if now != last:
        was = last if is_edit(last, now) else ("", "")
        for part, old, new in zip(PARTS, was, now, strict=True):
            typed.keep(f"was-{part}", old)
            typed.keep(f"last-{part}", new)
    return was if any(was) else None


def is_edit(old: tuple[str, ...], new: tuple[str, ...]) -> bool:
    """Return whether one text is the other with some words changed."""
    words = [[word for part in parts for word in part.split()] for parts in (old, new)]
    if not all(words) or max(map(len, words)) > MOST_WORDS:
        return False
    return words[0] != words[1] and difflib.SequenceMatcher(None, *words, autojunk=False).ratio() >= ALIKE


def changes(old: str, new: str) -> str:
    """Return the words that changed as Markdown: those that went are struck out, those that came are strong.

    Example:
        >>> changes("a lovely room", "an awful room")
        '~~a lovely~~ **an awful**'
    """
    left, right = old.split(), new.split()
    said = []
    for kind, i, j, k, m in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind != "equal":
            went, came = plain(" ".join(left[i:j]), 80), plain(" ".join(right[k:m]), 80)
            said += [f"~~{went}~~"] * bool(went) + [f"**{came}**"] * bool(came)
    return " ".join(said)


def draw(old: tuple[str, str], new: tuple[str, str]) -> None:
    """Draw what was changed in the text."""
    said = " ".join(filter(None, (changes(one, other) for one, other in zip(old, new, strict=True))))
    st.markdown(_(":material/edit: Changed since the last answer: {words}").format(words=said))


def moved(was: Answered, now: Answered) -> str:
    """Return how the answer moved, as Markdown."""
    label, other = plain(was.label, 80), plain(now.label, 80)
    if was.label == now.label:
        text = _("The answer stays **{label}**: {old} → **{new}**.")
        return text.format(label=label, old=amounts.percent(was.confidence), new=amounts.percent(now.confidence))
    text = _("The answer moves from **{old_label}** ({old}) to **{label}** ({new}).")
    return text.format(old_label=label, old=amounts.percent(was.confidence), label=other, new=amounts.percent(now.confidence))


def scores(was: Answered | None) -> Mapping[str, float] | None:
    return None if was is None else was.scores
