"""Figures about confidence: is it honest, what is gained by referring doubtful items to a person, what each threshold costs.

Draws what it is given; computes no figure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go

from fmcore.evaluation.thresholds import CoveragePoint, Prices, ThresholdCurve
from fmcore.language import gettext as _
from fmcore.report.canvas import finish
from fmcore.report.colours import PALETTE
from fmcore.report.text import for_figure
from fmcore.stats.scores import Bin

GREY = PALETTE[6]
FEW = 0.1
"""Share of the rows below which the wide intervals of a coverage curve may leave the picture."""
MOST_POINTS = 400
"""Points of a cost curve: as many as a screen shows."""


def reliability(series: Mapping[str, Sequence[Bin]]) -> go.Figure:
    """Return how often answers of each confidence are right, name → bins, beside the line where both are equal."""
    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name=_("as sure as right"), line={"color": GREY, "dash": "dash"}, hoverinfo="skip")
    for place, (name, bins) in enumerate(series.items()):
        rates = [float(one.accuracy.value or 0) for one in bins]
        figure.add_scatter(
            x=[one.confidence for one in bins],
            y=rates,
            mode="lines+markers",
            name=for_figure(name, 34),
            line={"color": PALETTE[place], "width": 1.5},
            marker={"size": 8, "symbol": ("circle", "diamond")[place % 2]},
            error_y={
                "type": "data",
                "symmetric": False,
                "thickness": 1.5,
                "width": 4,
                "array": [float(one.accuracy.high or 0) - rate for one, rate in zip(bins, rates, strict=True)],
                "arrayminus": [rate - float(one.accuracy.low or 0) for one, rate in zip(bins, rates, strict=True)],
            },
            customdata=[[one.accuracy.low, one.accuracy.high, one.accuracy.n] for one in bins],
            hovertemplate="%{x:.3f} → %{y:.3f} (%{customdata[0]:.3f} – %{customdata[1]:.3f})<br>n = %{customdata[2]}<extra></extra>",
        )
    figure.update_xaxes(title=_("confidence"), range=[0, 1.02], zeroline=False)
    figure.update_yaxes(title=_("share that is right"), range=[0, 1.02], automargin=True, zeroline=False)
    figure.update_layout(showlegend=True)
    return finish(figure, height=380)


def coverage(curve: Sequence[CoveragePoint], chosen: CoveragePoint | None) -> go.Figure:
    """Return accuracy, with its interval, against the share of items that the model answers itself; the chosen point is marked."""
    figure, blue = go.Figure(), PALETTE[0]
    share = [point.coverage for point in curve]
    for end, fill in (("low", None), ("high", "tonexty")):
        edge = [getattr(point.accuracy, end) for point in curve]
        figure.add_scatter(
            x=share,
            y=edge,
            mode="lines",
            line={"width": 0},
            fill=fill,
            fillcolor="rgba(0,114,178,0.18)",
            hoverinfo="skip",
            showlegend=False,
        )
    figure.add_scatter(
        x=share,
        y=[point.accuracy.value for point in curve],
        mode="lines",
        line={"color": blue, "width": 2},
        customdata=[[point.confidence, point.accuracy.low, point.accuracy.high, point.accuracy.n] for point in curve],
        hovertemplate="%{x:.1%} → %{y:.4f} (%{customdata[1]:.4f} – %{customdata[2]:.4f})<br>≥ %{customdata[0]:.3f}, n = %{customdata[3]}"
        "<extra></extra>",
        showlegend=False,
    )
    if chosen is not None:
        figure.add_scatter(
            x=[chosen.coverage],
            y=[chosen.accuracy.value],
            mode="markers",
            marker={"size": 12, "color": PALETTE[5], "symbol": "diamond"},
            hoverinfo="skip",
            showlegend=False,
        )
    figure.update_xaxes(title=_("share of the rows that the model answers itself"), tickformat=".0%", range=[0, 1.02], zeroline=False)
    seen = [point.accuracy.low for point in curve if point.accuracy.low is not None and point.coverage >= FEW]
    floor = max(0.0, min(seen) - 0.02) if seen else 0.0
    figure.update_yaxes(title=_("accuracy on those"), automargin=True, zeroline=False, range=[floor, 1.01])
    return finish(figure, height=340)


def costs(curve: ThresholdCurve, prices: Prices, threshold: float) -> go.Figure:
    """Return the mean cost per item of every threshold; the chosen one is marked."""
    inside = np.isfinite(curve.thresholds)
    at, cost = curve.thresholds[inside], curve.costs(prices)[inside]
    kept = np.unique(np.linspace(0, len(at) - 1, min(len(at), MOST_POINTS)).astype(int)) if len(at) else np.zeros(0, int)
    figure = go.Figure()
    figure.add_scatter(
        x=at[kept].tolist(),
        y=cost[kept].tolist(),
        mode="lines",
        line={"color": PALETTE[0], "width": 2, "shape": "vh"},
        hovertemplate="%{x:.4f}: %{y:.4f}<extra></extra>",
        showlegend=False,
    )
    if np.isfinite(threshold):
        figure.add_vline(x=threshold, line={"color": PALETTE[5], "dash": "dash", "width": 2})
    figure.update_xaxes(title=for_figure(_("score of {label} from which it is answered").format(label=curve.positive), 60), range=[0, 1.0])
    figure.update_yaxes(title=_("cost per row"), rangemode="tozero", automargin=True)
    return finish(figure, height=320)
