"""Each group held against a reference: figures that one can work out by hand, and what stays as it was."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from fmcore.audit import summary
from fmcore.audit.audit import audit
from fmcore.audit.records import Audit, AuditSpec, Finding, GroupBy, Verdict
from fmcore.audit.table import from_table
from fmcore.errors import DataError
from fmcore.records import from_json, to_json
from fmcore.report import audit_figures
from tests.audit.examples import drawn, rows

THREE = rows(north=(900, 100, 100, 900), east=(800, 100, 200, 900), south=(600, 100, 400, 900))


def made(frame: pd.DataFrame, *groups: GroupBy, **options: object) -> Audit:
    spec = AuditSpec(groups or (GroupBy("group", reference="east"),), favourable="1", **{"replicates": 500, **options})  # type: ignore[arg-type]
    return audit(from_table(frame, target="target", answer="answer"), spec)


def asked(found: Audit) -> dict[str, Verdict]:
    return {one.pair[0]["group"]: one for one in found.verdicts}


def test_each_other_group_is_one_question_about_its_distance_from_the_reference():
    found = made(THREE, measures=("tpr",))
    assert {name: one.gap.value for name, one in asked(found).items()} == pytest.approx({"north": 0.1, "south": 0.2})
    assert all(one.pair[1] == {"group": "east"} and one.gap.n == 2000 for one in found.verdicts)
    south = asked(found)["south"]
    assert south.verdict is Finding.FAIL and [group["group"] for group in south.groups] == ["south", "east"]
    assert "60.0 % of south and for 80.0 % of east. Fail: the gap in true positive rate between south and east is 20.0" in south.words()
    assert [gap.estimate.value for gap in found.gaps if gap.kind == "difference"] == pytest.approx([0.2, 0.1])


def test_the_interval_is_that_of_an_audit_of_these_two_groups_alone():
    pair = next(gap for gap in made(THREE, measures=("tpr",)).gaps if gap.kind == "difference" and gap.pair[0]["group"] == "south")
    (alone,) = [gap for gap in made(THREE[THREE["group"] != "north"], GroupBy("group"), measures=("tpr",)).gaps if gap.kind == "difference"]
    assert pair.estimate.high == pytest.approx(alone.estimate.high)  # of counts alone
    assert pair.estimate.low == pytest.approx(alone.estimate.low, abs=0.006)  # of other resamples
    # 0.2 and 1.96 standard errors, sqrt(0.6 * 0.4 / 1000 + 0.8 * 0.2 / 1000) = 0.02
    assert (pair.estimate.low, pair.estimate.high) == pytest.approx((0.2 - 0.0392, 0.2 + 0.0392), abs=0.006)


def test_the_questions_share_the_level_and_what_is_decided_makes_room():
    both_open = rows(north=(38, 20, 2, 40), east=(34, 20, 6, 40), south=(30, 20, 10, 40))
    found = made(both_open, measures=("tpr",))
    assert [(one.verdict, one.gap.level) for one in found.verdicts] == [(Finding.UNCERTAIN, pytest.approx(0.975))] * 2
    assert "2 different comparisons were made at once" in str(summary.intervals(found))


def test_a_group_too_small_to_compare_is_told_so_by_its_own_verdict_and_left_out_of_no_other():
    found = made(rows(north=(90, 10, 10, 90), east=(90, 10, 10, 90), few=(5, 5, 5, 5)), measures=("tpr",))
    few = asked(found)["few"]
    assert few.verdict is Finding.UNCERTAIN and few.gap.value is None
    assert "Not enough evidence about true positive rate of few beside east: few was left out of true positive rate" in few.words()
    assert asked(found)["north"].caveat is None
    assert summary.intervals(found) is None, "what can't be compared shares no level: the other question has all of it"
    assert asked(found)["north"].gap.level == 0.95


def test_a_reference_that_is_too_small_leaves_nothing_to_compare():
    found = made(rows(north=(90, 10, 10, 90), east=(5, 5, 5, 5), south=(90, 10, 10, 90)), measures=("tpr",))
    assert {one.verdict for one in found.verdicts} == {Finding.UNCERTAIN}
    assert all("east was left out of true positive rate: too few rows" in one.words() for one in found.verdicts)


def test_the_four_fifths_line_stays_the_laws_and_is_held_against_the_highest_rate():
    found = made(rows(north=(600, 0, 400, 0), east=(300, 0, 700, 0), south=(300, 0, 700, 0)), measures=("selection-rate",))
    (line,) = found.four_fifths
    assert line.groups[1] == {"group": "north"} and line.gap.value == pytest.approx(0.5) and not line.pair
    assert asked(found)["south"].gap.value == 0


def test_equalized_odds_and_their_parts_follow_the_pair():
    found = made(rows(north=(900, 400, 100, 600), east=(800, 100, 200, 900), south=(600, 100, 400, 900)))
    odds = {one.pair[0]["group"]: one for one in found.verdicts if one.measure == "equalized-odds"}
    assert odds["north"].gap.value == pytest.approx(0.3)  # false positives, 400 of 1000 beside 100
    assert odds["south"].gap.value == pytest.approx(0.2)  # true positives, 600 of 1000 beside 800
    parts = {(one.pair[0]["group"], one.measure): one.verdict for one in found.parts}
    assert parts["north", "fpr"] is Finding.FAIL and parts["south", "tpr"] is Finding.FAIL and parts["south", "fpr"] is not Finding.FAIL


def test_combinations_are_held_against_the_one_of_both_references_and_else_by_their_widest_gap():
    frame = pd.concat([rows(north=(90, 10, 10, 90), east=(80, 10, 20, 90)).assign(sex=sex) for sex in ("f", "m")], ignore_index=True)
    both = made(frame, GroupBy("group", reference="east"), GroupBy("sex", reference="m"), measures=("tpr",), intersections=True)
    crossed = [one for one in both.verdicts if len(one.by) == 2]
    assert len(crossed) == 3 and {tuple(one.pair[1].values()) for one in crossed} == {("east", "m")}
    one = made(frame, GroupBy("group", reference="east"), GroupBy("sex"), measures=("tpr",), intersections=True)
    assert [len(verdict.pair) for verdict in one.verdicts if len(verdict.by) == 2] == [0]
    assert any("group × sex: no group has the reference of every column" in str(note) for note in one.notes)


def test_a_reference_that_is_no_group_is_refused_with_those_that_are():
    with pytest.raises(DataError, match="no group west in group to compare with. There are: east, north, south"):
        made(THREE, GroupBy("group", reference="west"))


def test_the_reference_is_recorded_and_survives_its_json():
    found, widest = made(THREE, measures=("tpr",)), made(THREE, GroupBy("group"), measures=("tpr",))
    assert from_json(Audit, json.loads(json.dumps(to_json(found)))) == found and found.id != widest.id
    assert found.to_json()["verdicts"][0]["pair"] == [{"group": "south"}, {"group": "east"}]
    assert "pair" not in widest.to_json()["verdicts"][0] and "pair" not in widest.to_json()["gaps"][0]


def test_a_picture_of_many_groups_holds_the_two_that_are_asked_about(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(audit_figures, "MOST_ROWS", 2)
    found = made(rows(a=(60, 40, 40, 60), b=(65, 40, 35, 60), c=(70, 40, 30, 60), d=(75, 40, 25, 60), e=(80, 40, 20, 60)),
                 GroupBy("group", reference="c"), measures=("tpr",))  # fmt: skip
    shown = {name: audit_figures.by_group(found, asked(found)[name]).layout.yaxis.ticktext for name in ("b", "e")}
    assert shown == {"b": ("a", "b", "c", "e"), "e": ("a", "c", "e")}


def test_equal_groups_rarely_fail_any_of_the_questions_asked_at_once():
    failed = 0
    for seed in range(100):
        frame = drawn({name: (0.7, 0.3) for name in ("east", "north", "south", "west")}, 120, seed=seed)
        found = made(frame, measures=("tpr", "selection-rate"), tolerance=0.0, replicates=1000)
        failed += any(one.verdict is Finding.FAIL for one in found.verdicts)
    assert failed <= 10
