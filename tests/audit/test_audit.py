from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmcore.audit.audit import audit
from fmcore.audit.records import Audit, AuditSpec, GroupBy
from fmcore.audit.table import from_table
from fmcore.errors import DataError
from fmcore.records import from_json, to_json
from tests.audit.examples import drawn, rows

BIASED = {"north": (0.9, 0.1), "south": (0.6, 0.3)}


def made(frame: pd.DataFrame, *columns: str, score: str | None = None, **options: object) -> Audit:
    spec = AuditSpec(tuple(GroupBy(c) for c in columns or ("group",)), **{"replicates": 400, **options})  # type: ignore[arg-type]
    return audit(from_table(frame, target="target", answer="answer", score=score), spec)


def test_the_same_answers_and_spec_give_the_same_bytes():
    frame = drawn(BIASED, 300)
    one, other = (made(frame, score="score") for _ in range(2))
    assert json.dumps(to_json(one)) == json.dumps(to_json(other))
    assert one.id == other.id
    assert made(frame, score="score", tolerance=0.2).id != one.id
    changed = frame.assign(answer=np.where(frame.index == 0, 1 - frame["answer"], frame["answer"]))
    assert made(changed, score="score").spec.fingerprint != one.spec.fingerprint


def test_an_audit_survives_its_json():
    found = made(drawn(BIASED, 300), score="score")
    assert from_json(Audit, json.loads(json.dumps(to_json(found)))) == found


def test_the_json_has_the_promised_shape_and_no_number_that_is_not_one():
    text = json.dumps(made(rows(a=(40, 10, 10, 40), b=(0, 10, 0, 40))).to_json(), allow_nan=False)
    found = json.loads(text)
    assert {"by_group", "gaps", "verdicts", "left_out", "notes"} <= set(found)
    estimate = {"value", "low", "high", "level", "n", "method"}
    assert estimate | {"measure", "group"} <= set(found["by_group"][0])
    assert estimate | {"measure", "kind", "groups"} <= set(found["gaps"][0])
    assert {"measure", "verdict", "sentence"} <= set(found["verdicts"][0])
    assert isinstance(found["verdicts"][0]["sentence"], str)
    assert all(("reason" in one) == (one["value"] is None) for one in found["by_group"] + found["gaps"])


def test_a_gap_counts_the_rows_that_its_rates_are_shares_of():
    found = made(rows(a=(40, 10, 20, 30), b=(30, 20, 10, 60), c=(2, 1, 1, 2)), favourable="1")  # hits, false alarms, misses, the rest
    n = {gap.measure: gap.estimate.n for gap in found.gaps if gap.kind == "difference"}
    assert n["tpr"] == n["fnr"] == (40 + 20) + (30 + 10), "c is too small to be compared"
    assert n["fpr"] == (10 + 30) + (20 + 60)
    assert n["ppv"] == (40 + 10) + (30 + 20)
    assert n["selection-rate"] == n["accuracy"] == n["equalized-odds"] == 100 + 120
    by_group = {(f.measure, f.group["group"]): f.estimate.n for f in found.by_group if f.group["group"] != "c"}
    assert all(n[measure] == by_group[measure, "a"] + by_group[measure, "b"] for measure in n if measure != "equalized-odds")


def test_worst_and_best_follow_the_measures_direction():
    found = made(drawn(BIASED, 500), measures=("tpr", "fpr", "equalized-odds", "ppv"))
    ends = {g.measure: [group["group"] for group in g.groups] for g in found.gaps if g.kind == "difference"}
    assert ends["tpr"] == ["south", "north"]
    assert ends["fpr"] == ["south", "north"]  # the higher rate of false alarms is the worse one
    assert next(g.part for g in found.gaps if g.measure == "equalized-odds") == "tpr"


def test_equalized_odds_is_the_wider_of_two_gaps():
    found = made(drawn(BIASED, 500), measures=("tpr", "fpr", "equalized-odds"))
    value = {g.measure: g.estimate.value for g in found.gaps if g.kind == "difference"}
    assert value["equalized-odds"] == max(value["tpr"], value["fpr"])


def test_equalized_odds_alone_tell_both_rates_of_every_group():
    found = made(rows(north=(90, 10, 10, 90), south=(60, 5, 40, 95)), measures=("equalized-odds",))
    rates = {(one.measure, one.group["group"]): one.estimate.value for one in found.by_group}
    assert rates == {("tpr", "north"): 0.9, ("tpr", "south"): 0.6, ("fpr", "north"): 0.1, ("fpr", "south"): 0.05}


def test_labels_are_asked_in_turn_where_there_are_more_than_two():
    rng = np.random.default_rng(0)
    target = rng.choice(["a", "b", "c"], 600)
    frame = pd.DataFrame({"target": target, "answer": np.where(rng.random(600) < 0.7, target, "a"), "group": rng.choice(["x", "y"], 600)})
    found = made(frame, measures=("tpr", "accuracy", "f1"))
    assert [(v.measure, v.label) for v in sorted(found.verdicts, key=lambda v: (v.measure, v.label or ""))] == [
        ("accuracy", None), ("f1", "a"), ("f1", "b"), ("f1", "c"), ("tpr", "a"), ("tpr", "b"), ("tpr", "c"),
    ]  # fmt: skip
    only = made(frame, measures=("tpr",), favourable="b")
    assert {v.label for v in only.verdicts} == {"b"}


def test_a_control_column_compares_within_its_strata():
    # Overall south does worse only because more of it applies to the strict department
    frame = pd.concat(
        [
            rows(north=(180, 0, 20, 0), south=(45, 0, 5, 0)).assign(department="mild"),
            rows(north=(20, 0, 30, 0), south=(80, 0, 120, 0)).assign(department="strict"),
        ]
    )
    whole = made(frame, measures=("tpr",))
    assert whole.gaps[0].estimate.value == pytest.approx(200 / 250 - 125 / 250)
    within = made(frame, measures=("tpr",), control="department")
    assert {g.within["department"]: g.estimate.value for g in within.gaps if g.kind == "difference"} == {
        "mild": pytest.approx(0), "strict": pytest.approx(0)
    }  # fmt: skip
    with pytest.raises(DataError, match="group and the control at once"):
        made(frame, "department", control="department")


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"tolerance": 1.5}, "tolerance must be"),
        ({"level": 1.0}, "level of an interval"),
        ({"replicates": 3}, "replicates are needed"),
        ({"correction": "magic"}, "holm or none"),
        ({"seed": -1}, "seed 0 or more; found 20 and -1"),
        ({"minimum_negatives": 0}, "group is 1 or more"),
        ({"measures": ("kindness",)}, "no measure called kindness. Known: accuracy"),
    ],
)
def test_what_can_not_be_asked_is_refused_with_a_sentence(options: dict, match: str):
    with pytest.raises(DataError, match=match):
        made(rows(a=(1, 1, 1, 1)), **options)


def test_auc_and_calibration_of_each_group():
    from sklearn.metrics import roc_auc_score

    frame = drawn(BIASED, 400)
    found = made(frame, score="score", measures=("auc", "auc-bpsn", "auc-bnsp", "ece"))
    south, rest = frame["group"] == "south", frame["group"] != "south"
    figures = {(f.measure, f.group["group"]): f.estimate for f in found.by_group}
    assert figures["auc", "south"].value == pytest.approx(roc_auc_score(frame[south]["target"], frame[south]["score"]), abs=1e-12)
    bpsn = frame[(south & (frame["target"] == 0)) | (rest & (frame["target"] == 1))]
    assert figures["auc-bpsn", "south"].value == pytest.approx(roc_auc_score(bpsn["target"], bpsn["score"]), abs=1e-12)
    bnsp = frame[(south & (frame["target"] == 1)) | (rest & (frame["target"] == 0))]
    assert {gap.estimate.n for gap in found.gaps} == {len(frame)}, "no row counts twice where the background is shared"
    assert figures["auc-bnsp", "south"].value == pytest.approx(roc_auc_score(bnsp["target"], bnsp["score"]), abs=1e-12)
    assert all(e.low <= e.value <= e.high for e in figures.values())
    assert {s.group["group"]: sum(s.positives) + sum(s.negatives) for s in found.scores} == {"north": 400, "south": 400}


tables = st.lists(
    st.tuples(st.sampled_from(["x", "y", "z"]), st.sampled_from("ab"), st.sampled_from("ab"), st.one_of(st.none(), st.text(max_size=4))),
    min_size=1,
    max_size=60,
)


@settings(max_examples=40, deadline=None)
@given(tables)
def test_no_table_breaks_an_audit_and_every_interval_holds_its_value(cells: list):
    frame = pd.DataFrame(cells, columns=["other", "target", "answer", "group"], dtype=object)
    found = made(frame, "group", "other", intersections=True, replicates=200, minimum_rows=2, minimum_positives=1, minimum_negatives=1)
    json.dumps(found.to_json(), allow_nan=False)
    for estimate in [f.estimate for f in found.by_group] + [g.estimate for g in found.gaps] + [v.gap for v in found.verdicts]:
        if estimate.value is None:
            assert estimate.reason is not None and estimate.low is None
        else:
            assert 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert sum(c.rows for c in found.counts if tuple(c.group) == ("group",)) == len(frame)
    for verdict in found.verdicts:
        if verdict.verdict == "fail":
            assert verdict.gap.low >= verdict.tolerance
        if verdict.verdict == "pass":
            assert verdict.gap.high <= verdict.tolerance


@settings(max_examples=15, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_figure(random):
    frame = drawn(BIASED, 60)
    order = list(range(len(frame)))
    random.shuffle(order)
    one, other = made(frame, replicates=200), made(frame.iloc[order], replicates=200)
    assert one.gaps == other.gaps and one.verdicts == other.verdicts and one.by_group == other.by_group
