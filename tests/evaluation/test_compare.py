"""Runs side by side: paired, refused where the items differ, and words only where something can be told."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from fmcore.errors import DataError
from fmcore.evaluation.compare import against, compare, sentence
from fmcore.evaluation.seeds import experiments
from fmcore.records import RunSpec
from fmcore.stats.intervals import wilson
from tests.training.job import spec

LABELS = ("a", "b", "c")


def answered(targets: str, answers: str) -> pd.DataFrame:
    return pd.DataFrame(
        {"id": [f"i{i}" for i in range(len(targets))], "target": list(targets), "answer": list(answers)}
    ).assign(loss=lambda frame: np.where(frame["target"] == frame["answer"], 0.1, 2.0))  # fmt: skip


def two(n: int, right_one: int, right_both: int, right_other: int) -> dict[str, pd.DataFrame]:
    """``right_one`` items that only the first got right, and so on, of n items of target a or b."""
    targets = "ab" * (n // 2)
    wrong = {"a": "b", "b": "a"}
    one = [t if i < right_one + right_both else wrong[t] for i, t in enumerate(targets)]
    other = [t if right_one <= i < right_one + right_both + right_other else wrong[t] for i, t in enumerate(targets)]
    return {"r-1": answered(targets, "".join(one)), "r-2": answered(targets, "".join(other))}


def test_a_clear_difference_by_hand() -> None:
    found = compare(two(200, 40, 120, 10), LABELS)
    accuracy = found.differences[0]
    assert (accuracy.metric, accuracy.won, accuracy.lost, found.n) == ("accuracy", 40, 10, 200)
    assert accuracy.estimate.value == pytest.approx(30 / 200)
    sd = np.sqrt((40 + 10) / 200 - 0.15**2) / np.sqrt(200)
    assert accuracy.estimate.low == pytest.approx(0.15 - 1.96 * sd, abs=0.01)
    assert accuracy.p < 0.001 and accuracy.word == "better"
    macro = found.differences[1]
    assert macro.metric == "macro-f1" and macro.word == "better" and macro.p <= 0.002


def test_the_other_way_round_is_worse() -> None:
    answers = two(200, 40, 120, 10)
    found = compare(dict(reversed(answers.items())), LABELS)
    assert {d.word for d in found.differences} == {"worse"}
    assert found.differences[0].estimate.value == pytest.approx(-0.15)


@pytest.mark.parametrize("metrics", [("accuracy", "macro-f1", "kappa", "loss"), ("balanced-accuracy", "mcc")])
def test_the_order_of_the_runs_turns_the_sign_and_nothing_else(metrics: tuple[str, ...]) -> None:
    answers = two(90, 17, 50, 9) | {"r-3": two(90, 30, 40, 9)["r-2"]}
    forth, back = (compare(dict(found), LABELS, metrics=metrics) for found in (answers.items(), reversed(answers.items())))
    there = {(d.first, d.second, d.metric): d for d in forth.differences}
    for d in back.differences:
        other = there[d.second, d.first, d.metric]
        assert (d.estimate.value, d.estimate.low, d.estimate.high) == (-other.estimate.value, -other.estimate.high, -other.estimate.low)
        assert (d.p, d.holm, d.won, d.lost) == (other.p, other.holm, other.lost, other.won)
        assert {d.word, other.word} in ({"better", "worse"}, {"cannot-tell"})
    assert against(answers, "r-2", LABELS, metrics[0])["r-1"].estimate.high == -there["r-1", "r-2", metrics[0]].estimate.low


def test_a_difference_below_0_is_told_with_a_minus_sign() -> None:
    answers = two(200, 10, 120, 40)
    assert "accuracy differs by −0.1500 (−0.2" in str(sentence(compare(answers, LABELS).differences[0], "one", "two"))


def test_what_few_items_show_can_not_be_told() -> None:
    found = compare(two(40, 6, 20, 3), LABELS)
    assert {d.word for d in found.differences} == {"cannot-tell"}
    assert "Nobody can tell" in str(sentence(found.differences[0], "one", "two"))


def test_answers_that_all_agree_leave_open_what_none_of_so_many_leaves_open() -> None:
    accuracy, macro = compare(two(40, 0, 40, 0), LABELS).differences
    reach = 1 - wilson(40, 40).low
    assert (accuracy.estimate.value, accuracy.word) == (0.0, "cannot-tell")
    assert (accuracy.estimate.low, accuracy.estimate.high) == (pytest.approx(-reach), pytest.approx(reach))
    assert macro.estimate.high == pytest.approx(1 - wilson(20, 20).low), "of macro-F1 by the rarest label"


def test_the_same_answers_differ_in_nothing() -> None:
    found = compare({"r-1": answered("abc" * 10, "abb" * 10), "r-2": answered("abc" * 10, "abb" * 10)}, LABELS)
    for difference in found.differences:
        assert (difference.estimate.value, difference.p, difference.word) == (0, 1, "cannot-tell")
    assert found.answers.empty


def test_swapping_at_random_agrees_with_mcnemar_where_both_fit() -> None:
    one, other = two(300, 30, 200, 16).values()
    rare = compare({"r-1": one, "r-2": other}, LABELS, metrics=["accuracy", "micro-f1"])
    assert rare.differences[0].test == "McNemar" and rare.differences[1].test == "answers swapped at random"
    assert rare.differences[1].p == pytest.approx(rare.differences[0].p, abs=0.03)


def test_rows_in_another_order_are_the_same_items() -> None:
    answers = two(100, 10, 60, 10)
    shuffled = answers | {"r-2": answers["r-2"].sample(frac=1, random_state=1)}
    assert compare(shuffled, LABELS).to_json() == compare(answers, LABELS).to_json()


def test_different_items_are_refused_with_the_counts() -> None:
    one = answered("aabb", "aabb")
    other = one.assign(id=["i0", "i1", "i2", "x"], target=["a", "b", "b", "b"])
    with pytest.raises(DataError, match="1 items are only in the first, 1 only in the second, and 1 of the 3 in both have another target"):
        compare({"r-1": one, "r-2": other}, LABELS)
    with pytest.raises(DataError, match="two to 6 runs"):
        compare({"r-1": one}, LABELS)
    with pytest.raises(DataError, match="no metric called beauty"):
        compare({"r-1": one, "r-2": one}, LABELS, metrics=["beauty"])


def test_many_pairs_are_corrected_by_holm() -> None:
    answers = {f"r-{i}": frame for i, frame in enumerate(list(two(400, 22, 300, 6).values()) * 3)}
    found = compare(answers, LABELS, metrics=["accuracy"])
    assert len(found.differences) == 15
    alike = [d for d in found.differences if d.p == 1]
    apart = [d for d in found.differences if d.p < 1]
    assert (len(alike), len(apart)) == (6, 9)
    assert all(d.holm == pytest.approx(min(1, max(15 * d.p, d.p))) for d in apart)


def test_flipped_items_say_who_was_right() -> None:
    found = compare({"r-1": answered("aabc", "aaaa"), "r-2": answered("aabc", "abbb")}, LABELS)
    assert found.flipped("r-1", "r-2")[["id", "change"]].to_numpy().tolist() == [["i1", "won"], ["i2", "lost"], ["i3", "other"]]


def test_a_lower_loss_is_better() -> None:
    found = compare(two(200, 40, 120, 10), LABELS, metrics=["loss"])
    assert found.differences[0].estimate.value == pytest.approx(-30 * 1.9 / 200)
    assert found.differences[0].word == "better" and found.differences[0].p < 0.001


def test_one_run_against_the_others() -> None:
    answers = two(200, 40, 120, 10) | {"r-3": two(200, 40, 120, 10)["r-1"]}
    found = against(answers, "r-1", LABELS, "accuracy")
    assert {other: d.word for other, d in found.items()} == {"r-2": "better", "r-3": "cannot-tell"}


def of_seed(seed: int, **settings: object) -> RunSpec:
    return spec("base", seed=seed, **settings)  # type: ignore[arg-type]


def test_seeds_of_one_spec_are_one_experiment() -> None:
    specs = {"r-1": of_seed(0), "r-2": of_seed(1), "r-3": of_seed(1, epochs=9)}
    assert experiments(specs) == [("r-1", "r-2")]
    answers = {"r-1": answered("aabb", "aabb"), "r-2": answered("aabb", "aaba"), "r-3": answered("aabb", "aaaa")}
    found = compare(answers, LABELS, metrics=["accuracy"], specs=specs)
    (one,) = found.experiments
    assert one.values == (1.0, 0.75) and one.estimate.value == 0.875
    assert one.estimate.low < 0.75 and one.estimate.n == 2


def test_json_holds_every_pair() -> None:
    printed = json.loads(json.dumps(compare(two(100, 10, 60, 5), LABELS).to_json(), allow_nan=False))
    assert {"first", "second", "metric", "estimate", "p", "holm", "test", "word", "won", "lost"} == set(printed["pairs"][0])
    assert printed["answered_differently"] == 15


def test_the_p_of_a_loss_agrees_with_scipy_far_out_in_the_tail() -> None:
    from scipy.stats import ttest_1samp

    from fmcore.evaluation.compare import _student_p

    rng = np.random.default_rng(2)
    for middle in (0.0, 0.1, 0.5, 1.0):
        values = rng.normal(middle, 1, 900)
        assert _student_p(values) == pytest.approx(ttest_1samp(values, 0).pvalue, rel=1e-6)


def test_an_item_that_is_answered_twice_is_named() -> None:
    once = pd.DataFrame({"id": ["1", "2"], "target": ["a", "b"], "answer": ["a", "b"], "loss": 0.1})
    twice = pd.concat([once, once.head(1)], ignore_index=True)
    for answers in ({"r": twice, "s": once}, {"s": once, "r": twice}, {"r": twice, "s": twice}):
        with pytest.raises(DataError, match="r answers the item 1 more than once"):
            compare(answers, ("a", "b"))


def test_the_mean_of_seeds_keeps_to_what_the_figure_can_be() -> None:
    specs = {f"r-{seed}": spec("d-1", epochs=1, seed=seed) for seed in (1, 2)}
    answers = two(40, 30, 6, 2)
    found = {one.metric: one.estimate for one in compare(answers, LABELS, specs=specs, metrics=["accuracy", "kappa", "loss"]).experiments}
    assert (found["accuracy"].low, found["accuracy"].high) == (0.0, 1.0), "two seeds so far apart say nothing"
    assert (found["kappa"].low, found["kappa"].high) == (-1.0, 1.0)
    assert found["loss"].low == 0.0 and found["loss"].high > 2
