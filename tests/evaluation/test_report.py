"""Figures from predictions: by hand, never invented, quick for many rows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sk

from fmcore.errors import DataError
from fmcore.evaluation.report import Evaluation, evaluate
from fmcore.records import Estimate
from fmcore.stats import intervals
from fmcore.stats.metrics import METRICS, f1, over, recall


def predictions(pairs: list[tuple[str, str]], loss: float = 0.5) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": [str(i) for i in range(len(pairs))], "target": [t for t, _ in pairs], "answer": [a for _, a in pairs], "loss": loss}
    ).assign(loss=lambda frame: loss + np.arange(len(frame)) / 10)


def figure(evaluation: Evaluation, name: str, label: str | None = None) -> Estimate:
    metrics = evaluation.metrics if label is None else evaluation.per_class
    return next(m.estimate for m in metrics if m.name == name and m.label == label)


PAIRS = [("a", "a")] * 8 + [("a", "b")] * 2 + [("b", "a")] * 1 + [("b", "b")] * 9


def test_figures_by_hand() -> None:
    found = evaluate(predictions(PAIRS), ("a", "b"), "test")
    assert found.confusion.tolist() == [[8, 2], [1, 9]]
    assert figure(found, "accuracy").value == 0.85
    assert figure(found, "precision", "a").value == pytest.approx(8 / 9)
    assert figure(found, "precision", "a").n == 9
    assert figure(found, "recall", "b").value == 0.9
    assert figure(found, "f1", "a").value == pytest.approx(16 / 19)
    assert figure(found, "macro-f1").value == pytest.approx((16 / 19 + 18 / 21) / 2)
    assert figure(found, "loss").value == pytest.approx(0.5 + 0.95)
    assert {m.name for m in found.metrics} == {*METRICS, "loss", "brier", "roc-auc", "pr-auc", "ece"}
    assert str(figure(found, "roc-auc").reason) == "The predictions hold no probabilities, only answers."


def test_the_same_predictions_give_the_same_figures() -> None:
    assert evaluate(predictions(PAIRS), ("a", "b"), "test").to_json() == evaluate(predictions(PAIRS), ("a", "b"), "test").to_json()


def test_a_faultless_model_is_not_certain() -> None:
    found = evaluate(predictions([("a", "a")] * 5 + [("b", "b")] * 5), ("a", "b"), "test")
    for name in METRICS:
        estimate = figure(found, name)
        assert (estimate.value, estimate.high) == (1, 1), name
        assert estimate.low < 0.9, name


@pytest.mark.parametrize("size", range(2, 12))
def test_nor_is_one_of_more_labels_whose_shares_do_not_sum_to_1_exactly(size: int) -> None:
    labels = tuple("abcdefghijkl"[:size])
    found = evaluate(predictions([(label, label) for label in labels] * 24), labels, "test")
    for name in METRICS:
        estimate = figure(found, name)
        assert estimate.value == pytest.approx(1) and estimate.low < 0.99, (name, estimate.low)


def test_a_class_that_is_never_answered_has_no_precision_and_says_so() -> None:
    found = evaluate(predictions([("a", "a")] * 5 + [("b", "a")] * 3), ("a", "b"), "test")
    assert figure(found, "precision", "b").value is None
    assert str(figure(found, "precision", "b").reason) == "No item was answered with b."
    assert "No item was answered with b" in str(figure(found, "macro-precision").reason)
    assert figure(found, "f1", "b").value == 0
    assert figure(found, "macro-f1").value == pytest.approx(5 / 13)


def test_a_class_that_does_not_occur_is_left_out_of_the_mean() -> None:
    found = evaluate(predictions(PAIRS), ("a", "b", "c"), "test")
    assert figure(found, "recall", "c").value is None
    assert figure(found, "macro-f1").value == pytest.approx((16 / 19 + 18 / 21) / 2)


def test_a_very_rare_class_still_gets_an_interval() -> None:
    found = evaluate(predictions([*PAIRS, ("c", "c")]), ("a", "b", "c"), "test")
    estimate = figure(found, "macro-recall")
    assert estimate.method == "mover"
    assert estimate.low < estimate.value < estimate.high


RARE_NEVER = [("a", "a")] * 90 + [("a", "b")] * 6 + [("b", "b")] * 88 + [("b", "a")] * 7 + [("c", "a")] * 5 + [("c", "b")] * 4


def test_a_label_that_was_never_answered_leaves_its_part_of_a_mean_open() -> None:
    found = evaluate(predictions(RARE_NEVER), ("a", "b", "c"), "test")
    for name, kind in (("macro-f1", "f1"), ("balanced-accuracy", "recall")):
        mean, never = figure(found, name), figure(found, kind, "c")
        assert never.value == 0 and mean.high >= mean.value + never.high / 3, name
        assert mean.low > mean.value - 0.05, "it can't be lower than never"
    kappa, accuracy = figure(found, "kappa"), figure(found, "accuracy")
    assert 1 - kappa.high <= (1 - kappa.value) * (1 - accuracy.high) / (1 - accuracy.value) + 1e-12


def test_intervals_where_every_label_is_sometimes_right_and_sometimes_wrong_are_the_resamples_own() -> None:
    found = evaluate(predictions(PAIRS * 10), ("a", "b"), "test")
    both = np.array([1, 1])
    plain = {"macro-f1": over(f1, both), "balanced-accuracy": over(recall, both), "kappa": METRICS["kappa"], "mcc": METRICS["mcc"]}
    for name, estimate in intervals.bootstrap_all(found.confusion, plain).items():
        assert estimate.high < 1 and figure(found, name) == estimate, name


def test_with_errors_seen_no_figure_ends_at_1() -> None:
    few = [("a", "a")] * 23 + [("a", "b")] + [("b", "a")] * 2 + [("b", "b")] * 22
    found = evaluate(predictions(few), ("a", "b"), "test")
    assert intervals.bootstrap(found.confusion, METRICS["macro-f1"]).high == 1, "some resamples hold none of the three"
    for name in METRICS:
        estimate = figure(found, name)
        assert estimate.value < estimate.high < 0.99, name
    assert figure(found, "balanced-accuracy").high == pytest.approx(figure(found, "accuracy").high)


def test_no_rows_have_no_figures() -> None:
    found = evaluate(predictions([]), ("a", "b"), "validation")
    assert all(m.estimate.value is None and m.estimate.reason for m in (*found.metrics, *found.per_class))


def test_a_strange_label_is_named() -> None:
    with pytest.raises(DataError, match="The target b is not among the labels"):
        evaluate(predictions(PAIRS), ("a",), "test")


def test_json_is_what_the_command_line_promises() -> None:
    printed = json.loads(json.dumps(evaluate(predictions([("a", "a"), ("b", "a")]), ("a", "b"), "test").to_json(), allow_nan=False))
    assert set(printed) == {"split", "metrics", "per_class", "confusion"}
    assert printed["confusion"] == {"labels": ["a", "b"], "counts": [[1, 0], [1, 0]]}
    assert set(printed["metrics"]["accuracy"]) == {"value", "low", "high", "level", "n", "method"}
    assert printed["per_class"]["b"]["precision"]["value"] is None
    assert printed["per_class"]["b"]["precision"]["reason"] == "No item was answered with b."


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), max_size=30))
def test_a_value_lies_in_its_interval_and_no_value_has_a_reason(pairs: list[tuple[str, str]]) -> None:
    found = evaluate(predictions(pairs), ("a", "b", "c"), "test")
    for metric in (*found.metrics, *found.per_class):
        e = metric.estimate
        assert (e.value is None) == (e.reason is not None) == (e.low is None) == (e.high is None)
        if e.value is not None:
            assert e.low <= e.value <= e.high
            if metric.name in ("mcc", "kappa"):
                assert -1 <= e.low < e.high <= 1
            elif metric.name != "loss":
                assert 0 <= e.low < e.high <= 1
        if metric.label is None and metric.name in METRICS:
            plain = float(METRICS[metric.name](found.confusion))
            assert (e.value is None) == np.isnan(plain)
            assert e.value is None or e.value == pytest.approx(plain, abs=1e-12)


def test_a_hundred_thousand_rows_of_twenty_classes_are_all_counted() -> None:
    rng = np.random.default_rng(0)
    labels = tuple(f"class {i}" for i in range(20))
    targets = rng.integers(0, 20, 100_000)
    answers = np.where(rng.random(100_000) < 0.8, targets, rng.integers(0, 20, 100_000))
    frame = pd.DataFrame({"target": np.array(labels)[targets], "answer": np.array(labels)[answers], "loss": rng.random(100_000)})
    found = evaluate(frame, labels, "test")
    assert found.confusion.sum() == 100_000 and found.confusion.shape == (20, 20)


def scored(n: int, labels: tuple[str, ...], seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    targets = rng.integers(0, len(labels), n)
    given = rng.dirichlet(np.ones(len(labels)), n)
    given[np.arange(n), targets] += 0.3
    given /= given.sum(1, keepdims=True)
    frame = pd.DataFrame({"id": [str(i) for i in range(n)], "target": np.array(labels)[targets]})
    frame["answer"] = np.array(labels)[given.argmax(1)]
    for place, label in enumerate(labels):
        frame[f"p_{label}"] = given[:, place]
    return frame.assign(loss=-np.log(given[np.arange(n), targets]))


def test_figures_of_probabilities_agree_with_scikit_learn() -> None:
    labels = tuple("abcdef")
    frame = scored(400, labels)
    found = evaluate(frame, labels, "test")
    given = frame[[f"p_{label}" for label in labels]].to_numpy()
    close = {"abs": 1e-12}
    assert figure(found, "roc-auc").value == pytest.approx(sk.roc_auc_score(frame["target"], given, multi_class="ovr"), **close)
    assert figure(found, "brier").value == pytest.approx(sk.brier_score_loss(frame["target"], given, labels=labels), **close)
    assert figure(found, "top-3").value == pytest.approx(sk.top_k_accuracy_score(frame["target"], given, k=3), **close)
    assert figure(found, "pr-auc", "b").value == pytest.approx(sk.average_precision_score(frame["target"] == "b", frame["p_b"]), **close)
    assert {m.name for m in found.metrics} == {*METRICS, "loss", "brier", "roc-auc", "pr-auc", "ece", "top-2", "top-3", "top-5"}
    for metric in (*found.metrics, *found.per_class):
        assert metric.estimate.low <= metric.estimate.value <= metric.estimate.high, metric


def test_agreement_without_two_labels_has_no_value_and_says_why() -> None:
    found = evaluate(predictions([("a", "a")] * 5), ("a", "b"), "test")
    assert figure(found, "mcc").value is None and figure(found, "kappa").value is None
    assert "nothing to correlate" in str(figure(found, "mcc").reason)


def test_a_label_without_items_has_no_area_and_is_left_out_of_the_mean() -> None:
    frame = scored(50, ("a", "b")).assign(p_c=0.0)
    found = evaluate(frame, ("a", "b", "c"), "test")
    assert str(figure(found, "roc-auc", "c").reason) == "No item of this split is c."
    assert figure(found, "roc-auc").value == pytest.approx(figure(found, "roc-auc", "a").value)


def test_twenty_thousand_predictions_are_evaluated_in_half_a_second() -> None:
    labels = tuple("abcdef")
    frame = scored(20_000, labels)
    best = min(_seconds(lambda: evaluate(frame, labels, "test")) for _ in range(3))
    assert best < 0.5


def _seconds(act: Callable[[], object]) -> float:
    began = time.process_time()
    act()
    return time.process_time() - began
