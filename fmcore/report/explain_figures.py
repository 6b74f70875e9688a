"""Figures of explanations, as plotly objects. Draws what it is given: asks no model, computes no figure, knows no screen."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from fmcore.explain.records import Attribution, GroupWord, Trust
from fmcore.language import gettext as _
from fmcore.report.canvas import finish, label_axis
from fmcore.report.colours import PALETTE
from fmcore.report.text import for_figure

FOR, AGAINST, GREY = PALETTE[0], PALETTE[1], PALETTE[6]
MOST_WORDS = 16
MOST_GROUP_WORDS = 20


def words(found: Attribution, other: Attribution | None = None, *, names: tuple[str, str] = ("", "")) -> go.Figure:
    """Return the strongest words as bars, for and against; with ``other``, the same words of another model beside them."""
    order = sorted(range(len(found.words)), key=lambda n: -max(abs(one.scores[n]) for one in (found, other) if one is not None))
    shown = sorted(order[:MOST_WORDS])
    figure = go.Figure()
    for place, one in enumerate(one for one in (found, other) if one is not None):
        scores = [one.scores[n] for n in shown]
        marker: dict[str, object] = {"color": [FOR if score >= 0 else AGAINST for score in scores]}
        if other is not None:
            marker = {"color": PALETTE[(0, 2)[place]]}
        marker["pattern"] = {"shape": ["" if score >= 0 else "/" for score in scores]}
        figure.add_bar(
            x=scores,
            y=list(range(len(shown))),
            orientation="h",
            name=for_figure(names[place], 40),
            marker=marker,
            customdata=[for_figure(one.words[n], 60) for n in shown],
            hovertemplate="%{customdata}: %{x:+.3f}<extra></extra>",
        )
    label_axis(figure, "y", [found.words[n] for n in shown], autorange="reversed")
    title = _("share of attention, by rollout") if found.is_look else _("log-odds of {label}").format(label=for_figure(found.label, 30))
    figure.update_xaxes(title=title, zeroline=True, zerolinecolor=GREY, exponentformat="none")
    figure.update_layout(showlegend=other is not None, barmode="group")
    return finish(figure, height=130 + (22 if other is None else 34) * max(2, len(shown)))


def erased(found: Trust) -> go.Figure:
    """Return by how much the probability falls at each share of words: of the method's words, and of as many at random."""
    figure = go.Figure()
    titles = {"comprehensiveness": _("its words hidden"), "sufficiency": _("only its words kept")}
    for place, one in enumerate(found.erased):
        colour, symbol = PALETTE[(0, 1)[place]], ("circle", "diamond")[place]
        for values, dash, name in (
            (one.dropped, "solid", titles[one.kind]),
            (one.at_random, "dot", _("{what}, at random").format(what=titles[one.kind])),
        ):
            figure.add_scatter(
                x=[100 * share for share in one.shares],
                y=list(values),
                mode="lines+markers",
                name=name,
                line={"color": colour, "dash": dash},
                marker={"symbol": symbol if dash == "solid" else f"{symbol}-open", "size": 9},
                hovertemplate="%{x:.0f} %: %{y:+.3f}<extra></extra>",
            )
    figure.update_xaxes(title=_("percent of the words"), ticksuffix=" %")
    figure.update_yaxes(title=_("probability falls by"), zeroline=True, zerolinecolor=GREY)
    return finish(figure, height=340, axis=96)


def carried(words: Sequence[GroupWord], first: str, second: str) -> go.Figure:
    """Return how much each word carries the errors of one group more than of the other, with its interval; sure ones are filled."""
    shown, figure = list(words[:MOST_GROUP_WORDS]), go.Figure()
    for sure in (True, False):
        rows = [(n, one) for n, one in enumerate(shown) if (one.adjusted <= 0.05) is sure and one.carried.value is not None]
        values = [float(one.carried.value or 0) for _n, one in rows]
        figure.add_scatter(
            x=[100 * value for value in values],
            y=[n for n, _one in rows],
            mode="markers",
            name=_("differs, all words allowed for") if sure else _("can’t be told"),
            marker={"color": AGAINST if sure else GREY, "size": 10, "symbol": "diamond" if sure else "circle-open"},
            error_x={
                "type": "data",
                "symmetric": False,
                "array": [100 * (float(one.carried.high or 0) - value) for (_n, one), value in zip(rows, values, strict=True)],
                "arrayminus": [100 * (value - float(one.carried.low or 0)) for (_n, one), value in zip(rows, values, strict=True)],
            },
            customdata=[for_figure(one.word, 60) for _n, one in rows],
            hovertemplate="%{customdata}: %{x:+.1f}<extra></extra>",
        )
    label_axis(figure, "y", [one.word for one in shown], autorange="reversed")
    title = _("carries errors of {first}<br>more than of {second}, points")
    figure.update_xaxes(title=title.format(first=for_figure(first, 16), second=for_figure(second, 16)), zeroline=True, zerolinecolor=GREY)
    figure.update_layout(showlegend=True)  # for one kind alone too: open circles need their meaning
    return finish(figure, height=210 + 24 * max(2, len(shown)), axis=84)
