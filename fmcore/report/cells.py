"""A layer over a matrix that can be clicked: heat maps tell no click, points do. Draws nothing that is seen."""

from __future__ import annotations

import plotly.graph_objects as go

from fmcore.language import gettext as _

LARGEST, SMALLEST = 54, 9
"""Pixels of the invisible points; a click counts within one."""


def clickable(figure: go.Figure, size: int) -> go.Figure:
    """Return the figure of a matrix (size, size) with a point on every cell; a chosen one carries ``customdata = [row, column]``.

    The texts that a cell shows under the pointer are the heat map's.
    """
    matrix = figure.data[0]
    places = [(row, column) for row in range(size) for column in range(size)]
    pixels = max(SMALLEST, min(LARGEST, int(0.8 * (figure.layout.height or 400) / max(3, size))))
    texts = [_hover(matrix.customdata[row][column]) for row, column in places]
    same = {"opacity": 0, "size": pixels}
    figure.add_scatter(
        x=[column for _row, column in places],
        y=[row for row, _column in places],
        mode="markers",
        marker={**same, "symbol": "square", "color": "rgba(0,0,0,0)"},
        selected={"marker": {"opacity": 0}},
        unselected={"marker": {"opacity": 0}},
        customdata=[[row, column] for row, column in places],
        text=texts,
        hovertemplate="%{text}<extra></extra>",
        showlegend=False,
    )
    matrix.hoverinfo, matrix.hovertemplate = "skip", None
    return figure


def _hover(cell: list) -> str:
    target, answer, count, percent = cell
    return f"{_('true label')}: {target}<br>{_('answer')}: {answer}<br>{count} {percent}"
