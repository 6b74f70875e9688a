"""Quicker ways to the same product."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from fmcore.evaluation import swift


def test_packed_products_are_the_same_to_the_sixth_digit_and_share_the_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(48, 96), nn.GELU(), nn.Linear(96, 40, bias=False), nn.Linear(40, 2)), torch.randn(7, 5, 48)
    monkeypatch.setattr(swift, "pays", lambda: True)
    quick = swift.swift(model)
    assert [type(part) for part in quick] == [swift.Packed, nn.GELU, swift.Packed, nn.Linear]
    with torch.inference_mode():
        torch.testing.assert_close(quick(x), model(x), atol=1e-5, rtol=1e-5)
    assert quick[0].weight is model[0].weight
    assert type(model[0]) is nn.Linear


def test_where_nothing_is_gained_the_model_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swift, "pays", lambda: False)
    model = nn.Sequential(nn.Linear(48, 96))
    assert swift.swift(model) is model


def test_products_in_8_bits_are_off_by_3_percent_at_most() -> None:
    torch.manual_seed(0)
    model, x = nn.Sequential(nn.Linear(64, 64)), torch.randn(100, 64)
    small = swift.in_int8(model)
    with torch.inference_mode():
        error = (small(x) - model(x)).abs().max() / model(x).abs().max()
    assert 0 < error < 0.03
    assert type(model[0]) is nn.Linear
