"""The matrices of one attention head as heat maps, numbers on hover. Draws what it is given; computes nothing, knows no model.

Rows and columns are named ``3 · film``: never a bare word, so that no word becomes a number or a date on an axis, and none stands twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from fmcore.language import gettext as _
from fmcore.report.canvas import finish
from fmcore.report.colours import PALE_TO_STRONG
from fmcore.report.text import for_figure

SIGNED = {False: ("#A34700", "#F2B48A", "#FFFFFF", "#8CC1E3", "#00568A"), True: ("#FF9A4D", "#8A3D00", "#10191C", "#0B4F7D", "#6CC0F5")}
"""Dark theme? → colours from the lowest to the highest; the middle is 0, and the page's own background."""
ROW_PIXELS = 19
TALLEST, LOWEST = 640, 190


def place_names(tokens: Sequence[str], length: int = 14) -> list[str]:
    """Return what rows and columns of tokens are called.

    Example:
        >>> place_names(["the", "<b>"])
        ['0 · the', '1 · &lt;b&gt;']
    """
    return [f"{place} · {for_figure(token, length) or '␣'}" for place, token in enumerate(tokens)]


def signed(values: np.ndarray, tokens: Sequence[str], title: str, *, columns: Sequence[str] | None = None, dark: bool = False) -> go.Figure:
    """Return a matrix whose numbers may be above or below 0, a row per token; columns are dimensions unless they are named.

    Colours end where all but one number of a hundred do: some dimensions are so large that the others would look like 0.
    """
    known = np.abs(values[np.isfinite(values)])
    top = float(np.quantile(known, 0.99)) if known.size else 0.0
    top = top or float(known.max(initial=0)) or 1.0
    return _heatmap(values, tokens, title, columns, (-top, top), SIGNED[dark])


def shares(values: np.ndarray, tokens: Sequence[str], title: str, *, dark: bool = False) -> go.Figure:
    """Return a matrix of shares (0 to 1), a row and a column per token."""
    return _heatmap(values, tokens, title, tokens, (0.0, 1.0), PALE_TO_STRONG[dark])


def _heatmap(
    values: np.ndarray, tokens: Sequence[str], title: str, columns: Sequence[str] | None, ends: tuple[float, float], colours: Sequence[str]
) -> go.Figure:
    across = [f"{_('dimension')} {place}" for place in range(values.shape[1])] if columns is None else place_names(columns)
    few = columns is not None and len(columns) <= 40
    figure = go.Figure(
        go.Heatmap(
            z=np.where(np.isfinite(values), values, np.nan).astype(np.float32),
            x=across,
            y=place_names(tokens),
            zmin=ends[0],
            zmax=ends[1],
            colorscale=[[at / (len(colours) - 1), colour] for at, colour in enumerate(colours)],
            colorbar={"thickness": 10, "outlinewidth": 0, "len": 0.9},
            hovertemplate="%{y} → %{x}<br>%{z:.4f}<extra></extra>",
            hoverongaps=False,
            xgap=1 if few else 0,
            ygap=1 if len(tokens) <= 40 else 0,
        )
    )
    figure.update_xaxes(type="category", showticklabels=few, side="bottom", tickangle=-60, automargin=True, showgrid=False)
    figure.update_yaxes(type="category", autorange="reversed", automargin=True, showgrid=False)
    figure.update_layout(title={"text": for_figure(title), "font": {"size": 14}, "x": 0, "xref": "container"})
    height = max(LOWEST, min(TALLEST, 70 + ROW_PIXELS * len(tokens))) + (70 if few else 0)
    return finish(figure, height=height, top=40)
