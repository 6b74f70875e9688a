"""Figures of a run and of a data set, as plotly objects. Draws what it is given: computes no figure, reads no file, knows no screen.

Made for 390 pixels and for 1280, for light and dark: no background and no font colour of their own (the page's theme gives them), margins
that fit the labels, legends below. Text from data never reaches plotly as markup, and never becomes an axis value: axes count 0, 1, 2 …
and carry labels as tick texts, so that "007" or "2024-01" stays what it is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from fmcore.evaluation.report import Evaluation
from fmcore.language import gettext as _
from fmcore.records import Metric, Progress
from fmcore.report.canvas import NAME, finish, label_axis
from fmcore.report.colours import PALE_TO_STRONG, PALETTE, colour_of
from fmcore.report.text import for_figure

MOST_POINTS = 600  # per line: more than pixels, and redrawn at every refresh of a live run
MOST_NUMBERS = 25  # classes up to which a matrix cell has room for its number
FEW = 6  # classes up to which a matrix has wide cells and long names
MOST_LABELS = 40  # bars that a person reads
GREY = PALETTE[6]
_SHORT = {"f1": "F1", "mcc": "MCC", "kappa": "kappa", "brier": "Brier", "roc-auc": "ROC-AUC", "pr-auc": "PR-AUC", "ece": "ECE"}
_DASHES = ("solid", "dash", "dashdot", "longdash")
_SYMBOLS = ("circle", "diamond", "square", "x")


def confusion(evaluation: Evaluation, mode: str = "counts", *, dark: bool = False) -> go.Figure:
    """Return the confusion matrix, a number in its cells: ``counts``, or percent of the row (``by-target``) or column (``by-answer``)."""
    counts, names = evaluation.confusion, evaluation.labels
    values = {"counts": counts, "by-target": _shares(counts, 1), "by-answer": _shares(counts, 0)}[mode].astype(float)
    size, places = len(names), list(range(len(names)))
    long = [for_figure(name, 60) for name in names]
    hover = [
        [[long[row], long[column], int(counts[row, column]), _percent(values[row, column], mode)] for column in places] for row in places
    ]
    matrix = go.Heatmap(
        z=np.where(np.isnan(values), None, values),
        x=places,
        y=places,
        zmin=0,
        zmax=1 if mode != "counts" else max(1, int(counts.max(initial=0))),
        colorscale=[[place / 3, colour] for place, colour in enumerate(PALE_TO_STRONG[dark])],
        showscale=False,
        xgap=1,
        ygap=1,
        customdata=hover,
        hovertemplate=f"{_('true label')}: %{{customdata[0]}}<br>{_('answer')}: %{{customdata[1]}}<br>%{{customdata[2]}} %{{customdata[3]}}"
        "<extra></extra>",
        hoverongaps=False,
    )
    if size <= MOST_NUMBERS:
        matrix.update(
            text=[[_cell(value, mode, size) for value in row] for row in values], texttemplate="%{text}", textfont={"size": _fit(size)}
        )
    figure = go.Figure(matrix)
    length = NAME if size <= FEW else 12
    label_axis(figure, "x", names, length=length, title=_("answer"), side="bottom", tickangle=0 if size <= 3 else -45 if size <= 8 else -90)
    label_axis(figure, "y", names, length=length, title=_("true label"), autorange="reversed")
    return finish(figure, height=min(1200, 150 + max(3, size) * (56 if size <= FEW else 26)))


def _shares(counts: np.ndarray, axis: int) -> np.ndarray:
    total = counts.sum(axis, keepdims=True)
    return np.divide(counts, total, out=np.full(counts.shape, np.nan), where=total > 0)


def _cell(value: float, mode: str, size: int) -> str:
    if math.isnan(value):
        return "–"
    if value == 0 and size > FEW:
        return ""  # most cells of a large matrix: empty ones let the mistakes stand out
    return f"{int(value):,}" if mode == "counts" else f"{value * 100:.0f}{'%' if size <= FEW else ''}"


def _percent(value: float, mode: str) -> str:
    return "" if mode == "counts" or math.isnan(value) else f"({value * 100:.1f} %)"


def _fit(size: int) -> int:
    return 14 if size <= FEW else 11 if size <= 12 else 8


def curves(progress_by_run: Mapping[str, Sequence[Progress]], names: Sequence[str], title: str) -> go.Figure:
    """Return one line per run and name over the steps. A run keeps one colour; training is dotted, validation has marks."""
    figure, runs = go.Figure(), list(progress_by_run)
    several = len(runs) > 1
    for run in runs:
        for place, name in enumerate(names):
            steps, values = _line(progress_by_run[run], name)
            figure.add_scatter(
                x=steps,
                y=values,
                name=for_figure(figure_title(name)),
                legendgroup=str(runs.index(run)),
                showlegend=not several and bool(steps),
                customdata=[[for_figure(run, 60), for_figure(figure_title(name))]] * len(steps),
                hovertemplate="%{customdata[0]}<br>%{customdata[1]}: %{y:.4f}<br>" + _("step") + " %{x}<extra></extra>",
                **_style(name, place, colour_of(run, runs)) | ({"mode": "markers"} if len(steps) == 1 else {}),  # a line needs two points
            )
    if several:
        _explain(figure, runs, names)
    figure.update_xaxes(title=_("step"), rangemode="tozero")
    figure.update_layout(
        title={"text": for_figure(title), "font": {"size": 15}, "x": 0, "xref": "container"}, showlegend=several or len(names) > 1
    )
    return finish(figure, height=340, top=44)


def _explain(figure: go.Figure, runs: Sequence[str], names: Sequence[str]) -> None:
    """Add lines without points for the legend: each run's colour once, each name's stroke once. A click on a run hides all its lines."""
    for run in runs:
        marker = {"color": colour_of(run, runs), "size": 11, "symbol": "square"}
        figure.add_scatter(
            x=[None], y=[None], name=for_figure(run, 34), mode="markers", marker=marker, legendgroup=str(runs.index(run)), hoverinfo="skip"
        )
    for place, name in enumerate(names if len(names) > 1 else ()):
        figure.add_scatter(x=[None], y=[None], name=for_figure(figure_title(name)), hoverinfo="skip", **_style(name, place, GREY))


def figure_title(name: str) -> str:
    """Return a progress value's name in words.

    Example:
        >>> figure_title("validation_macro-f1")
        'validation macro-F1'
    """
    if name in _SHORT:
        return _SHORT[name]
    return name.replace("_", " ").replace("-f1", "-F1")


def _line(points: Sequence[Progress], name: str) -> tuple[list[int], list[float]]:
    known = [(point.step, float(point.values[name])) for point in points if name in point.values and math.isfinite(point.values[name])]
    if len(known) > MOST_POINTS:
        known = [known[place] for place in np.unique(np.linspace(0, len(known) - 1, MOST_POINTS).astype(int))]
    return [step for step, _value in known], [value for _step, value in known]


def _style(name: str, place: int, colour: str) -> dict[str, Any]:
    if name.startswith("train"):
        return {"mode": "lines", "line": {"color": colour, "width": 1.6, "dash": "dot"}}
    which = place % len(_DASHES)
    return {
        "mode": "lines+markers",
        "line": {"color": colour, "width": 2.4, "dash": _DASHES[which]},
        "marker": {"color": colour, "size": 7, "symbol": _SYMBOLS[which]},
    }


def intervals(metrics: Sequence[Metric]) -> go.Figure:
    """Return a point with its interval per metric, one row per class, or per metric without classes; no value: the row says so."""
    rows = list(dict.fromkeys(_row(metric) for metric in metrics))
    kinds = list(dict.fromkeys(metric.name for metric in metrics if metric.label is not None))
    figure = go.Figure()
    for kind in kinds or [None]:
        chosen = [metric for metric in metrics if kind is None or metric.name == kind or metric.label is None]
        shift = 0.0 if len(kinds) < 2 else (kinds.index(kind) / (len(kinds) - 1) - 0.5) * 0.5  # type: ignore[arg-type]
        _points(figure, [m for m in chosen if m.estimate.value is not None], rows, kind, shift, kinds)
    empty = {_row(m) for m in metrics} - {_row(m) for m in metrics if m.estimate.value is not None}
    label_axis(figure, "y", [row if row not in empty else f"{row} ({_('no value')})" for row in rows], autorange="reversed", length=30)
    figure.update_xaxes(range=_range(metrics), automargin=True)
    figure.update_layout(showlegend=len(kinds) > 1)
    return finish(figure, height=100 + len(rows) * (18 + 10 * max(1, len(kinds))), axis=34)


def _points(figure: go.Figure, metrics: Sequence[Metric], rows: list[str], kind: str | None, shift: float, kinds: list[str]) -> None:
    found = [metric.estimate for metric in metrics]
    values = [float(e.value) for e in found if e.value is not None]
    place = kinds.index(kind) if kind in kinds else 0
    figure.add_scatter(
        x=values,
        y=[rows.index(_row(metric)) + shift for metric in metrics],
        mode="markers",
        name=for_figure(figure_title(kind or "")),
        marker={"size": 9, "color": PALETTE[place % len(PALETTE)], "symbol": _SYMBOLS[place % len(_SYMBOLS)]},
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [float(e.high) - v if e.high is not None else 0 for e, v in zip(found, values, strict=True)],
            "arrayminus": [v - float(e.low) if e.low is not None else 0 for e, v in zip(found, values, strict=True)],
            "thickness": 2,
            "width": 4,
        },
        customdata=[
            [
                for_figure(_row(m), 60),
                for_figure(figure_title(m.name)),
                m.estimate.low,
                m.estimate.high,
                m.estimate.n,
                m.estimate.level * 100,
            ]
            for m in metrics
        ],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}: %{x:.4f}<br>%{customdata[5]:.3g} %: %{customdata[2]:.4f} – "
        "%{customdata[3]:.4f}<br>n = %{customdata[4]}<extra></extra>",
    )


def _row(metric: Metric) -> str:
    return figure_title(metric.name) if metric.label is None else metric.label


def _range(metrics: Sequence[Metric]) -> list[float] | None:
    ends = [end for m in metrics for end in (m.estimate.low, m.estimate.high) if end is not None]
    if not ends:
        return [0.0, 1.0]
    space = max(0.02, (max(ends) - min(ends)) * 0.08)
    low, high = min(ends) - space, max(ends) + space
    return [max(-0.02, low), min(1.02, high)] if min(ends) >= 0 and max(ends) <= 1 else [low, high]


def label_counts(counts: Mapping[str, Mapping[str, int]]) -> go.Figure:
    """Return how many rows each label has in each split (``profile["labels"]``), the most frequent first, the rest as one bar."""
    total: dict[str, int] = {}
    for split in counts.values():
        for label, count in split.items():
            total[label] = total.get(label, 0) + count
    names = sorted(total, key=lambda label: (-total[label], label))
    shown, rest = names[:MOST_LABELS], names[MOST_LABELS:]
    figure = go.Figure()
    for split, by_label in counts.items():
        values = [by_label.get(label, 0) for label in shown] + ([sum(by_label.get(label, 0) for label in rest)] if rest else [])
        _bars(figure, split, values, [*shown, *([_("all others")] if rest else [])], list(counts))
    label_axis(figure, "y", [*shown, *([_("{count} others").format(count=len(rest))] if rest else [])], autorange="reversed")
    figure.update_xaxes(title=_("rows"), rangemode="tozero")
    figure.update_layout(barmode="stack", showlegend=len(counts) > 1)
    return finish(figure, height=130 + 30 * max(2, len(shown) + bool(rest)))


def _bars(figure: go.Figure, split: str, values: list[int], labels: list[str], splits: list[str]) -> None:
    figure.add_bar(
        x=values,
        y=list(range(len(values))),
        orientation="h",
        name=for_figure(split, 30),
        marker={"color": colour_of(split, splits), "pattern": {"shape": ["", "/", "."][splits.index(split) % 3]}},
        customdata=[[for_figure(label, 60), for_figure(split, 30)] for label in labels],
        hovertemplate="%{customdata[0]}<br>%{customdata[1]}: %{x:,}<extra></extra>",
    )


def lengths(summaries: Mapping[str, Mapping[str, float]], *, unit: str = "words", limit: float | None = None) -> go.Figure:
    """Return the spread of text lengths per split as boxes (5, 25, 50, 75, 95 %) from ``profile["words"]``. ``limit`` draws a line."""
    figure, splits = go.Figure(), [name for name, summary in summaries.items() if summary]
    for place, split in enumerate(splits):
        summary = summaries[split]
        figure.add_box(
            orientation="h",
            name=for_figure(split, 30),
            y=[place],
            lowerfence=[summary["p5"]],
            q1=[summary["p25"]],
            median=[summary["p50"]],
            q3=[summary["p75"]],
            upperfence=[summary["p95"]],
            mean=[summary["mean"]],
            marker={"color": colour_of(split, list(summaries))},
        )
    label_axis(figure, "y", splits, autorange="reversed")
    figure.update_xaxes(title=_(unit), rangemode="tozero")
    if limit is not None:
        figure.add_vline(
            x=limit,
            line={"color": GREY, "dash": "dash"},
            annotation={"text": f"{limit:g}", "font": {"size": 11}},
            annotation_position="top left",
        )
    figure.update_layout(showlegend=False)
    return finish(figure, height=110 + 56 * max(1, len(splits)))
