"""What every figure shares: axes that carry labels, and a layout that fits phones, light and dark. Draws nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from fmcore.report.text import for_figure, one_line

NAME = 18  # characters of a label at an axis; the hover shows more


def label_axis(figure: go.Figure, axis: str, names: Sequence[str], *, length: int = NAME, **options: Any) -> None:
    """Let an axis count 0, 1, 2 … and carry these names, cut, as tick texts."""
    texts = [for_figure(name, length) for name in names]
    if len(set(texts)) < len(texts):  # names that begin alike are told apart by their ends
        texts = [for_figure(_both_ends(name, length)) for name in names]
    ticks = {"tickmode": "array", "tickvals": list(range(len(names))), "ticktext": texts, "automargin": True}
    figure.update_layout({f"{axis}axis": {**ticks, "showgrid": False, "zeroline": False, **options}})


def _both_ends(name: str, length: int) -> str:
    line = one_line(name)
    return line if len(line) <= length else f"{line[: length // 2]}…{line[-(length - length // 2 - 1) :]}"


def finish(figure: go.Figure, *, height: int, top: int = 16, axis: int = 54) -> go.Figure:
    """Return the figure without a background of its own; ``axis`` is the room below the plot, in pixels, before the legend."""
    return figure.update_layout(
        height=height,
        margin={"l": 8, "r": 8, "t": top, "b": 8},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        legend={
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": -axis / (height - top - axis - 24),
            "yanchor": "top",
            "traceorder": "normal",
        },
        dragmode=False,  # a finger that scrolls the page must not zoom the figure
        hoverlabel={"align": "left"},
    )
