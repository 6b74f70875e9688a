"""The data card: complete, escaped, and without a single row of the data."""

from __future__ import annotations

from fmcore.records import Columns, Confirmation, Dataset, Problem, Severity, say
from fmcore.report.data_card import markdown

EVIL = "<img src=x onerror=alert(1)>|[click](javascript:alert(1))\n# heading"

DATASET = Dataset(
    id="d-1", name=EVIL, version=2, task="text-classification", columns=Columns(EVIL, "label", groups=("region",)), labels=("no", EVIL),
    rows={"train": 1200, "validation": 10, "test": 20}, fingerprint="ff", split_seed=3, source="file.csv",
    problems=(Problem("personal-data", Severity.BLOCKING, 4, say("{count} texts name {what}.", count=4, what=EVIL), ("ann@example.org",)),),
    confirmation=Confirmation("ann", "2026-01-01", ("personal-data",)), who="ann", when="2026-01-01",
)  # fmt: skip
SUMMARY = {"n": 3, "min": 1, "p5": 1, "p25": 2, "p50": 7.5, "p75": 4, "p95": 31, "p99": 40, "max": 44, "mean": 3}
PROFILE = {
    "labels": {"train": {"no": 1100, EVIL: 100}, "validation": {"no": 10}, "test": {"no": 20}},
    "words": {"train": SUMMARY, "test": {}},
    "groups": {"region": {"values": 2, "missing": 1, "splits": {"train": {EVIL: 5, "south": 6}}, "labels": {}, "other": 0}},
    "languages": {"sampled": 30, "counts": {"en": 29, "de": 1}},
    "dropped": {"empty-texts": 2},
}


def test_the_card_says_what_is_in_the_set() -> None:
    card = markdown(DATASET, PROFILE)
    assert "| no | 1,100 | 10 | 20 |" in card
    assert "| train | words | 7.5 | 31.0 | 44.0 |" in card
    assert "drawn with seed 3" in card
    assert "**Rows left out:** 2" in card
    assert "| en | 29 |" in card
    assert "Accepted by ann at 2026" in card


def test_nothing_from_the_data_is_markup() -> None:
    card = markdown(DATASET, PROFILE)
    assert "<img" not in card
    assert "](javascript" not in card
    assert "\n# heading" not in card
    rows = [line for line in card.splitlines() if line.startswith("| ")]
    assert all(line.replace("\\|", "").count("|") in (3, 4, 5, 6) for line in rows)


def test_excerpts_stay_at_home() -> None:
    assert "ann@example" not in markdown(DATASET, PROFILE).replace("\\", "")


def test_a_set_without_a_profile_still_has_a_card() -> None:
    assert "1,200" in markdown(DATASET, {})


def test_hundreds_of_labels_are_cut_and_counted() -> None:
    many = {f"label {i}": 1 for i in range(300)}
    dataset = Dataset(**{**DATASET.__dict__, "labels": tuple(many)})
    card = markdown(dataset, {"labels": {"train": many, "validation": {}, "test": {}}})
    assert "… and 201 more." in card
