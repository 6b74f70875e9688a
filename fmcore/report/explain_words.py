"""An attribution as the text itself: each word on a ground of its colour, the sign told by the line below it too. Computes nothing.

Blue and unbroken speaks for the label, orange and broken against it: told apart without colours, and without a pointer by the numbers of
the strongest words. Every word is escaped; nothing of a text becomes markup.
"""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup

from fmcore.explain.records import Attribution
from fmcore.language import gettext as _
from fmcore.report.text import one_line

FOR, AGAINST = "0,114,178", "230,159,0"
"""Of the palette of :mod:`fmcore.report.colours`, as red, green, blue."""
MOST_WORDS = 600
NUMBERED = 0.4
"""Share of the largest score from which a word carries its number."""


def words(found: Attribution) -> Markup:
    """Return the text as HTML that needs no script and no style sheet."""
    largest = max((abs(score) for score in found.scores), default=0.0)
    lines = [
        Markup('<p dir="auto" style="line-height:2.1;overflow-wrap:anywhere;margin:0 0 .6em">') + Markup("").join(line) + Markup("</p>")
        for line in _lines(found, largest)
    ]
    return Markup("").join(lines)


def legend(*, looks: bool = False) -> Markup:
    """Return what the colours and lines mean, as HTML; ``looks``: they are shares of what is looked at."""
    if looks:
        return Markup('<p style="font-size:.85em;margin:0">{}</p>').format(_word(_("is looked at"), 1.0, 1.0, numbered=False))
    parts = [_word(_("speaks for it"), 1.0, 1.0, numbered=False), _word(_("speaks against it"), -1.0, 1.0, numbered=False)]
    return Markup('<p style="font-size:.85em;margin:0">') + Markup(" &nbsp; ").join(parts) + Markup("</p>")


def _lines(found: Attribution, largest: float) -> Iterator[list[Markup]]:
    for field, text in enumerate(found.texts):
        made, end, count = [], 0, 0
        for place, score, seen in zip(found.places, found.scores, found.seen, strict=True):
            if place[0] != field:
                continue
            if count == MOST_WORDS:
                made.append(Markup(" …"))
                break
            if text[end : place[1]]:
                made.append(Markup(" "))
            word, end, count = one_line(text[place[1] : place[2]], 80), place[2], count + 1
            made.append(_word(word, score, largest) if seen else _unseen(word))
        yield made


def _word(word: str, score: float, largest: float, *, numbered: bool = True) -> Markup:
    share = abs(score) / largest if largest else 0.0
    if share < 0.02:
        return Markup('<span title="{}">{}</span>').format(f"{score:+.3f}", word)
    rgb, line = (FOR, "solid") if score > 0 else (AGAINST, "dashed")
    ground, below = f"rgba({rgb},{0.06 + 0.44 * share:.2f})", f"rgba({rgb},{0.35 + 0.65 * share:.2f})"
    style = f"background:{ground};border-bottom:3px {line} {below};padding:.1em .15em"
    number = Markup('<sub style="font-size:.7em"> {}</sub>').format(f"{score:+.2f}") if numbered and share >= NUMBERED else Markup("")
    return Markup('<span style="{}" title="{}">{}{}</span>').format(style, f"{score:+.3f}", word, number)


def _unseen(word: str) -> Markup:
    return Markup('<span style="opacity:.5" title="{}">{}</span>').format(_("the model does not see this word"), word)
