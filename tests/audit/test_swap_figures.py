"""How often answers change and how far scores move. Numbers that can be worked out by hand."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest

from fmcore.audit.records import Finding
from fmcore.audit.swaps import SwapSpec, judge
from fmcore.errors import DataError
from fmcore.records import to_json

LABELS = ("approve", "decline")


def answered(
    moves: list[float], *, one: str = "men", other: str = "women", start: float = 0.6, items: list[str] | None = None
) -> pd.DataFrame:
    before, after = np.full(len(moves), start), start + np.array(moves)
    return pd.DataFrame(
        {
            "item": items or [f"{one}-{other}-{n}" for n in range(len(moves))], "before": "she <b>", "after": "he <b>",
            "category": "gender", "from": one, "to": other,
            "before_p_approve": before, "before_p_decline": 1 - before, "after_p_approve": after, "after_p_decline": 1 - after,
        }
    )  # fmt: skip


def figure(found, measure: str, *, whole: bool = False):
    return next(f.estimate for f in found.figures if f.measure == measure and (f.groups == ()) is whole)


def test_moves_and_flips_are_counted_by_hand() -> None:
    found = judge(answered([-0.2] * 10 + [0.0] * 30), LABELS, SwapSpec(favourable="approve"))
    move, flips = figure(found, "score-move"), figure(found, "flip-rate")
    assert move.value == pytest.approx(-0.05) and move.method == "t" and move.n == 40
    half = 2.022691 * np.sqrt(0.0075 * 40 / 39 / 40)  # t of 39 degrees; variance (0.25 * 0.75) * 0.04
    assert (move.low, move.high) == pytest.approx((-0.05 - half, -0.05 + half), abs=1e-6)
    assert flips.value == 0.25 and flips.method == "wilson"
    assert found.worst[0].move == pytest.approx(-0.2) and found.worst[0].answer_after == "decline"
    assert (found.pairs, found.sentences) == (40, 40)


def test_swaps_of_one_sentence_are_one_item_however_many_there_are() -> None:
    once = judge(answered([0.01 * n for n in range(20)]), LABELS, SwapSpec(favourable="approve"))
    moves = [0.01 * n for n in range(20) for _ in range(50)]
    often = judge(answered(moves, items=[str(n // 50) for n in range(1000)]), LABELS, SwapSpec(favourable="approve"))
    assert figure(often, "score-move").n == 20 and often.pairs == 1000
    assert figure(often, "score-move").low == pytest.approx(figure(once, "score-move").low)


def test_opposite_moves_do_not_cancel_in_the_figure_of_the_category() -> None:
    both = pd.concat([answered([0.1] * 20), answered([-0.1] * 20, one="women", other="men")])
    found = judge(both, LABELS, SwapSpec(favourable="approve"))
    assert figure(found, "score-distance", whole=True).value == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("moves", "verdict"),
    [
        ([-0.2 + 0.001 * (n % 5) for n in range(60)], Finding.FAIL),
        ([0.2 + 0.001 * (n % 5) for n in range(60)], Finding.FAIL),
        ([0.001 * (n % 5) for n in range(60)], Finding.PASS),
        ([0.3 if n % 6 == 0 else 0.0 for n in range(24)], Finding.UNCERTAIN),
        ([0.0] * 60, Finding.PASS),
    ],
)
def test_verdicts_say_fail_pass_or_that_it_is_not_enough(moves: list[float], verdict: Finding) -> None:
    found = judge(answered(moves), LABELS, SwapSpec(favourable="approve"))
    [move] = [v for v in found.verdicts if v.measure == "score-move"]
    assert move.verdict is verdict
    assert move.groups == ({"gender": "men"}, {"gender": "women"}) and "men to women" in str(move.sentence)
    if verdict is Finding.UNCERTAIN:
        assert move.rows_needed is None or move.rows_needed > 0
        assert "not enough evidence" in str(move.sentence) and move.smallest_gap > 0.05


def test_no_flip_in_sixty_sentences_is_no_proof_of_fewer_than_five_in_a_hundred() -> None:
    """Exactly: 0 of 60 has the chance .95 ** 60 = 4.6 % when 5 % flip, twice that on two sides; 0 of 200 next to none."""
    for n, verdict in ((60, Finding.UNCERTAIN), (200, Finding.PASS)):
        found = judge(answered([0.0] * n), LABELS, SwapSpec(favourable="approve"))
        flips = next(v for v in found.verdicts if v.measure == "flip-rate")
        assert flips.verdict is verdict and flips.gap.method == "clopper-pearson"
        assert (flips.gap.high < 0.05) is (verdict is Finding.PASS)
        assert flips.rows_needed == (12 if verdict is Finding.UNCERTAIN else 0), "0 of 72 is rare enough: .95 ** 72 = 2.5 %"
        assert flips.smallest_gap > 0.08, "so few sentences would not have shown 5 in a hundred"


def test_each_sentence_is_listed_once_at_its_farthest() -> None:
    found = judge(answered([0.1, 0.3, -0.2] * 10, items=[str(n // 3) for n in range(30)]), LABELS, SwapSpec(minimum_sentences=5))
    assert [round(moved.move, 3) for moved in found.worst] == [0.3] * 10


def test_questions_of_one_category_do_not_weigh_on_another() -> None:
    alone = judge(answered([0.01, 0.02] * 30), LABELS, SwapSpec(favourable="approve"))
    others = [answered([0.01, 0.02] * 30, one=str(n)).assign(category="age") for n in range(30)]
    among = judge(pd.concat([answered([0.01, 0.02] * 30), *others]), LABELS, SwapSpec(favourable="approve"))
    assert [v for v in among.verdicts if v.by == ("gender",)] == list(alone.verdicts)


def test_a_pair_of_groups_with_few_sentences_is_left_out_by_name_and_the_category_does_not_pass() -> None:
    found = judge(pd.concat([answered([0.0] * 200), answered([0.5] * 5, one="women", other="men")]), LABELS, SwapSpec(favourable="approve"))
    [lost] = found.left_out
    assert str(lost.sentence) == "gender, women to men: 5 sentences, 20 are needed for a verdict."
    assert found.by_category == {"gender": "not-enough-evidence"}
    assert judge(answered([0.0] * 200), LABELS, SwapSpec(favourable="approve")).by_category == {"gender": "pass"}


def test_with_many_labels_and_no_favourable_one_scores_have_no_direction() -> None:
    frame = answered([0.1] * 30)
    for side in ("before", "after"):
        frame[f"{side}_p_other"] = 0.0
    found = judge(frame, ("approve", "decline", "other"), SwapSpec())
    assert {f.measure for f in found.figures} == {"flip-rate", "score-distance"}
    assert figure(found, "score-distance").value == pytest.approx(0.1)
    assert "no direction" in str(found.notes[0])


def test_the_hoped_for_answer_of_two_is_taken_without_asking_and_said_where_it_is_a_guess() -> None:
    assert judge(answered([0.0] * 20), LABELS, SwapSpec()).spec.favourable == "approve"
    frame = answered([0.0] * 20).rename(columns=lambda name: name.replace("approve", "cat").replace("decline", "dog"))
    found = judge(frame, ("cat", "dog"), SwapSpec())
    assert found.spec.favourable == "dog" and "dog was taken for it" in str(found.notes[0])
    hoped = judge(answered([0.1] * 40), LABELS, SwapSpec())
    assert hoped.spec.favourable == "approve" and "approve was taken for it" in str(hoped.notes[0])


def test_everything_goes_into_json_without_a_nan() -> None:
    found = judge(pd.concat([answered([0.0, 0.3] * 20), answered([0.1], one="a", other="b")]), LABELS, SwapSpec())
    text = json.dumps(found.to_json(), allow_nan=False)
    assert {"figures", "verdicts", "by_category", "left_out", "worst", "notes", "pairs", "sentences", "labels", "spec"} == set(
        json.loads(text)
    )
    json.dumps(to_json(found), allow_nan=False)
    alone = found.to_json()["figures"]
    assert any(f["value"] is None and f["reason"] for f in alone) or all(f["value"] is not None for f in alone)


def test_the_same_pairs_give_the_same_bytes() -> None:
    frame = answered(list(np.random.default_rng(0).normal(0, 0.1, 100)))
    first, again = (json.dumps(judge(frame.copy(), LABELS, SwapSpec()).to_json()) for _ in range(2))
    assert first == again


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda f: f.drop(columns="to"), "lack the column to"),
        (lambda f: f.drop(columns="after_p_decline"), "lack the column after_p_decline"),
        (lambda f: f.iloc[:0], "There is no pair of texts"),
        (lambda f: f.assign(after_p_approve=np.nan), "20 of 20 pairs have scores that are no finite numbers"),
    ],
)
def test_pairs_without_answers_are_refused_in_one_sentence(change, sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        judge(change(answered([0.0] * 20)), LABELS, SwapSpec())


def test_a_favourable_answer_that_nobody_gives_is_refused() -> None:
    with pytest.raises(DataError, match="maybe is none of the answers. There are: approve, decline"):
        judge(answered([0.0] * 20), LABELS, SwapSpec(favourable="maybe"))


def test_holm_keeps_the_chance_of_any_false_alarm_at_the_level() -> None:
    """20 pairs of groups that truly move by exactly the tolerance: any decision is wrong; at most 5 % of the tests may hold one."""
    wrong = 0
    for seed in range(40):
        draw = np.random.default_rng(seed)
        frame = pd.concat([answered(list(draw.normal(0.05, 0.05, 30)), one=str(n), other="x", start=0.9) for n in range(20)])
        found = judge(frame.assign(after_p_decline=0.0), LABELS, SwapSpec(favourable="approve"))
        wrong += any(v.verdict is not Finding.UNCERTAIN for v in found.verdicts if v.measure == "score-move")
    assert wrong <= 6  # binomial(40, .05) exceeds 6 in 0.3 % of the cases


def test_each_category_has_some_of_its_sentences_among_the_farthest() -> None:
    quiet = answered([0.01] * 30, one="young", other="old").assign(category="age")
    far = pd.concat([answered([-0.2] * 30), quiet])
    found = judge(far.reset_index(drop=True), LABELS, SwapSpec(worst=10))
    counts = pd.Series([one.category for one in found.worst]).value_counts()
    assert counts["age"] == 5 and len({one.item for one in found.worst}) == len(found.worst) == 15
