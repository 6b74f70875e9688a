from __future__ import annotations

import numpy as np
import pytest

from fmcore.stats import histograms


def test_calibration_error_by_hand():
    # one bin, mean score 0.25, share of positives 0.5
    scores, positive = np.array([0.21, 0.29, 0.25, 0.25]), np.array([True, False, True, False])
    counts, means = histograms.mean_scores(scores, positive, np.zeros(4, int), n_groups=1, bins=10)
    assert histograms.calibration_error(counts, means)[0] == pytest.approx(0.25)


def test_scores_of_exactly_1_are_in_the_last_bin():
    counts = histograms.spread(np.array([0.0, 1.0]), np.array([False, True]), np.array([0, 0]), n_groups=1, bins=4)
    assert counts.tolist() == [[[1, 0, 0, 0], [0, 0, 0, 1]]]


def test_resamples_of_very_many_cells_spread_as_those_of_rows_do():
    rng = np.random.default_rng(2)
    scores, group = rng.random(12_000), np.repeat(np.arange(3), 4000)
    positive = rng.random(12_000) < np.clip(scores + np.array([0.0, 0.05, -0.2])[group], 0, 1)
    counts, means = histograms.mean_scores(scores, positive, group, n_groups=3, bins=10)
    rows, normal = (histograms.resampled_errors(counts, means, replicates=4000, seed=1, most_drawn=most) for most in (None, 1))
    assert normal.mean(-1) == pytest.approx(rows.mean(-1), abs=3e-4)
    assert normal.std(-1) == pytest.approx(rows.std(-1), rel=0.05)
    assert np.quantile(normal, 0.975, axis=-1) == pytest.approx(np.quantile(rows, 0.975, axis=-1), abs=1e-3)


def test_a_group_without_rows_or_without_errors_has_no_spread():
    counts, means = np.array([[[0, 0], [0, 0]], [[0, 0], [0, 5]]]), np.array([[[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])
    assert histograms.resampled_errors(counts, means, replicates=200, seed=0, most_drawn=1).max() == 0
