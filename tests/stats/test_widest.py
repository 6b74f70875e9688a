from __future__ import annotations

import numpy as np
import pytest

from fmcore.stats import group_figures, widest, widest_place


def figures(counts: list[tuple[int, int]], *, is_ratio: bool = False, replicates: int = 1000) -> group_figures.Figures:
    """Return one question of rates from (hits, n) per group."""
    hits, n = (np.array(side, float)[None, None] for side in zip(*counts, strict=True))
    value = hits / n
    drawn = np.random.default_rng(0).binomial(n[..., None].astype(int), value[..., None], (*n.shape, replicates)) / n[..., None]
    errors = group_figures.errors_of(
        drawn.astype(np.float32), value, group_figures.deviation_at(value, n, group_figures.PROPORTION), seed=1
    )
    return group_figures.Figures(value, n, errors, np.array([[group_figures.PROPORTION]]), is_ratio=is_ratio)


def test_two_large_groups_have_about_the_normal_interval():
    gap, low, high = widest.widest(figures([(3000, 10_000), (4000, 10_000)]), 0.05)
    reach = 1.96 * np.sqrt(0.3 * 0.7 / 1e4 + 0.4 * 0.6 / 1e4)
    assert gap[0] == pytest.approx(0.1)
    assert low[0] == pytest.approx(0.1 - reach, abs=0.002)
    assert high[0] == pytest.approx(0.1 + reach, abs=0.001)


def test_equal_groups_have_a_lower_end_of_exactly_0():
    gap, low, high = widest.widest(figures([(50, 100), (50, 100)]), 0.05)
    assert (gap[0], low[0]) == (0, 0)
    assert 0.1 < high[0] < 0.16


def test_a_gap_that_twenty_equal_groups_open_by_chance_is_not_taken_for_real():
    rng = np.random.default_rng(3)
    hits = rng.binomial(200, 0.5, 20)
    gap, low, _ = widest.widest(figures([(int(h), 200) for h in hits]), 0.05)
    assert gap[0] > 0.1  # a naive pair of these would be "significant"
    assert low[0] == 0


def test_rates_of_0_and_1_have_an_interval_of_their_own():
    gap, low, high = widest.widest(figures([(0, 50), (50, 50)]), 0.05)
    assert gap[0] == 1 and 0.85 < low[0] < 1 and high[0] == 1
    gap, low, high = widest.widest(figures([(0, 50), (0, 50)]), 0.05)
    assert (gap[0], low[0]) == (0, 0) and 0.03 < high[0] < 0.12


def test_a_ratio_runs_from_the_smallest_plausible_to_1():
    gap, low, high = widest.widest(figures([(300, 1000), (400, 1000)], is_ratio=True), 0.05)
    assert gap[0] == pytest.approx(0.75)
    assert low[0] == pytest.approx(0.75 * np.exp(-1.96 * np.sqrt(0.7 / 300 + 0.6 / 400)), abs=0.01)
    assert 0.82 < high[0] < 0.88
    assert widest.widest(figures([(500, 1000), (500, 1000)], is_ratio=True), 0.05)[2][0] == 1


def test_more_confidence_is_a_wider_interval():
    rates = figures([(30, 100), (45, 100), (40, 80)])
    ends = [widest.widest(rates, alpha)[1:] for alpha in (0.2, 0.05, 0.01, 0.0005)]
    lows, highs = ([float(end[i][0]) for end in ends] for i in range(2))
    assert lows == sorted(lows, reverse=True) and highs == sorted(highs)


def test_many_groups_are_searched_as_thoroughly_as_few():
    rng = np.random.default_rng(1)
    rates = figures([(int(rng.binomial(400, 0.5)), 400) for _ in range(60)] + [(20, 400)], replicates=500)
    gap, low, high = widest.widest(rates, 0.05)
    assert gap[0] > 0.45 and 0.35 < low[0] < gap[0] < high[0] < 0.65


def test_groups_drawn_together_are_no_further_apart_than_asked():
    rates = figures([(10, 100), (30, 100), (55, 100), (90, 100)])
    for gap in (0.0, 0.1, 0.5):
        place = widest_place.drawn_together(rates, np.array([gap]))[0, 0]
        assert place.max() - place.min() == pytest.approx(gap)


def test_groups_near_an_edge_are_put_on_it_where_all_of_them_want_it():
    rates = figures([(20, 100), (45, 100), (75, 100), (80, 100)])
    place = widest_place.drawn_together(rates, np.array([0.5]))[0, 0]
    assert place[1] == 0.45  # five standard errors from either edge
    assert place[2] == place[3] == pytest.approx(place[0] + 0.5)
    assert place[3] == pytest.approx((0.2 + 0.5 + 0.75 + 0.8) / 3, abs=0.01)  # the edge of 0.8 alone would lie at 0.75


def test_a_small_group_does_not_hide_what_is_sure_of_large_ones():
    large = [(2160, 3696), (80, 377), (861, 2454)]
    beside = [*large, (8, 32)]  # by chance alone it could lie 30 points from where it was seen
    lows = [float(widest.widest(figures(groups), 0.05)[1][0]) for groups in (large, beside)]
    assert lows[0] == pytest.approx(0.372 - 1.96 * np.hypot(0.0081, 0.0211), abs=0.012)
    assert lows[0] - lows[1] < 0.02


def test_of_groups_of_one_size_the_widest_gap_itself_decides():
    rates = figures([(40, 100), (50, 100), (64, 100)])
    tables = widest.Tables(rates, np.array([[[0.5, 0.5, 0.5]]]))
    drawn = tables.drawn[0, 0]
    gaps = drawn.max(0) - drawn.min(0)
    assert tables.spans()[0] == pytest.approx(gaps, abs=1e-6)
    assert tables.spans(np.array([-1.0]))[0] == pytest.approx(gaps - 2 * 0.05, abs=1e-6)


def test_groups_that_cannot_be_outermost_are_left_aside_without_a_difference():
    rng = np.random.default_rng(2)
    rates = figures([(int(rng.binomial(n, p)), n) for n, p in zip(rng.integers(30, 3000, 40), rng.uniform(0.2, 0.8, 40), strict=True)])
    tables = widest.Tables(rates, rates.placed)
    for reach in (-3.0, 0.0, 2.0):
        spans = tables.spans(np.array([reach]))
        tables.is_many = False
        assert tables.spans(np.array([reach])) == pytest.approx(spans, abs=1e-6)
        tables.is_many = True


def test_the_end_of_an_interval_is_where_the_test_of_one_gap_turns():
    rates, alpha = figures([(30, 100), (45, 100), (40, 80), (64, 90)]), np.array([0.05])
    _, low, high = widest.widest(rates, alpha)
    assert not widest.kept(rates, low - 0.01, alpha, high)[0]
    assert widest.kept(rates, low + 0.01, alpha, high)[0]
