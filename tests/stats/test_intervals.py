"""Intervals: known values, honest at the edges, no number where there is none."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats as scipy_stats

from fmcore.errors import DataError
from fmcore.records import say
from fmcore.stats import intervals, metrics


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), st.floats(0.5, 0.999))
def test_wilson_agrees_with_scipy_and_stays_inside(counts: tuple[int, int], level: float) -> None:
    successes, n = counts
    found = intervals.wilson(successes, n, level)
    theirs = scipy_stats.binomtest(successes, n).proportion_ci(level, "wilson")
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert 0 <= found.low <= found.value <= found.high <= 1
    assert found.high > found.low


def test_no_items_have_no_share_and_say_why() -> None:
    found = intervals.wilson(0, 0, reason=say("No item was {label}.", label="blue"))
    assert (found.value, found.low, found.high, found.n) == (None, None, None, 0)
    assert str(found.reason) == "No item was blue."


def test_more_successes_than_trials_are_refused() -> None:
    with pytest.raises(DataError, match="Found 3 successes in 2 trials"):
        intervals.wilson(3, 2)


@pytest.mark.parametrize("level", [0, 1, -1, 95, float("nan")])
def test_a_level_is_a_share(level: float) -> None:
    for make in (
        lambda: intervals.wilson(1, 2, level),
        lambda: intervals.mean([1, 2], level),
        lambda: intervals.bootstrap([1], metrics.accuracy, level=level),
    ):
        with pytest.raises(DataError, match="between 0 and 1"):
            make()


@pytest.mark.parametrize("degrees", [1, 2, 3, 10, 99, 871, 100_000, 10_000_000])
@pytest.mark.parametrize("level", [0.5, 0.9, 0.95, 0.999])
def test_students_t_agrees_with_scipy(degrees: int, level: float) -> None:
    assert intervals.student(level, degrees) == pytest.approx(scipy_stats.t.ppf((1 + level) / 2, degrees), rel=1e-6)


def test_a_mean_needs_two_finite_values() -> None:
    assert intervals.mean([]).value is None
    assert "found 1" in str(intervals.mean([2.0]).reason)
    assert "1 of 3 values" in str(intervals.mean([1, float("nan"), 2]).reason)


TABLE = np.array([[40, 5, 5], [4, 30, 6], [1, 2, 7]])


def test_resampled_accuracy_spreads_as_the_binomial_says() -> None:
    found = intervals.bootstrap(TABLE, metrics.accuracy, replicates=4000)
    share, n = 0.77, 100
    assert found.value == share
    assert (found.high - found.low) / 2 == pytest.approx(1.96 * (share * (1 - share) / n) ** 0.5, rel=0.05)


def test_resampled_tables_keep_their_sum_and_their_empty_cells() -> None:
    table = np.array([[5, 0], [3, 2]])
    tables = np.concatenate(list(intervals.resamples(table, replicates=50)))
    assert tables.shape == (50, 2, 2)
    assert set(tables.sum((1, 2))) == {10}
    assert not tables[:, 0, 1].any()


def test_the_same_seed_gives_the_same_interval_and_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    first = intervals.bootstrap(TABLE, metrics.METRICS["macro-f1"])
    monkeypatch.setattr(intervals, "CELLS_AT_ONCE", 1000)
    assert intervals.bootstrap(TABLE, metrics.METRICS["macro-f1"]) == first
    assert intervals.bootstrap(TABLE, metrics.METRICS["macro-f1"], seed=1) != first


def test_a_figure_that_is_undefined_has_no_value() -> None:
    never = np.array([[5, 0], [3, 0]])
    assert intervals.bootstrap(never, metrics.METRICS["macro-precision"]).value is None
    assert intervals.bootstrap(np.zeros((2, 2), int), metrics.accuracy).value is None


def test_a_figure_that_most_resamples_lack_has_no_interval() -> None:
    rare = np.array([[50, 0], [0, 1]])  # 37 % of the resamples have no item of the second class
    found = intervals.bootstrap(rare, metrics.over(metrics.recall, np.array([1, 1])))
    assert found.value is None
    assert "too few items" in str(found.reason)


@pytest.mark.parametrize("method", [intervals.BIAS_CORRECTED, intervals.PERCENTILE])
def test_an_interval_holds_its_figure(method: str) -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        table = rng.integers(0, 4, (8, 8)) + np.eye(8, dtype=int)
        found = intervals.bootstrap(table, metrics.METRICS["weighted-f1"], method=method, replicates=200)
        assert found.low <= found.value <= found.high


def test_a_95_percent_interval_of_macro_f1_holds_the_truth_about_19_times_in_20() -> None:
    rng = np.random.default_rng(0)
    true = np.array([[0.45, 0.05], [0.08, 0.42]])
    goal = float(metrics.METRICS["macro-f1"](true))
    held = 0
    for seed in range(400):
        found = intervals.bootstrap(rng.multinomial(200, true.ravel()).reshape(2, 2), metrics.METRICS["macro-f1"], seed=seed)
        held += found.low <= goal <= found.high
    assert 0.91 <= held / 400 <= 0.98


def test_a_mean_of_estimates_recovers_their_spread() -> None:
    parts = [intervals.wilson(8, 10), intervals.wilson(8, 10)]
    found = intervals.mover(parts, np.array([1, 1]), n=20)
    assert found.value == pytest.approx(0.8)
    assert found.low == pytest.approx(0.8 - (0.8 - parts[0].low) / 2**0.5)


def test_a_faultless_mean_is_not_certain() -> None:
    found = intervals.mover([intervals.wilson(5, 5)] * 2, np.array([1, 1]), n=10)
    assert found.value == found.high == 1
    assert found.low < 0.8
