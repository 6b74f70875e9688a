"""The picture of a swap test: each pair of groups with its interval, the widest first, and what is acceptable. Draws what it is given."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from fmcore.audit.records import Finding, Verdict
from fmcore.audit.swaps.records import FLIP_RATE, SCORE_DISTANCE, SCORE_MOVE, SwapAudit
from fmcore.language import gettext as _
from fmcore.report.canvas import finish, label_axis
from fmcore.report.names import finding_title
from fmcore.report.text import for_figure

MOST_ROWS = 24
MARKS = {Finding.FAIL: ("#D55E00", "square"), Finding.UNCERTAIN: ("#8C8C8C", "diamond"), Finding.PASS: ("#009E73", "circle")}
"""Colour and shape, so that colour is never the only sign."""


def measures_of(found: SwapAudit) -> tuple[str, ...]:
    """Return what was measured between pairs of groups: how often answers change, and how far scores move."""
    known = {verdict.measure for verdict in found.verdicts}
    return tuple(measure for measure in (FLIP_RATE, SCORE_MOVE, SCORE_DISTANCE) if measure in known)


def measure_title(measure: str, label: str | None = None) -> str:
    """Return what a measure of a swap test is called.

    Example:
        >>> measure_title("score-move", "approve")
        'how far the score for approve moves'
    """
    if measure == SCORE_MOVE:
        return _("how far the score for {label} moves").format(label=label or "–")
    return {FLIP_RATE: _("how often the answer changes"), SCORE_DISTANCE: _("how far all scores move")}[measure]


def questions(found: SwapAudit, measure: str, category: str | None = None) -> list[Verdict]:
    """Return the questions of one measure, the widest first."""
    asked = [one for one in found.verdicts if one.measure == measure and category in (None, one.by[0])]
    return sorted(asked, key=lambda one: -abs(one.gap.value or 0.0))


def pair_title(verdict: Verdict, *, with_category: bool = False) -> str:
    """Return ``from → to``."""
    one, other = (next(iter(group.values())) for group in verdict.groups)
    return f"{verdict.by[0]}: {one} → {other}" if with_category else f"{one} → {other}"


def by_pair(shown: Sequence[Verdict], *, with_category: bool = False) -> go.Figure:
    """Return one row per question, in the order given: the value, the interval that decided, and shaded what is acceptable."""
    figure = go.Figure()
    shown = shown[:MOST_ROWS]
    names = [pair_title(one, with_category=with_category) for one in shown]
    _accepted(figure, shown)
    for finding in MARKS:
        places = [place for place, one in enumerate(shown) if one.verdict is finding]
        if places:
            _points(figure, finding, places, [shown[place] for place in places], [names[place] for place in places])
    label_axis(figure, "y", names, length=34, range=[len(shown) - 0.5, -0.5])
    measure = shown[0].measure if shown else FLIP_RATE
    title = measure_title(measure, shown[0].label if shown else None)
    figure.update_xaxes(title=for_figure(title, 60), tickformat=".0%" if measure == FLIP_RATE else None, rangemode="normal")
    figure.update_layout(showlegend=True)
    return finish(figure, height=132 + 30 * max(2, len(shown)))


def _accepted(figure: go.Figure, shown: Sequence[Verdict]) -> None:
    for tolerance in {one.tolerance for one in shown}:
        low = -tolerance if shown[0].measure == SCORE_MOVE else 0.0
        figure.add_shape(
            type="rect", xref="x", yref="paper", x0=low, x1=tolerance, y0=0, y1=1, line={"width": 0},
            fillcolor="rgba(37,145,139,0.14)", layer="below",
        )  # fmt: skip


def _points(figure: go.Figure, finding: Finding, places: list[int], shown: list[Verdict], names: list[str]) -> None:
    values = [one.gap.value or 0.0 for one in shown]
    lows = [value if one.gap.low is None else one.gap.low for one, value in zip(shown, values, strict=True)]
    highs = [value if one.gap.high is None else one.gap.high for one, value in zip(shown, values, strict=True)]
    colour, symbol = MARKS[finding]
    form = {FLIP_RATE: ".1%", SCORE_MOVE: "+.3f"}.get(shown[0].measure, ".3f")
    figure.add_scatter(
        x=values,
        y=places,
        mode="markers",
        name=finding_title(finding),
        marker={"size": 10, "color": colour, "symbol": symbol},
        error_x={"type": "data", "symmetric": False, "thickness": 2.4, "width": 5,
                 "array": [high - value for high, value in zip(highs, values, strict=True)],
                 "arrayminus": [value - low for low, value in zip(lows, values, strict=True)]},
        customdata=[[for_figure(name, 80), low, high, one.gap.n, one.gap.level * 100]
                    for name, low, high, one in zip(names, lows, highs, shown, strict=True)],
        hovertemplate=f"%{{customdata[0]}}: %{{x:{form}}}<br>%{{customdata[4]:.4g}} %: "
        f"%{{customdata[1]:{form}}} – %{{customdata[2]:{form}}}<br>n = %{{customdata[3]}}<extra></extra>",
    )  # fmt: skip
