from __future__ import annotations

import pytest

from fmcore.stats.power import rows_needed, smallest_gap


def test_smallest_gap_by_hand():
    assert smallest_gap(0.1, 0.05) == pytest.approx(0.1 + 0.8416 * 0.05, abs=1e-4)
    assert smallest_gap(0.99, 0.5) == 1.0


def test_rows_needed_by_hand():
    # (1.645 + 0.842) * 0.05 / 0.1 = 1.243, squared 1.546
    assert rows_needed(0.2, 0.1, 1000, 0.05, alpha=0.05) == 546
    assert rows_needed(0.5, 0.1, 1000, 0.05, alpha=0.05) == 0


def test_a_gap_at_the_tolerance_is_settled_by_no_number_of_rows():
    assert rows_needed(0.1, 0.1, 1000, 0.05, alpha=0.05) is None
    assert rows_needed(0.1001, 0.1, 1000, 0.05, alpha=0.05) is None


def test_being_inside_is_two_sided_and_needs_more():
    assert rows_needed(0.0, 0.1, 1000, 0.05, alpha=0.05) > rows_needed(0.2, 0.1, 1000, 0.05, alpha=0.05)
