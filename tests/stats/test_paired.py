from __future__ import annotations

import numpy as np
import pytest

from fmcore.errors import DataError
from fmcore.stats import paired
from fmcore.stats.metrics import METRICS, accuracy


def test_mcnemar_by_hand_on_few_items_is_the_binomial():
    # 1 of 6: 2 * (1 + 6) / 64
    assert paired.mcnemar(1, 5) == pytest.approx(14 / 64)
    assert paired.mcnemar(5, 1) == paired.mcnemar(1, 5)
    assert paired.mcnemar(0, 0) == 1.0
    assert paired.mcnemar(3, 3) == 1.0


def test_mcnemar_agrees_with_scipy_on_both_sides_of_25():
    scipy = pytest.importorskip("scipy.stats")
    for b, c in ((2, 9), (10, 14), (10, 15), (40, 70)):
        n = b + c
        wanted = scipy.binomtest(min(b, c), n).pvalue if n < 25 else scipy.chi2.sf((abs(b - c) - 1) ** 2 / n, 1)
        assert paired.mcnemar(b, c) == pytest.approx(min(1, wanted), rel=1e-9)


def test_negative_counts_are_refused():
    with pytest.raises(DataError, match="below 0"):
        paired.mcnemar(-1, 2)


def test_holm_by_hand():
    assert paired.holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert paired.holm([]) == []
    assert paired.holm([0.9, 0.8]) == [1.0, 1.0]


def test_answers_that_agree_everywhere_leave_no_difference():
    codes = np.array([0, 0, 1, 1] * 20)
    table = paired.paired_table(codes, codes, codes, n_labels=2)
    found = paired.paired_difference(table, accuracy)
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)


def test_a_paired_interval_is_narrower_than_an_unpaired_one():
    rng = np.random.default_rng(0)
    targets = rng.integers(0, 2, 2000)
    first = np.where(rng.random(2000) < 0.8, targets, 1 - targets)
    second = np.where(rng.random(2000) < 0.03, 1 - first, first)  # nearly the same answers
    found = paired.paired_difference(paired.paired_table(targets, first, second, n_labels=2), accuracy)
    assert found.value == pytest.approx((second == targets).mean() - (first == targets).mean())
    unpaired = 2 * 1.96 * (2 * 0.8 * 0.2 / 2000) ** 0.5
    assert found.high - found.low < unpaired / 2


@pytest.mark.parametrize("name", METRICS)
def test_every_figure_can_be_paired(name: str):
    rng = np.random.default_rng(1)
    table = rng.integers(1, 30, (3, 3, 3))
    found = paired.paired_difference(table, METRICS[name])
    assert found.low <= found.value <= found.high


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(DataError, match="same labels"):
        paired.paired_difference(np.ones((2, 3, 3)), accuracy)
