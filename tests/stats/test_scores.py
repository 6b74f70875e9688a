"""Figures of probabilities: by hand, against scikit-learn on a thousand random tables, and undefined where they are."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sk

from fmcore.stats import scores
from fmcore.stats.intervals import wilson


def test_brier_by_hand() -> None:
    two = np.array([[0.8, 0.2], [0.4, 0.6]])
    assert scores.brier(two, np.array([0, 0])).value == pytest.approx((0.04 + 0.36) / 2)
    three = np.array([[0.5, 0.25, 0.25]])
    assert scores.brier_scores(three, np.array([0])).tolist() == pytest.approx([0.25 + 2 * 0.0625])


def test_areas_by_hand() -> None:
    given = np.array([0.9, 0.7, 0.6, 0.2])
    both = np.column_stack([1 - given, given])
    roc, pr = scores.areas(both, np.array([1, 0, 1, 0]), ("no", "yes"))
    assert roc.classes[1].value == 0.75  # of four pairs, three in order
    assert pr.classes[1].value == pytest.approx((1 + 2 / 3) / 2)
    assert roc.classes[1].method == scores.DELONG


def test_equal_scores_are_one_step() -> None:
    flat = np.full((6, 2), 0.5)
    roc, pr = scores.areas(flat, np.array([0, 0, 0, 1, 1, 1]), ("a", "b"))
    assert roc.macro.value == 0.5
    assert pr.classes[1].value == 0.5


def test_areas_brier_and_top_k_agree_with_scikit_learn_on_a_thousand_tables() -> None:
    rng, worst = np.random.default_rng(0), 0.0
    for trial in range(1000):
        size, n = int(rng.integers(2, 7)), int(rng.integers(5, 120))
        targets, given = rng.integers(0, size, n), rng.dirichlet(np.ones(size), n)
        if trial % 2:  # many ties
            given = np.round(given, 1) + 0.001
            given /= given.sum(1, keepdims=True)
        roc, pr = scores.areas(given, targets, [str(i) for i in range(size)])
        for place in range(size):
            positive = targets == place
            if not 0 < positive.sum() < n:
                assert roc.classes[place].value is None and pr.classes[place].reason is not None
                continue
            worst = max(worst, abs(roc.classes[place].value - sk.roc_auc_score(positive, given[:, place])))
            worst = max(worst, abs(pr.classes[place].value - sk.average_precision_score(positive, given[:, place])))
        theirs = sk.brier_score_loss(targets, given if size > 2 else given[:, 1], labels=range(size))
        worst = max(worst, abs(scores.brier(given, targets).value - theirs))
        if size > 2 and not trial % 2:
            worst = max(worst, abs(scores.top(given, targets, 2).value - sk.top_k_accuracy_score(targets, given, k=2, labels=range(size))))
    assert worst < 1e-12


def test_an_items_pull_is_what_its_weight_does_to_the_figure() -> None:
    rng = np.random.default_rng(1)
    score, positive = np.round(rng.random(30), 1), rng.random(30) < 0.4
    _, pr = scores._both(score, positive)
    for item in range(5):
        more, less = np.ones(30), np.ones(30)
        more[item] += 1e-5
        less[item] -= 1e-5
        slope = np.subtract(*(sk.average_precision_score(positive, score, sample_weight=w) for w in (more, less))) / 2e-5
        assert pr.pull[item] == pytest.approx(30 * slope, abs=1e-6)


def test_a_faultless_order_is_not_certain() -> None:
    given = np.column_stack([np.linspace(1, 0, 20), np.linspace(0, 1, 20)])
    roc, pr = scores.areas(given, (np.arange(20) >= 10).astype(int), ("a", "b"))
    for estimate in (*roc.classes, *pr.classes, roc.macro, pr.macro):
        assert (estimate.value, estimate.high) == (1, 1)
        assert 0.6 < estimate.low < 0.8


def test_one_class_has_no_area_and_says_why() -> None:
    roc, pr = scores.areas(np.array([[0.9, 0.1], [0.8, 0.2]]), np.array([0, 0]), ("a", "b"))
    assert roc.macro.value is None and str(roc.classes[0].reason) == "Every item of this split is a."
    assert str(pr.classes[1].reason) == "No item of this split is b."


def test_calibration_error_by_hand() -> None:
    confidence, right = np.array([0.95, 0.95, 0.55, 0.55]), np.array([True, True, True, False])
    assert scores.ece(confidence, right).value == pytest.approx(0.5 * 0.05 + 0.5 * 0.05)
    bars = scores.reliability(confidence, right)
    assert [(bar.accuracy.value, bar.accuracy.n) for bar in bars] == [(0.5, 2), (1.0, 2)]
    assert bars[0].low < 0.55 <= bars[0].high


def test_calibration_error_and_log_loss_agree_with_other_ways_to_compute_them_on_a_thousand_tables() -> None:
    rng, worst = np.random.default_rng(4), 0.0
    for _ in range(1000):
        size, n = int(rng.integers(2, 6)), int(rng.integers(1, 80))
        targets, given = rng.integers(0, size, n), rng.dirichlet(np.ones(size), n)
        confidence, right = given.max(1), given.argmax(1) == targets
        plain = 0.0
        for low in range(scores.BINS):
            here = (confidence > low / scores.BINS) & (confidence <= (low + 1) / scores.BINS)
            plain += abs(right[here].sum() - confidence[here].sum()) / n
        worst = max(worst, abs(scores.ece(confidence, right).value - plain))
        ours = float(-np.log(scores.of_target(given, targets)).mean())
        worst = max(worst, abs(ours - sk.log_loss(targets, given, labels=range(size))))
    assert worst < 1e-12


def test_a_calibrated_model_may_have_no_calibration_error_at_all() -> None:
    rng = np.random.default_rng(3)
    confidence = rng.uniform(0.5, 1, 1000)
    found = scores.ece(confidence, rng.random(1000) < confidence)
    assert found.value > 0 and found.low == 0


def test_bins_have_their_upper_edge() -> None:
    assert scores.bin_of(np.array([0.0, 1 / 15, 0.0667, 1.0])).tolist() == [0, 0, 1, 14]


def test_no_items_have_no_figures() -> None:
    nothing, nobody = np.zeros((0, 3)), np.zeros(0, int)
    found = [scores.top(nothing, nobody, 2), scores.ece(np.zeros(0), np.zeros(0, bool)), scores.brier(nothing, nobody)]
    found += [area.macro for area in scores.areas(nothing, nobody, "abc")]
    assert all(e.value is None and e.reason for e in found)


def test_items_that_all_agree_leave_as_much_open_as_so_many_right_answers():
    targets, given = np.zeros(30, int), np.tile([0.95, 0.05], (30, 1))
    reach = 1 - wilson(30, 30).low
    calibration, mean_square = scores.ece(given[:, 0], targets == 0), scores.brier(given, targets)
    assert (calibration.value, calibration.low) == (pytest.approx(0.05), 0.0) and calibration.high == pytest.approx(0.05 + reach)
    assert (mean_square.value, mean_square.low) == (pytest.approx(0.0025), 0.0) and mean_square.high == pytest.approx(0.0025 + reach)
