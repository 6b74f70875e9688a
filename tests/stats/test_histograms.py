from __future__ import annotations

import numpy as np
import pytest

from fmcore.stats import histograms


def test_auc_by_hand_with_a_tie():
    # 2 x 2 pairs: won, won, tied, lost
    scores, positive = np.array([0.1, 0.5, 0.5, 0.2]), np.array([False, False, True, True])
    within, _, _ = histograms.areas(scores, positive, np.zeros(4, int), n_groups=1)
    assert within.value[0] == (1 + 0.5 + 1 + 0) / 4


def test_areas_agree_with_scikit_learn_ties_included():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    for digits in (1, 2, 6) * 30:
        group, positive = rng.integers(0, 3, 400), rng.random(400) < 0.4
        scores = np.round(rng.random(400) * 0.6 + positive * 0.2, digits)
        within, bpsn, bnsp = histograms.areas(scores, positive, group, n_groups=3)
        for g in range(3):
            mine = group == g
            assert within.value[g] == pytest.approx(roc_auc_score(positive[mine], scores[mine]), abs=1e-12)
            mixed = (mine & ~positive) | (~mine & positive)
            assert bpsn.value[g] == pytest.approx(roc_auc_score(positive[mixed], scores[mixed]), abs=1e-12)
            mixed = (mine & positive) | (~mine & ~positive)
            assert bnsp.value[g] == pytest.approx(roc_auc_score(positive[mixed], scores[mixed]), abs=1e-12)


def test_delong_from_a_histogram_agrees_with_resampling():
    rng = np.random.default_rng(1)
    positive = rng.random(600) < 0.5
    scores = rng.normal(positive * 1.0, 1)
    within, _, _ = histograms.areas(scores, positive, np.zeros(600, int), n_groups=1)
    drawn = []
    for _ in range(400):
        rows = rng.integers(0, 600, 600)
        drawn.append(histograms.areas(scores[rows], positive[rows], np.zeros(600, int), n_groups=1)[0].value[0])
    assert within.deviation[0] == pytest.approx(np.std(drawn), rel=0.12)


def test_a_side_without_rows_has_no_area():
    within, _, _ = histograms.areas(np.array([0.1, 0.9]), np.array([True, True]), np.zeros(2, int), n_groups=2)
    assert np.isnan(within.value).all()


def test_calibration_error_by_hand():
    # one bin, mean score 0.25, share of positives 0.5
    scores, positive = np.array([0.21, 0.29, 0.25, 0.25]), np.array([True, False, True, False])
    counts, means = histograms.mean_scores(scores, positive, np.zeros(4, int), n_groups=1, bins=10)
    assert histograms.calibration_error(counts, means)[0] == pytest.approx(0.25)


def test_scores_of_exactly_1_are_in_the_last_bin():
    counts = histograms.spread(np.array([0.0, 1.0]), np.array([False, True]), np.array([0, 0]), n_groups=1, bins=4)
    assert counts.tolist() == [[[1, 0, 0, 0], [0, 0, 0, 1]]]
