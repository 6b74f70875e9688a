"""Figures of a table: by hand, against scikit-learn, and undefined where they are."""

from __future__ import annotations

import os
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as sk

from fmcore.stats.metrics import METRICS, PER_CLASS, f1, over, precision, recall

TABLES = st.integers(2, 6).flatmap(lambda size: arrays(np.int64, (size, size), elements=st.integers(0, 9)))


def items(table: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows, columns = np.indices(table.shape)
    return np.repeat(rows.ravel(), table.ravel()), np.repeat(columns.ravel(), table.ravel())


def test_two_classes_by_hand() -> None:
    table = np.array([[8, 2], [1, 9]])
    assert METRICS["accuracy"](table) == 17 / 20
    assert precision(table).tolist() == [8 / 9, 9 / 11]
    assert recall(table).tolist() == [0.8, 0.9]
    assert f1(table).tolist() == pytest.approx([16 / 19, 18 / 21])
    assert METRICS["macro-f1"](table) == pytest.approx((16 / 19 + 18 / 21) / 2)
    assert METRICS["balanced-accuracy"](table) == pytest.approx(0.85)


@settings(max_examples=int(os.environ.get("FMCORE_RANDOM_TABLES", "60")), deadline=None)
@given(TABLES)
def test_figures_agree_with_scikit_learn(table: np.ndarray) -> None:
    if not table.sum():
        return
    targets, answers = items(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = {"accuracy": sk.accuracy_score(targets, answers), "balanced-accuracy": sk.balanced_accuracy_score(targets, answers)}
        for mean in ("macro", "micro", "weighted"):
            values = sk.precision_recall_fscore_support(targets, answers, average=mean, zero_division=np.nan)
            theirs |= {f"{mean}-{name}": value for name, value in zip(("precision", "recall", "f1"), values[:3], strict=True)}
        theirs["macro-f1"] = sk.f1_score(targets, answers, average="macro", zero_division=0)
        theirs |= {"mcc": sk.matthews_corrcoef(targets, answers), "kappa": sk.cohen_kappa_score(targets, answers)}
        theirs["weighted-f1"] = sk.f1_score(targets, answers, average="weighted", zero_division=0)
    each = sk.precision_recall_fscore_support(targets, answers, labels=range(len(table)), average=None, zero_division=np.nan)
    for (name, figure), values in zip(PER_CLASS.items(), each, strict=False):
        np.testing.assert_allclose(figure(table), values, atol=1e-12, rtol=0, err_msg=name)
    never_answered = bool(((table.sum(0) == 0) & (table.sum(1) > 0)).any())
    for name, figure in METRICS.items():
        ours = float(figure(table))
        if name in ("macro-precision", "weighted-precision") and never_answered:
            assert np.isnan(ours), name
        elif name == "mcc" and (len(set(targets)) < 2 or len(set(answers)) < 2):
            assert np.isnan(ours), name  # scikit-learn says 0
        elif name == "kappa" and len(set(targets) | set(answers)) < 2:
            assert np.isnan(ours), name
        else:
            assert ours == pytest.approx(theirs[name], abs=1e-12), name


def test_correlation_and_kappa_by_hand() -> None:
    table = np.array([[8, 2], [1, 9]])
    assert METRICS["mcc"](table) == pytest.approx((8 * 9 - 2 * 1) / np.sqrt(10 * 10 * 9 * 11))
    assert METRICS["kappa"](table) == pytest.approx((0.85 - 0.5) / (1 - 0.5))


def test_answers_that_are_all_alike_correlate_with_nothing() -> None:
    table = np.array([[5, 0], [3, 0]])
    assert np.isnan(METRICS["mcc"](table))
    assert METRICS["kappa"](table) == 0


@given(TABLES)
def test_figures_of_many_tables_are_the_figures_of_each(table: np.ndarray) -> None:
    stack = np.stack([table, table.T, table + 1])
    for figure in (*METRICS.values(), *PER_CLASS.values()):
        np.testing.assert_array_equal(figure(stack), np.stack([figure(one) for one in stack]))


def test_nothing_is_zero_because_it_is_empty() -> None:
    for name, figure in METRICS.items():
        assert np.isnan(figure(np.zeros((3, 3), int))), name


def test_a_class_that_does_not_occur_is_left_out_of_macro_means() -> None:
    table = np.array([[3, 1, 0], [0, 4, 0], [0, 0, 0]])
    assert METRICS["macro-recall"](table) == pytest.approx((0.75 + 1) / 2)
    assert METRICS["macro-f1"](table) == pytest.approx(METRICS["macro-f1"](table[:2, :2]))


def test_a_class_that_is_never_answered_has_an_f1_of_0_and_no_precision() -> None:
    table = np.array([[5, 0], [3, 0]])
    assert np.isnan(METRICS["macro-precision"](table))
    assert f1(table)[1] == 0
    assert METRICS["macro-f1"](table) == pytest.approx((10 / 13) / 2)


def test_a_mean_over_fixed_classes_is_undefined_where_one_of_them_is() -> None:
    figure = over(recall, np.array([1, 1]))
    assert np.isnan(figure(np.array([[2, 0], [0, 0]])))
    assert figure(np.array([[2, 0], [1, 1]])) == 0.75
