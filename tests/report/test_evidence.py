"""The document holds everything, keeps excerpts of the data at home, and is the same text every time."""

from __future__ import annotations

import json

import pytest

from fmcore.records import Estimate, Metric, say
from fmcore.report import document as made
from fmcore.report import limits
from tests.report.examples import evidence


@pytest.fixture(scope="module")
def document() -> dict:
    return json.loads(made.text(evidence()))


def test_it_holds_run_spec_data_base_curves_figures_audits_looks_and_fingerprints(document: dict) -> None:
    assert document["run"]["id"] == "r-0123456789ab" and document["spec"]["settings"]["learning_rate"] == 1e-4
    assert document["base"]["sha256"] == "b" * 64 and document["data"]["profile"]["languages"]["counts"] == {"en": 4, "zh": 1}
    assert [one["split"] for one in document["evaluations"]] == ["validation", "test"]
    assert {"value", "low", "high", "level", "n", "method"} <= set(document["evaluations"][1]["metrics"]["accuracy"])
    assert len(document["curves"]) == 10 and document["looks"]["count"] == 2
    audit = document["audits"][0]
    assert {"spec", "by_group", "gaps", "verdicts", "left_out"} <= set(audit) and audit["verdicts"][0]["verdict"] == "fail"
    assert {one["what"]: one["is_recorded"] for one in document["fingerprints"]} == {
        "spec": True,
        "predictions/test": False,
        "swaps/r-ba9876543210": True,
    }


def test_swap_tests_stand_in_it_without_their_sentences(document: dict) -> None:
    [test] = document["swaps"]
    assert test["id"] == "r-ba9876543210" and test["worst"] is None and test["settings"]["split"] == "test"
    flips = next(one for one in test["figures"] if one["measure"] == "flip-rate" and one["groups"])
    assert (flips["value"], flips["n"]) == (0.25, 40) and test["verdicts"][0]["verdict"] == "fail"
    assert list(test["by_category"].values()) == ["fail"]


def test_excerpts_of_the_data_stay_at_home() -> None:
    assert "an excerpt that stays at home" not in made.text(evidence())


def test_keys_are_in_order_and_numbers_have_a_fixed_number_of_digits() -> None:
    text = made.text(evidence())
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, indent=1) + "\n"
    assert made.fixed({"a": [0.1 + 0.2, -0.0, float("nan"), 2]}) == {"a": [0.3, 0.0, None, 2]}
    assert str(made.fixed(-0.0)) == "0.0"


def test_limits_come_from_the_evidence() -> None:
    told = " ".join(map(str, limits.of(evidence())))
    assert "3 of 3 labels have fewer than 30 rows" in told
    assert "not enough evidence for: 1 of 2." in told and "too small to compare: 1." in told
    assert "ann knew and accepted them" in told and "opened 2 times" in told and "one seed (0)" in told
    assert "No swap test was made" in " ".join(map(str, limits.of(evidence(swaps=()))))
    assert "No audit was made" in " ".join(map(str, limits.of(evidence(audits=()))))
    assert "no row that the model was judged on" in str(limits.of(evidence(evaluations=()))[0])


def test_a_headline_without_a_value_is_told_with_its_reason() -> None:
    whole = evidence()
    missing = Metric("test", "macro-f1", None, Estimate(None, None, None, 0.95, 0, "wilson", say("Nothing to count.")))
    judged = whole.evaluations[-1]
    object.__setattr__(judged, "metrics", (missing,))
    assert str(whole.answer.reason) == "Nothing to count."
