"""The scores of all labels as bars, light enough for a phone. A label keeps the colour that it has on every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from fmcore.report.colours import colour_of
from pages.shared import amounts
from pages.shared.words import _, in_html

MOST = 10
"""Bars; what is left is summed up in one line below."""
GRID = "display:grid;grid-template-columns:minmax(4.5rem,32%) 1fr 4.8rem;gap:.15rem .7rem;align-items:center;font-size:.95rem"
NAME = "overflow:hidden;text-overflow:ellipsis;white-space:nowrap"
TRACK = "position:relative;height:.75rem;border-radius:.4rem;background:rgba(128,140,140,.2)"
FILL = "position:absolute;inset:0 auto 0 0;border-radius:.4rem"
MARK = "position:absolute;top:-.2rem;bottom:-.2rem;width:2px;background:currentColor"


def draw(scores: Mapping[str, float], before: Mapping[str, float] | None = None) -> None:
    """Draw the bars, the largest first. ``before`` puts a mark where each score was."""
    shown, rest = chosen(scores)
    st.html(as_html(shown, list(scores), before))
    if rest:
        said = _("and {n} other labels with {share} together")
        st.caption(said.format(n=rest, share=amounts.percent(max(0.0, 1 - sum(shown.values())))))
    if before is not None:
        st.caption(_("The upright line shows where a score was before."))


def chosen(scores: Mapping[str, float]) -> tuple[dict[str, float], int]:
    """Return the largest scores in order, and how many labels are left out."""
    ordered = sorted(scores.items(), key=lambda item: -item[1])
    return dict(ordered[:MOST]), max(0, len(ordered) - MOST)


def as_html(shown: Mapping[str, float], labels: Sequence[str], before: Mapping[str, float] | None = None) -> str:
    """Return the bars as HTML in which every label is escaped."""
    rows = [_row(label, score, colour_of(label, labels), None if before is None else before.get(label)) for label, score in shown.items()]
    return f'<div role="list" style="{GRID}">{"".join(rows)}</div>'


def _row(label: str, score: float, colour: str, before: float | None) -> str:
    mark = "" if before is None else f'<span style="{MARK};left:calc({before * 100:.1f}% - 1px)"></span>'
    bar = f'<span style="{TRACK}"><span style="{FILL};width:{score * 100:.1f}%;background:{colour}"></span>{mark}</span>'
    name = f'<span role="listitem" style="{NAME}" title="{in_html(label, 200)}"><bdi>{in_html(label, 80)}</bdi></span>'
    return f'{name}{bar}<span style="font-variant-numeric:tabular-nums">{in_html(amounts.percent(score))}</span>'
