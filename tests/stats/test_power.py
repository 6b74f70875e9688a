from __future__ import annotations

import numpy as np
import pytest

from fmcore.stats.power import rows_needed, smallest_gap, smallest_share, trials_needed
from fmcore.stats.tails import at_least, exact


def test_smallest_gap_by_hand():
    assert smallest_gap(0.1, 0.05) == pytest.approx(0.1 + 0.8416 * 0.05, abs=1e-4)
    assert smallest_gap(0.99, 0.5) == 1.0


def test_rows_needed_by_hand():
    # (1.960 + 0.842) * 0.05 / 0.1 = 1.401, squared 1.962
    assert rows_needed(0.2, 0.1, 1000, 0.05, alpha=0.05) == rows_needed(0.0, 0.1, 1000, 0.05, alpha=0.05) == 963
    assert rows_needed(0.5, 0.1, 1000, 0.05, alpha=0.05) == 0


def test_a_gap_at_the_tolerance_is_settled_by_no_number_of_rows():
    assert rows_needed(0.1, 0.1, 1000, 0.05, alpha=0.05) is None
    assert rows_needed(0.1001, 0.1, 1000, 0.05, alpha=0.05) is None


def test_no_success_settles_once_so_few_would_be_rare_at_the_tolerance():
    # .95 ** 71 = 2.6 %, .95 ** 72 = 2.5 %: half of alpha
    assert 25 + trials_needed(0.0, 0.05, 25, alpha=0.05) == 72
    assert trials_needed(0.05, 0.05, 25, alpha=0.05) is None


@pytest.mark.parametrize("share", [0.02, 0.1])
def test_so_many_trials_settle_four_of_five_times(share: float):
    n = 100 + trials_needed(share, 0.05, 100, alpha=0.05)
    counts = np.random.default_rng(0).binomial(n, share, 300).tolist()
    ends = {count: exact(count, n, 0.95) for count in set(counts)}
    settled = [ends[count].low > 0.05 if share > 0.05 else ends[count].high < 0.05 for count in counts]
    assert np.mean(settled) == pytest.approx(0.8, abs=0.07)


def test_the_smallest_share_is_found_four_of_five_times_and_a_faultless_sample_makes_none_of_5_percent():
    n, share = 60, smallest_share(0.05, 60, alpha=0.05)
    fewest = next(count for count in range(n) if exact(count, n, 0.95).low > 0.05)
    assert at_least(fewest, n, share) == pytest.approx(0.8, abs=0.001)
    assert share > 0.1
