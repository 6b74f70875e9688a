from __future__ import annotations

import numpy as np
import pytest

from fmcore.stats.areas import KINDS, Ranking, areas


def test_auc_by_hand_with_a_tie():
    # 2 x 2 pairs: won, won, tied, lost
    scores, positive = np.array([0.1, 0.5, 0.5, 0.2]), np.array([False, False, True, True])
    within, _, _ = areas(Ranking.of(scores, positive), np.zeros(4, int), n_groups=1)
    assert within.value[0] == (1 + 0.5 + 1 + 0) / 4


def test_areas_agree_with_scikit_learn_ties_included():
    from sklearn.metrics import roc_auc_score

    rng = np.random.default_rng(0)
    for digits in (1, 2, 6) * 30:
        group, positive = rng.integers(0, 3, 400), rng.random(400) < 0.4
        scores = np.round(rng.random(400) * 0.6 + positive * 0.2, digits)
        within, bpsn, bnsp = areas(Ranking.of(scores, positive), group, n_groups=3)
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
    within, _, _ = areas(Ranking.of(scores, positive), np.zeros(600, int), n_groups=1)
    drawn = []
    for _ in range(400):
        rows = rng.integers(0, 600, 600)
        drawn.append(areas(Ranking.of(scores[rows], positive[rows]), np.zeros(600, int), n_groups=1)[0].value[0])
    assert within.deviation[0] == pytest.approx(np.std(drawn), rel=0.12)


def test_a_side_without_rows_has_no_area():
    within, _, _ = areas(Ranking.of(np.array([0.1, 0.9]), np.array([True, True])), np.zeros(2, int), n_groups=2)
    assert np.isnan(within.value).all()


def test_what_is_asked_alone_is_what_is_asked_together():
    rng = np.random.default_rng(3)
    scores, positive, group = np.round(rng.random(300), 2), rng.random(300) < 0.3, rng.integers(0, 4, 300)
    ranking = Ranking.of(scores, positive)
    for kind, among in zip(KINDS, areas(ranking, group, n_groups=4), strict=True):
        [alone] = areas(ranking, group, n_groups=4, kinds=[kind])
        for name in ("value", "deviation", "positives", "negatives"):
            assert getattr(alone, name).tolist() == getattr(among, name).tolist()
