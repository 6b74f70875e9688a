"""Exact tails against a table and against scipy."""

from __future__ import annotations

import pytest

from fmcore.stats.tails import at_least, beyond, exact


def test_tails_of_students_t_agree_with_a_table() -> None:
    assert [round(beyond(t, d), 3) for t, d in ((12.706, 1), (2.571, 5), (2.0, 1000), (0.0, 7))] == [0.05, 0.05, 0.046, 1.0]


def test_exact_tails_and_intervals_agree_with_scipy() -> None:
    scipy = pytest.importorskip("scipy.stats")
    for flips, n, share in ((0, 5, 0.1), (3, 40, 0.05), (40, 40, 0.9), (700, 9000, 0.08)):
        assert at_least(flips, n, share) == pytest.approx(scipy.binom.sf(flips - 1, n, share), rel=1e-9)
        expected = scipy.binomtest(flips, n).proportion_ci(0.99, method="exact")
        found = exact(flips, n, 0.99)
        assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)
