"""Figures: what is drawn is what was counted, and text from data is only ever text."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from fmcore.evaluation.report import Evaluation, evaluate
from fmcore.records import Estimate, Metric, Progress, say
from fmcore.report import figures
from fmcore.report.colours import PALETTE, colour_of

EVIL = "<a href='https://evil.example'>%{x}</a>"


def evaluation(labels: tuple[str, ...] = ("bad", "good")) -> Evaluation:
    first, second = labels[:2]
    targets, answers = [first] * 10 + [second] * 10, [first] * 8 + [second] * 2 + [first] + [second] * 9
    return evaluate(pd.DataFrame({"target": targets, "answer": answers, "loss": np.arange(20) / 20}), labels, "test")


def progress() -> list[Progress]:
    return [Progress(s, s / 10, 0.0, {"train_loss": 1 / (s + 1), **({"validation_loss": 0.5} if s % 5 == 4 else {})}) for s in range(10)]


def every_figure(label: str) -> list[go.Figure]:
    found = evaluation((label, "good", "never"))
    summary = {"p5": 1, "p25": 2, "p50": 3, "p75": 4, "p95": 5, "mean": 3}
    return [
        *(figures.confusion(found, mode, dark=dark) for mode in ("counts", "by-target", "by-answer") for dark in (False, True)),
        figures.curves({label: progress(), "other": progress()}, ["train_loss", "validation_loss"], label),
        figures.curves({label: []}, ["train_loss"], label),
        figures.intervals(found.metrics),
        figures.intervals(found.per_class),
        figures.label_counts({label: {label: 3, "b": 1}, "test": {}}),
        figures.lengths({label: summary, "test": {}}, limit=4),
    ]


@pytest.mark.parametrize("label", [EVIL, "<script>alert(1)</script>", "line\nbreak<br>", "<b>bold</b>"])
def test_text_from_data_is_never_markup(label: str) -> None:
    for figure in every_figure(label):
        text = json.dumps(json.loads(figure.to_json())["data"]) + json.dumps(json.loads(figure.to_json())["layout"].get("xaxis", {}))
        for markup in ("<a", "<script", "<b>"):
            assert markup not in text
        for trace in figure.data:
            assert "evil" not in (trace.hovertemplate or "")  # a label inside a template could call up other values


def test_every_figure_takes_its_background_from_the_page() -> None:
    for figure in every_figure("a"):
        assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0,0,0,0)"
        assert figure.layout.font.color is None
        assert figure.layout.width is None


def test_the_matrix_has_its_counts_in_its_cells() -> None:
    matrix = figures.confusion(evaluation()).data[0]
    assert [list(row) for row in matrix.text] == [["8", "2"], ["1", "9"]]
    shares = figures.confusion(evaluation(), "by-target").data[0]
    assert [list(row) for row in shares.text] == [["80%", "20%"], ["10%", "90%"]]
    by_answer = figures.confusion(evaluation(), "by-answer").data[0]
    assert by_answer.text[0][0] == "89%"


def test_a_row_without_items_has_no_shares() -> None:
    matrix = figures.confusion(evaluation(("bad", "good", "never")), "by-target").data[0]
    assert list(matrix.text[2]) == ["–"] * 3
    assert list(matrix.z[2]) == [None] * 3


def test_labels_that_look_like_numbers_or_dates_stay_labels() -> None:
    figure = figures.confusion(evaluation(("007", "2024-01-01")))
    assert list(figure.layout.xaxis.ticktext) == ["007", "2024-01-01"]
    assert list(figure.data[0].x) == [0, 1]


def test_long_labels_that_begin_alike_are_told_apart() -> None:
    figure = figures.confusion(evaluation(("card_payment_declined_by_shop", "card_payment_declined_by_bank")))
    assert len(set(figure.layout.yaxis.ticktext)) == 2


def test_a_run_keeps_one_colour_and_training_is_dotted() -> None:
    figure = figures.curves({"one": progress(), "two": progress()}, ["train_loss", "validation_loss"], "Loss")
    lines = [trace for trace in figure.data if trace.x[0] is not None]
    assert [trace.line.color for trace in lines] == [PALETTE[0]] * 2 + [PALETTE[1]] * 2
    assert [trace.line.dash == "dot" for trace in lines] == [True, False] * 2
    assert [trace.mode for trace in lines] == ["lines", "lines+markers"] * 2
    assert len(lines[1].x) == 2


def test_values_that_are_not_finite_are_left_out_and_long_lines_are_thinned() -> None:
    points = [Progress(s, 0, 0.0, {"train_loss": float("nan") if s == 7 else 1.0}) for s in range(5000)]
    line = figures.curves({"one": points}, ["train_loss"], "Loss").data[0]
    assert 7 not in line.x
    assert len(line.x) <= figures.MOST_POINTS
    assert (line.x[0], line.x[-1]) == (0, 4999)


def test_an_interval_is_drawn_from_low_to_high_and_no_value_is_said() -> None:
    known = Metric("test", "accuracy", None, Estimate(0.8, 0.7, 0.85, 0.95, 9, "wilson"))
    unknown = Metric("test", "macro-f1", None, Estimate(None, None, None, 0.95, 0, "bootstrap", say("None.")))
    figure = figures.intervals([known, unknown])
    bars = figure.data[0].error_x
    assert (bars.array[0], bars.arrayminus[0]) == (pytest.approx(0.05), pytest.approx(0.1))
    assert list(figure.layout.yaxis.ticktext) == ["accuracy", "macro-F1 (no value)"]
    assert len(figure.data[0].x) == 1


def test_runs_compared_by_one_metric_get_a_row_each() -> None:
    estimate = Estimate(0.8, 0.7, 0.85, 0.95, 9, "wilson")
    figure = figures.intervals([Metric("validation", "macro-f1", name, estimate) for name in ("first", "second")])
    assert list(figure.layout.yaxis.ticktext) == ["first", "second"]


def test_rare_labels_beyond_forty_are_one_bar() -> None:
    figure = figures.label_counts({"train": {f"l{i}": 100 - i for i in range(60)}})
    assert len(figure.data[0].x) == 41
    assert figure.data[0].x[-1] == sum(100 - i for i in range(40, 60))


def test_a_name_keeps_its_colour() -> None:
    names = [f"n{i}" for i in range(9)]
    assert colour_of("n0", names) == colour_of("n8", names) == PALETTE[0]
    assert colour_of("stranger", names) == PALETTE[6]
