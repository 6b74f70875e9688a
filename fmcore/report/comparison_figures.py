"""Figures of several runs: differences with their intervals, seeds as dots, scores over the share of the data. Computes no figure.

Colour is never the only sign: *better* is a filled circle, *worse* a diamond, *cannot tell* a hollow circle, its interval over the line
of no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from fmcore.evaluation.compare import Difference
from fmcore.evaluation.seeds import Experiment
from fmcore.language import gettext as _
from fmcore.records import Estimate
from fmcore.report.canvas import finish, label_axis
from fmcore.report.colours import PALETTE, colour_of
from fmcore.report.text import for_figure

GREY = PALETTE[6]
MARKS = {"better": (PALETTE[2], "circle"), "worse": (PALETTE[5], "diamond"), "cannot-tell": (GREY, "circle-open")}
SYMBOLS = ("circle", "diamond", "square", "triangle-up", "x")


def differences(named: Sequence[tuple[str, Difference]], title: str) -> go.Figure:
    """Return one line per pair: the difference and its interval, beside the line of no difference. Pairs without a value are left out."""
    shown = [(name, found) for name, found in named if found.estimate.value is not None]
    figure = go.Figure()
    words = {"better": _("better"), "worse": _("worse"), "cannot-tell": _("cannot tell")}
    for word, (colour, symbol) in MARKS.items():
        rows = [(place, name, found.estimate) for place, (name, found) in enumerate(shown) if found.word == word]
        if rows:
            _points(figure, rows, words[word], colour, symbol)
    figure.add_vline(x=0, line={"color": GREY, "dash": "dash", "width": 1.5})
    label_axis(figure, "y", [name for name, _found in shown], autorange="reversed", length=34)
    figure.update_xaxes(title=for_figure(title), zeroline=False, automargin=True)
    figure.update_layout(showlegend=True)
    return finish(figure, height=150 + 34 * max(1, len(shown)))


def _points(figure: go.Figure, rows: Sequence[tuple[int, str, Estimate]], name: str, colour: str, symbol: str) -> None:
    values = [float(estimate.value or 0) for _place, _name, estimate in rows]
    figure.add_scatter(
        x=values,
        y=[place for place, _name, _estimate in rows],
        mode="markers",
        name=name,
        marker={"size": 10, "color": colour, "symbol": symbol, "line": {"width": 2, "color": colour}},
        error_x=_errors([estimate for _place, _name, estimate in rows]),
        customdata=[[for_figure(title, 80), e.low, e.high, e.n] for _place, title, e in rows],
        hovertemplate="%{customdata[0]}<br>%{x:.4f} (%{customdata[1]:.4f} – %{customdata[2]:.4f})<br>n = %{customdata[3]}<extra></extra>",
    )


def _errors(estimates: Sequence[Estimate]) -> dict[str, object]:
    return {
        "type": "data",
        "symmetric": False,
        "array": [float(e.high) - float(e.value or 0) if e.high is not None else 0 for e in estimates],
        "arrayminus": [float(e.value or 0) - float(e.low) if e.low is not None else 0 for e in estimates],
        "thickness": 2,
        "width": 4,
    }


def seeds(found: Experiment, names: Mapping[str, str], title: str) -> go.Figure:
    """Return each seed's dot, and below them their mean with its interval."""
    known = [(run, value) for run, value in zip(found.runs, found.values, strict=True) if value is not None]
    figure = go.Figure()
    figure.add_scatter(
        x=[value for _run, value in known],
        y=[0] * len(known),
        mode="markers",
        marker={"size": 12, "color": PALETTE[0], "opacity": 0.75},
        name=_("each seed"),
        customdata=[for_figure(names.get(run, run), 60) for run, _value in known],
        hovertemplate="%{customdata}: %{x:.4f}<extra></extra>",
    )
    if found.estimate.value is not None:
        _points(figure, [(1, _("mean"), found.estimate)], _("mean"), PALETTE[1], "diamond")
    label_axis(figure, "y", [_("each seed"), _("mean")], range=[1.6, -0.6])
    figure.update_xaxes(title=for_figure(title), automargin=True)
    figure.update_layout(showlegend=False)
    return finish(figure, height=190)


def shares(series: Mapping[str, Sequence[tuple[float, Estimate]]], title: str) -> go.Figure:
    """Return one line per kind of model over the share of the training rows (0 to 1), each point with its interval."""
    figure, names = go.Figure(), list(series)
    for place, (name, points) in enumerate(series.items()):
        known = [(share, estimate) for share, estimate in sorted(points, key=lambda one: one[0]) if estimate.value is not None]
        estimates = [estimate for _share, estimate in known]
        figure.add_scatter(
            x=[100 * share for share, _estimate in known],
            y=[float(estimate.value or 0) for estimate in estimates],
            mode="lines+markers",
            name=for_figure(name, 40),
            line={"color": colour_of(name, names), "width": 2.4, "dash": ("solid", "dash", "dot")[place % 3]},
            marker={"size": 9, "symbol": SYMBOLS[place % len(SYMBOLS)]},
            error_y=_errors(estimates),
            customdata=[[for_figure(name, 60), e.low, e.high] for e in estimates],
            hovertemplate="%{customdata[0]}<br>%{x:.3g} %: %{y:.4f} (%{customdata[1]:.4f} – %{customdata[2]:.4f})<extra></extra>",
        )
    ticks = sorted({100 * share for points in series.values() for share, _estimate in points})
    texts = [f"{one:.3g} %" for one in ticks]
    figure.update_xaxes(type="log", title=_("share of the training rows"), tickmode="array", tickvals=ticks, ticktext=texts)
    figure.update_yaxes(title=for_figure(title))
    return finish(figure, height=360)
