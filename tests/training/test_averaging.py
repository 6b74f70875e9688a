"""The mean of weights: by hand, shown and taken back, and gone on with from a checkpoint."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from fmcore.training.averaging import WeightAverage


def model(value: float) -> torch.nn.Linear:
    made = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(made.weight, value)
    return made


def test_early_steps_count_more_and_later_ones_by_the_window() -> None:
    net = model(0.0)
    average = WeightAverage(net, 4)
    torch.nn.init.constant_(net.weight, 1.0)
    average.take(1)
    assert average.mean[0].item() == pytest.approx(9 / 11)  # keeps 2 of 11 parts of the start
    average.step = 90
    average.take(92)
    assert average.mean[0].item() == pytest.approx(1 - (2 / 11) * 0.75**2)  # two steps at 1 - 1 / 4


def test_the_mean_is_shown_and_the_own_weights_come_back() -> None:
    net = model(3.0)
    average = WeightAverage(net, 4)
    torch.nn.init.constant_(net.weight, 5.0)
    with pytest.raises(RuntimeError), average.shown():
        assert net.weight.item() == 3.0
        raise RuntimeError
    assert net.weight.item() == 5.0


def test_frozen_weights_take_no_part() -> None:
    net = torch.nn.Sequential(model(1.0), model(2.0))
    net[0].weight.requires_grad_(False)
    assert [mean.item() for mean in WeightAverage(net, 4).mean] == [2.0]


def test_a_checkpoint_holds_the_mean_as_the_model_and_the_own_weights_beside_it(tmp_path: Path) -> None:
    net = model(3.0)
    average = WeightAverage(net, 4)
    torch.nn.init.constant_(net.weight, 5.0)
    average.save(tmp_path)
    later = model(3.0)  # as loaded from the checkpoint
    resumed = WeightAverage(later, 4)
    resumed.resume(tmp_path, 7)
    assert (later.weight.item(), resumed.mean[0].item(), resumed.step) == (5.0, 3.0, 7)
