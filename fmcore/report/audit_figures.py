"""Pictures of an audit: each question's groups with their intervals, and how wide a gap is acceptable. Draws what it is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from fmcore.audit.measures import PARTS
from fmcore.audit.records import Audit, Gap, Group, GroupFigure, Verdict
from fmcore.language import gettext as _
from fmcore.report.canvas import finish, label_axis
from fmcore.report.colours import colour_of
from fmcore.report.names import measure_title, start
from fmcore.report.text import for_figure

SYMBOLS = ("circle", "diamond", "square", "x", "triangle-up", "cross", "star", "triangle-down")
MOST_ROWS = 60
"""Groups that one picture can show."""
DASHES = ("solid", "dash", "dot", "dashdot")


def group_title(group: Mapping[str, str]) -> str:
    """Return a group by its values.

    Example:
        >>> group_title({"sex": "F", "age": "70+"})
        'F · 70+'
    """
    return " · ".join(group.values())


def figures_of(audit: Audit, question: Verdict) -> list[GroupFigure]:
    """Return what a question compares, the worst-served group first; then those too small to compare, then those without a value.

    Of equalized odds: the wider of its two rates.
    """
    gap = gap_of(audit, question)
    measure = gap.part if gap is not None and gap.part is not None else PARTS.get(question.measure, (question.measure,))[0]
    found = [
        figure
        for figure in audit.by_group
        if (figure.measure, figure.label) == (measure, question.label)
        and set(figure.group) == set(question.by)
        and dict(figure.within) == dict(question.within)
    ]
    values = {tuple(one.group.values()): one.estimate.value for one in found}
    worst, best = (values.get(tuple(group.values())) for group in question.groups) if len(question.groups) == 2 else (None, None)
    sign = -1 if worst is not None and best is not None and worst > best else 1
    small = too_small(audit, question)

    def place(one: GroupFigure) -> tuple[bool, bool, float, str]:
        title = group_title(one.group)
        return one.estimate.value is None, title in small, sign * (one.estimate.value or 0.0), title

    return sorted(found, key=place)


def too_small(audit: Audit, question: Verdict) -> set[str]:
    """Return the titles of the groups that a question left out."""
    here = (question.measure, question.label, dict(question.within))
    return {
        group_title(one.group)
        for one in audit.left_out
        if (one.measure, one.label, dict(one.within)) == here and set(one.group) == set(question.by)
    }


def at_both_ends(figures: list[GroupFigure], small: set[str], pair: Sequence[Group] = ()) -> list[GroupFigure]:
    """Return the figures that fit one picture: all, or the first and the last of those that are compared, and the pair asked about."""
    if len(figures) <= MOST_ROWS:
        return figures
    compared = [one for one in figures if one.estimate.value is not None and group_title(one.group) not in small]
    half, last = MOST_ROWS // 2, len(compared) - MOST_ROWS // 2
    return [one for place, one in enumerate(compared) if not half <= place < last or one.group in pair]


def gap_of(audit: Audit, question: Verdict) -> Gap | None:
    """Return the gap that a question is about, before any correction for many questions."""

    def asked(one: Gap | Verdict) -> tuple:
        return one.measure, one.label, one.by, one.kind, dict(one.within), one.pair

    return next((gap for gap in audit.gaps if asked(gap) == asked(question)), None)


def by_group(audit: Audit, question: Verdict) -> go.Figure:
    """Return one row per group: the value, its interval and, shaded, how far from the best group, or the reference, is still acceptable.

    Of more than ``MOST_ROWS`` groups, those at both ends and the pair that is asked about.
    """
    whole = figures_of(audit, question)
    rows = at_both_ends(whole, too_small(audit, question), question.pair)
    titles = [group_title(one.group) for one in rows]
    everybody = sorted({group_title(one.group) for one in audit.by_group if set(one.group) == set(question.by)})
    figure = go.Figure()
    _accepted(figure, whole, question)
    small = too_small(audit, question)
    looks: dict[tuple[str, bool], list[int]] = {}
    for place, one in enumerate(rows):
        if one.estimate.value is not None:
            looks.setdefault((colour_of(titles[place], everybody), titles[place] in small), []).append(place)
    for (colour, is_small), places in looks.items():
        _points(figure, places, [rows[place] for place in places], colour, is_small=is_small)
    names = [_axis_title(title, one, small) for title, one in zip(titles, rows, strict=True)]
    label_axis(figure, "y", names, length=30, range=[len(rows) - 0.5, -0.5])
    measure = rows[0].measure if rows else question.measure
    figure.update_xaxes(title=for_figure(start(measure_title(measure, question.label)), 60), rangemode="normal", zeroline=False)
    figure.update_layout(showlegend=False)
    return finish(figure, height=96 + 34 * max(2, len(rows)))


def _accepted(figure: go.Figure, rows: list[GroupFigure], question: Verdict) -> None:
    known = {tuple(sorted(one.group.items())): one.estimate.value for one in rows if one.estimate.value is not None}
    ends = [known.get(tuple(sorted(group.items()))) for group in question.groups]
    if len(ends) != 2 or ends[0] is None or ends[1] is None:
        return
    worst, best = ends
    if question.pair:
        reference = known[tuple(sorted(question.pair[1].items()))]
        assert reference is not None
        best, other = max(0.0, reference - question.tolerance), min(1.0, reference + question.tolerance)
    elif question.kind == "ratio":
        other = best * question.tolerance if worst <= best else best / question.tolerance if question.tolerance else best
    else:
        other = best + question.tolerance * (-1 if worst <= best else 1)
    figure.add_shape(
        type="rect", xref="x", yref="paper", x0=min(best, other), x1=max(best, other), y0=0, y1=1, line={"width": 0},
        fillcolor="rgba(37,145,139,0.14)", layer="below",
    )  # fmt: skip


def _axis_title(title: str, one: GroupFigure, small: set[str]) -> str:
    if one.estimate.value is None:
        return _("{group} (no value)").format(group=title)
    return _("{group} (too few)").format(group=title) if title in small else title


def _points(figure: go.Figure, places: list[int], found: list[GroupFigure], colour: str, *, is_small: bool) -> None:
    """Add the groups of one colour and kind as one trace: plotly checks every trace anew, which takes longer than all their points."""
    values = [float(one.estimate.value or 0.0) for one in found]
    lows = [value if one.estimate.low is None else one.estimate.low for one, value in zip(found, values, strict=True)]
    highs = [value if one.estimate.high is None else one.estimate.high for one, value in zip(found, values, strict=True)]
    figure.add_scatter(
        x=values,
        y=places,
        mode="markers",
        marker={"size": 10, "color": colour, "symbol": "circle-open" if is_small else "circle"},
        opacity=0.5 if is_small else 1,
        error_x={"type": "data", "symmetric": False, "array": [high - value for high, value in zip(highs, values, strict=True)],
                 "arrayminus": [value - low for low, value in zip(lows, values, strict=True)],
                 "thickness": 1.2 if is_small else 2.4, "width": 5, "color": colour},
        customdata=[[for_figure(group_title(one.group), 60), low, high, one.estimate.n, one.estimate.level * 100]
                    for one, low, high in zip(found, lows, highs, strict=True)],
        hovertemplate="%{customdata[0]}: %{x:.4f}<br>%{customdata[4]:.3g} %: %{customdata[1]:.4f} – %{customdata[2]:.4f}"
        "<br>n = %{customdata[3]}<extra></extra>",
    )  # fmt: skip


def side_by_side(audits: Mapping[str, Audit], questions: Mapping[str, Verdict]) -> go.Figure:
    """Return the groups of one question in several audits, title → audit: a row per group, a colour and a mark per audit."""
    figure, titles = go.Figure(), list(audits)
    found = {title: figures_of(audit, questions[title]) for title, audit in audits.items()}
    chosen = {
        title: at_both_ends(figures, too_small(audits[title], questions[title]), questions[title].pair) for title, figures in found.items()
    }
    groups = list(dict.fromkeys(group_title(one.group) for figures in chosen.values() for one in figures))
    for place, title in enumerate(titles):
        shift = 0.0 if len(titles) < 2 else (place / (len(titles) - 1) - 0.5) * 0.4
        known = [one for one in found[title] if one.estimate.value is not None and group_title(one.group) in groups]
        values = [float(one.estimate.value) for one in known if one.estimate.value is not None]
        highs = [value if one.estimate.high is None else one.estimate.high for one, value in zip(known, values, strict=True)]
        lows = [value if one.estimate.low is None else one.estimate.low for one, value in zip(known, values, strict=True)]
        figure.add_scatter(
            x=values,
            y=[groups.index(group_title(one.group)) + shift for one in known],
            mode="markers",
            name=for_figure(title, 34),
            marker={"size": 10, "color": colour_of(title, titles), "symbol": SYMBOLS[place % len(SYMBOLS)]},
            error_x={"type": "data", "symmetric": False, "thickness": 2, "width": 4,
                     "array": [high - value for high, value in zip(highs, values, strict=True)],
                     "arrayminus": [value - low for low, value in zip(lows, values, strict=True)]},
            customdata=[[for_figure(group_title(one.group), 60), for_figure(title, 60), low, high, one.estimate.n]
                        for one, low, high in zip(known, lows, highs, strict=True)],
            hovertemplate="%{customdata[0]}<br>%{customdata[1]}: %{x:.4f}<br>%{customdata[2]:.4f} – %{customdata[3]:.4f}"
            "<br>n = %{customdata[4]}<extra></extra>",
        )  # fmt: skip
    label_axis(figure, "y", groups, length=30, range=[len(groups) - 0.5, -0.5])
    asked = next(iter(questions.values()))
    figure.update_xaxes(title=for_figure(start(measure_title(asked.measure, asked.label)), 60), zeroline=False)
    figure.update_layout(showlegend=True)
    return finish(figure, height=130 + 44 * max(2, len(groups)))


def spread(audit: Audit, label: str, by: tuple[str, ...]) -> go.Figure:
    """Return how the scores for one answer are spread in each group of a grouping: the share of its rows per bin of the score."""
    figure = go.Figure()
    found = [one for one in audit.scores if one.label == label and set(one.group) == set(by) and not one.within]
    titles = sorted(group_title(one.group) for one in found)
    for one in found:
        counts = [p + n for p, n in zip(one.positives, one.negatives, strict=True)]
        rows, bins = sum(counts), len(counts)
        if not rows:
            continue
        title = group_title(one.group)
        figure.add_scatter(
            x=[(place + 0.5) / bins for place in range(bins)],
            y=[count / rows for count in counts],
            mode="lines+markers",
            name=for_figure(title, 34),
            line={"color": colour_of(title, titles), "width": 2, "dash": DASHES[titles.index(title) // 8 % len(DASHES)]},
            marker={"size": 6, "symbol": SYMBOLS[titles.index(title) % len(SYMBOLS)]},
            customdata=[[for_figure(title, 60), count] for count in counts],
            hovertemplate="%{customdata[0]}<br>%{y:.1%} (%{customdata[1]})<extra></extra>",
        )
    figure.update_xaxes(title=for_figure(_("score for {label}").format(label=label), 60), range=[0, 1])
    figure.update_yaxes(title=_("share of the group"), rangemode="tozero", tickformat=".0%", automargin=True)
    figure.update_layout(showlegend=True)
    return finish(figure, height=340)
