from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from fmcore.training import precision
from fmcore.training.precision import choose_device, choose_precision
from fmcore.training.quick_cpu import quick_cpu
from fmcore.training.trainer import class_weights

dropout = torch.nn.functional.dropout


def test_quicker_dropout_drops_the_asked_share_and_keeps_the_mean() -> None:
    ones = torch.ones(1000, 1000)
    with quick_cpu():
        torch.manual_seed(0)
        found = dropout(ones, 0.1)
        assert dropout(ones, 0.0).equal(ones) and not dropout(ones, 1.0).any()
    assert float((found == 0).float().mean()) == pytest.approx(0.1, abs=0.002)  # six standard deviations
    assert float(found.mean()) == pytest.approx(1.0, abs=0.003)


def test_the_same_state_of_chance_drops_the_same_and_the_next_call_drops_others() -> None:
    ones = torch.ones(100, 100)
    with quick_cpu():
        torch.manual_seed(3)
        first, second = dropout(ones, 0.5), dropout(ones, 0.5)
        torch.manual_seed(3)
        again = dropout(ones, 0.5)
    assert first.equal(again) and not first.equal(second)


def test_outside_torch_is_as_it_was() -> None:
    torch.manual_seed(0)
    before = dropout(torch.ones(100), 0.5)
    with quick_cpu():
        pass
    torch.manual_seed(0)
    assert dropout(torch.ones(100), 0.5).equal(before)


def test_precision_is_as_asked_or_measured() -> None:
    assert choose_precision("bf16", "cpu") == "bf16"
    assert choose_precision("auto", "cpu") in ("fp32", "bf16")
    assert choose_device("cpu") == "cpu" == choose_device("auto", "cpu")


def test_balanced_classes_weigh_the_same_in_total() -> None:
    weights = class_weights(np.array([0, 0, 0, 1]), 2)
    assert weights.tolist() == pytest.approx([2 / 3, 2])
    assert float(3 * weights[0]) == pytest.approx(float(weights[1]))


def test_what_was_measured_once_holds_on_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = tmp_path / "cache" / "precision.json"
    monkeypatch.setattr(precision, "has_fast_bf16", lambda: True)
    monkeypatch.setattr(precision, "_bf16_pays", lambda: True)
    assert choose_precision("auto", "cpu", memory=memory) == "bf16"
    monkeypatch.setattr(precision, "_bf16_pays", lambda: False)  # a busy moment
    assert choose_precision("auto", "cpu", memory=memory) == "bf16"
    memory.write_text("{cut off")
    assert choose_precision("auto", "cpu", memory=memory) == "fp32"
