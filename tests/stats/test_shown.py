from __future__ import annotations

import numpy as np
import pytest

from fmcore.stats import shown
from fmcore.stats.group_figures import PROPORTION, Figures
from fmcore.stats.widest import kept
from fmcore.stats.widest_upper import upper

ALPHA, LIMIT = 0.05, 0.1


def figures(rates: np.ndarray, n: int) -> Figures:
    """Return one question per row of rates (M, G), each group of n items, with normal errors."""
    value = np.asarray(rates, float)[:, None]
    errors = np.random.default_rng(0).standard_normal((*value.shape, 500), dtype=np.float32)
    return Figures(value, np.full(value.shape, float(n)), errors, np.full((len(value), 1), PROPORTION))


def smallest(rates: list[float], n: int) -> float:
    return float(shown.smallest_gap(figures(np.array([rates]), n), LIMIT, np.array([ALPHA]))[0])


def times(rates: list[float], n: int) -> float:
    return float(shown.times_needed(figures(np.array([rates]), n), LIMIT, np.array([ALPHA]))[0])


def observed(rates: list[float], n: int) -> Figures:
    """Return what 300 samples of these true rates look like."""
    return figures(np.random.default_rng(4).binomial(n, rates, (300, len(rates))) / n, n)


def share_failing(rates: list[float], n: int) -> float:
    seen = observed(rates, n)
    alpha = np.full(len(seen.value), ALPHA)
    return float((~kept(seen, np.full(len(alpha), LIMIT), alpha, upper(seen, alpha)) & (seen.gap > LIMIT)).mean())


def share_passing(rates: list[float], n: int) -> float:
    return float((upper(observed(rates, n), np.full(300, ALPHA)) <= LIMIT).mean())


def test_the_smallest_gap_is_the_tolerance_and_what_test_and_power_ask_beyond_it():
    by_hand = LIMIT + (1.960 + 0.842) * np.sqrt(2 * 0.25 / 200)
    assert smallest([0.5, 0.6], 200) == pytest.approx(by_hand, abs=0.03)


@pytest.mark.parametrize("rates", [[0.5, 0.5], [0.52, 0.5], [0.9, 0.9], [1.0, 1.0], [0.5, 0.55, 0.52, 0.53]])
def test_a_gap_seen_within_the_tolerance_does_not_make_a_smaller_one_detectable(rates: list[float]):
    assert smallest(rates, 200) > LIMIT + 0.05, "a gap within the tolerance can never fail, however many rows there are"


@pytest.mark.parametrize("true", ["two", "four"])
def test_a_true_gap_of_that_size_fails_in_about_four_of_five_samples(true: str):
    between = [] if true == "two" else [0.5, 0.5]
    gap = smallest([0.5, 0.5, *between], 200)
    assert share_failing([0.5 - gap / 2, 0.5 + gap / 2, *between], 200) == pytest.approx(0.8, abs=0.1)


@pytest.mark.parametrize("rates", [[0.5, 0.52], [0.5, 0.5, 0.51, 0.5, 0.52]])
def test_so_many_rows_would_pass_a_gap_within_the_tolerance_in_four_of_five_samples(rates: list[float]):
    n = round(100 * times(rates, 100))
    assert n > 200
    assert share_passing(rates, n) == pytest.approx(0.8, abs=0.08)


def test_so_many_rows_would_fail_a_gap_beyond_the_tolerance_in_four_of_five_samples():
    n = round(200 * times([0.4, 0.55], 200))
    assert n > 400
    assert share_failing([0.4, 0.55], n) == pytest.approx(0.8, abs=0.1)


def test_a_gap_at_the_tolerance_is_settled_by_no_number_of_rows():
    assert times([0.5, 0.6], 200) == np.inf


def test_questions_together_are_answered_as_each_alone():
    rates = np.array([[0.5, 0.52], [0.4, 0.55], [0.9, 0.9]])
    alpha = np.array([0.05, 0.01, 0.02])
    whole = figures(rates, 200)
    for ask in (shown.smallest_gap, shown.times_needed):
        each = [ask(whole[i : i + 1], LIMIT, alpha[i : i + 1])[0] for i in range(3)]
        assert ask(whole, LIMIT, alpha) == pytest.approx(each)
