"""Records survive the way through JSON; errors say what they were told."""

from __future__ import annotations

import json

import pytest

from fmcore.errors import DataError, unknown
from fmcore.records import BaseModel, Estimate, Metric, Run, RunSpec, Status, from_json, say, to_json


def test_a_run_survives_json() -> None:
    base = BaseModel("embedded", "bert", "ab", 1, 512, "embedded")
    spec = RunSpec("finetune", "text-classification", "d-1", "ff", 0, base, {"epochs": 3}, "0.1.0")
    run = Run(
        "r-1", "first", spec, Status.FAILED, "ann", "2026-01-01T00:00:00Z", message=say("Step {step} failed.", step=3), tags=("a", "b")
    )
    assert from_json(Run, json.loads(json.dumps(to_json(run)))) == run


def test_a_number_that_has_no_value_keeps_its_reason() -> None:
    metric = Metric("test", "precision", "rare", Estimate(None, None, None, 0.95, 0, "wilson", say("No answer was {label}.", label="rare")))
    back = from_json(Metric, json.loads(json.dumps(to_json(metric))))
    assert back == metric
    assert str(back.estimate.reason) == "No answer was rare."


def test_an_error_is_its_sentence() -> None:
    with pytest.raises(DataError, match=r"^a\.csv is empty\.$"):
        raise DataError("{file} is empty.", file="a.csv")


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    assert unknown("task", "poetry", ["b", "a"]) == "There is no task called poetry. Known: a, b."
