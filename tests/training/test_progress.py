from __future__ import annotations

import math

import pytest
import torch

from fmcore.errors import TrainingError
from fmcore.records import Progress
from fmcore.training.progress import Curve, RunState


def test_the_best_is_decided_by_the_metric_and_equal_ones_by_the_loss() -> None:
    state = RunState()
    assert state.take(1, {"macro-f1": 0.5, "loss": 0.7}, "macro-f1")
    assert not state.take(2, {"macro-f1": 0.4, "loss": 0.1}, "macro-f1")
    assert state.take(3, {"macro-f1": 0.5, "loss": 0.6}, "macro-f1")
    assert not state.take(4, {"macro-f1": math.nan, "loss": 0.1}, "macro-f1")
    assert (state.best_step, state.stale) == (3, 3)  # patience looks at the metric alone


def test_by_loss_the_smallest_wins() -> None:
    state = RunState()
    assert [state.take(step, {"loss": loss}, "loss") for step, loss in enumerate([0.5, 0.6, 0.4])] == [True, False, True]


def test_a_step_is_reported_once_with_what_validation_said() -> None:
    said: list[Progress] = []
    curve = Curve(said.append, device="cpu", state=RunState())
    curve.add(1, 0.5, loss=torch.tensor(0.25), learning_rate=1e-4, rows=8)
    curve.note({"accuracy": 0.75, "macro-f1": math.nan})
    curve.flush()
    curve.flush()
    assert [item.step for item in said] == [1]
    assert said[0].values["train_loss"] == 0.25
    assert said[0].values["validation_accuracy"] == 0.75
    assert "validation_macro-f1" not in said[0].values  # no value is no value, not a number


def test_the_first_loss_that_is_no_number_ends_the_run_with_a_sentence() -> None:
    curve = Curve(lambda progress: None, device="cpu", state=RunState())
    curve.add(7, 0.5, loss=torch.tensor(math.inf), learning_rate=0.1, rows=8)
    with pytest.raises(TrainingError, match=r"step 7 \(learning rate 0.1\). Lower the learning rate"):
        curve.flush()
