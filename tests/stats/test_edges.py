"""Labels that are always or never right: resamples can't vary them, so what they leave open is added, and nothing else is touched."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmcore.records import Estimate
from fmcore.stats import edges
from fmcore.stats.intervals import reach_at_edge, wilson

SEEN = Estimate(0.45, 0.42, 0.48, 0.95, 200, "bootstrap, bias-corrected")


@given(st.integers(1, 5000), st.integers(1, 40), st.sampled_from([0.8, 0.95, 0.99]))
def test_shares_alike_reach_as_far_as_all_their_items_together(n: int, count: int, level: float) -> None:
    found = edges.reach_together(np.full(count, n), np.full(count, 1 / count), level)
    assert found == pytest.approx(reach_at_edge(n * count, level), rel=1e-9)


@given(st.lists(st.tuples(st.integers(1, 300), st.floats(0.01, 1)), min_size=1, max_size=8))
def test_together_reaches_at_least_as_far_as_each_alone_and_never_as_all_at_once(found: list[tuple[int, float]]) -> None:
    n, shares = (np.array(column, float) for column in zip(*found, strict=True))
    alone = shares * reach_at_edge(n)
    assert alone.max() * (1 - 1e-9) <= edges.reach_together(n, shares) <= alone.sum() * (1 + 1e-9)


def test_no_unseen_errors_that_the_items_allow_move_the_sum_further() -> None:
    n, shares = np.array([5.0, 20.0, 100.0]), np.array([0.4, 0.3, 0.3])
    grid = np.stack(np.meshgrid(*[np.linspace(0, 0.6, 121)] * 3), -1).reshape(-1, 3)
    allowed = grid[(n * grid / (1 - grid)).sum(1) <= 1.959964**2]
    found = edges.reach_together(n, shares)
    assert (allowed @ shares).max() <= found <= (allowed @ shares).max() + 0.01


def test_a_label_that_was_never_right_opens_the_upper_end_alone() -> None:
    never = wilson(0, 9)
    found = edges.opened(SEEN, [wilson(90, 100), never], np.array([1, 1]))
    assert found.low == SEEN.low and found.value == SEEN.value
    assert found.high == pytest.approx(0.45 + np.hypot(0.03, never.high / 2))


def test_one_that_was_always_right_opens_the_lower_end_alone() -> None:
    always = wilson(9, 9)
    found = edges.opened(SEEN, [wilson(1, 100), always], np.array([1, 1]))
    assert found.high == SEEN.high
    assert found.low == pytest.approx(0.45 - np.hypot(0.03, (1 - always.low) / 2))


def test_without_a_label_at_an_edge_the_interval_is_the_very_same() -> None:
    assert edges.opened(SEEN, [wilson(90, 100), wilson(1, 9)], np.array([1, 1])) is SEEN
    assert edges.opened(SEEN, [wilson(90, 100), wilson(0, 9)], np.array([1, 0])) is SEEN, "a label that does not count"
    assert edges.below_1(SEEN, 150, 200) is SEEN


def test_where_an_error_was_seen_no_end_is_1() -> None:
    found = edges.below_1(Estimate(45 / 48, 0.85, 1.0, 0.95, 48, "bootstrap, bias-corrected"), 45, 48)
    assert found.high == pytest.approx(wilson(45, 48).high), "of the accuracy itself it is Wilson's"
    faultless = Estimate(1.0, 0.9, 1.0, 0.95, 48, "mover")
    assert edges.below_1(faultless, 48, 48) is faultless
