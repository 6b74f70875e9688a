"""Two sentences side by side, what was swapped marked in both. Draws texts of strangers, escaped."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmcore.audit.swaps.changes import Piece, changes
from fmcore.audit.swaps.records import Moved, SwapAudit
from pages.shared.words import _, plain, shorten

LONGEST = 700
"""Letters of a sentence on the screen; the download has all."""


def marked(pieces: Sequence[Piece]) -> str:
    """Return Markdown of a text whose changed stretches stand out.

    Example:
        >>> marked([("He", True), (" lost ", False), ("his", True), (" card", False)])
        ':orange-background[**He**] lost :orange-background[**his**] card'
    """
    return "".join(_piece(text, is_new) for text, is_new in pieces)


def _piece(text: str, is_new: bool) -> str:
    lead, tail = (" " if end.isspace() else "" for end in (text[:1], text[-1:]))
    inner = plain(text)
    if not inner:
        return " "
    return f"{lead}:orange-background[**{inner}**]{tail}" if is_new else f"{lead}{inner}{tail}"


def pair(before: str, after: str, left: str = "", right: str = "") -> None:
    """Draw the two sentences; ``left`` and ``right`` stand above them."""
    marks = changes(shorten(before, LONGEST), shorten(after, LONGEST))
    for column, pieces, above in zip(st.columns(2), marks, (left, right), strict=True):
        with column:
            if above:
                st.caption(above)
            st.markdown(marked(pieces))


def worst(found: SwapAudit, category: str | None, most: int) -> None:
    """Draw the sentences whose scores move farthest, with both answers and the move."""
    moved = [one for one in found.worst if category in (None, one.category)][:most]
    if not moved:
        st.caption(_("None of the sentences that move farthest is of this category."))
    for one in moved:
        with st.container(border=True):
            pair(one.before, one.after, *(_above(found, one, side) for side in (0, 1)))
            st.caption(_move(found, one))


def _above(found: SwapAudit, one: Moved, side: int) -> str:
    group = plain(next(iter(one.groups[side].values())))
    answer = plain((one.answer_before, one.answer_after)[side])
    return _("{group}: the answer is **{answer}**").format(group=group, answer=answer)


def _move(found: SwapAudit, one: Moved) -> str:
    flips = _("The answer changes. ") if one.answer_before != one.answer_after else ""
    if found.spec.favourable is None:
        return flips + _("All scores together move by {move}.").format(move=f"{one.move:.3f}")
    text = _("The score for {label} moves by {move}.")
    return flips + text.format(label=plain(found.spec.favourable), move=f"{one.move:+.3f}".replace("-", "−"))
