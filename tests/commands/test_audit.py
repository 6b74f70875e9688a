"""``audit`` in words: what is counted above is what is listed below, and the four-fifths line stands apart from the questions."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from fmcore.commands import main
from fmcore.store import open_store
from tests.pages.audits import unequal


@pytest.fixture
def command(home: Path, tmp_path: Path) -> list[str]:
    table = tmp_path / "decisions.csv"
    unequal().to_csv(table, index=False)
    named = ["--predictions", str(table), "--target", "target", "--answer", "answer", "--favourable", "yes", "--group", "sex"]
    return ["audit", *named]


def test_the_counts_above_are_those_of_the_verdicts_below(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 0
    questions, line = capsys.readouterr().out.split("The four-fifths line, apart from the questions.")
    starts = [text.split("  ")[0] for text in questions.splitlines()]
    fail, open_, fine = (starts.count(word) for word in ("FAIL", "NOT-ENOUGH-EVIDENCE", "PASS"))
    assert (fail, open_, fine) == (4, 1, 0) and "Of 5 questions 4 fail, 1 can’t be answered with these rows." in questions
    assert "Comparisons: 1. Missed: 1." in line and line.count("FAIL  Selection rate (yes) by sex, as a ratio") == 1


def test_why_a_verdicts_interval_is_wider_than_the_tables_is_said_once(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 0
    assert capsys.readouterr().out.count("wider than those in the table of gaps") == 1
    assert main([*command, "--measure", "tpr"]) == 0
    assert "wider than those in the table" not in capsys.readouterr().out, "one question, so one interval"


def test_both_gaps_of_equalized_odds_are_told(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--measure", "equalized-odds"]) == 0
    said = capsys.readouterr().out  # 80 of 100 women and 20 of 100 men; 10 of 50 of both
    assert "truly yes, the answer says so for 20.0 % of men and for 80.0 % of women" in said
    assert "The other of its two gaps is 0.0 points: among those who are truly not yes, the answer says yes for 20.0 %" in said


def test_the_audit_of_a_table_is_written_as_a_page_and_names_its_file(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "audit.html"
    assert main([*command, "-o", str(page), "--json"]) == 0
    assert "<h1><bdi>decisions.csv, by sex</bdi></h1>" in page.read_text()
    said = json.loads(capsys.readouterr().out)
    assert said["html"] == {"file": str(page), "sha256": hashlib.sha256(page.read_bytes()).hexdigest()}
    assert said["origin"]["answers"]["name"] == "decisions.csv" and said["origin"]["target"] == "target"
    assert said["origin"]["answers"]["sha256"] in page.read_text() and said["id"] in page.read_text()


def test_a_reference_is_named_with_its_column(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--measure", "tpr", "--reference", "sex=men"]) == 0
    assert "FAIL  True positive rate (yes) by sex: women beside men" in capsys.readouterr().out
    for wrong, said in (("race=men", "with a column of --group (sex)"), ("sex", "say COL=VALUE")):
        assert main([*command, "--reference", wrong]) == 2
        assert said in capsys.readouterr().err
    assert main([*command, "--reference", "sex=nobody"]) == 1
    assert "There are: men, women." in capsys.readouterr().err


def test_both_ends_of_a_gap_are_named_in_columns_of_their_own(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(command) == 0
    out = capsys.readouterr().out
    [head] = [line.split() for line in out.splitlines() if line.startswith("gap ")]
    assert head == ["gap", "answer", "kind", "by", "worst", "best", "value"]
    rows = [line.split() for line in out.splitlines() if line.startswith("true positive rate ") and " difference " in line]
    assert rows and {row[5] for row in rows} == {"sex"} and {tuple(sorted(row[6:8])) for row in rows} == {("men", "women")}


def test_a_place_that_cannot_be_written_is_told_before_anything_is_counted(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "-o", str(tmp_path)]) == 1
    assert "is a folder" in capsys.readouterr().err and open_store().audits() == []


def test_a_pair_that_cannot_be_compared_is_named_in_the_table_of_gaps(
    command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--measure", "tpr", "--reference", "sex=men", "--minimum", "300", "-o", str(tmp_path / "a.html")]) == 0
    assert re.search(r"difference +sex +women +men +no value: women was left out", capsys.readouterr().out)
    assert "<td><bdi>women</bdi></td><td><bdi>men</bdi></td>" in (tmp_path / "a.html").read_text()


def test_a_reference_without_a_group_column_says_what_to_add(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command[:-2], "--reference", "sex=men"]) == 2
    assert "--reference sex=men: name its column with --group as well." in capsys.readouterr().err


def test_combinations_and_strata_are_named_as_on_the_page_and_gaps_are_in_points(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "decisions.csv"
    both = [unequal().assign(race=race, age=age) for race in ("A", "B") for age in ("young", "old")]
    pd.concat(both).to_csv(table, index=False)
    named = ["--predictions", str(table), "--target", "target", "--answer", "answer", "--favourable", "yes", "--control", "age"]
    assert main(["audit", *named, "--group", "sex", "--group", "race", "--intersections", "--measure", "tpr"]) == 0
    said = capsys.readouterr().out
    assert "accepted: a difference of 10 points" in said
    assert "FAIL  True positive rate (yes) by sex × race, within age old" in said
    assert "Within age old: among those who are truly yes, the answer says so for 20.0 % of men · A and for 80.0 % of women · A." in said
    assert "Fail within age old: the gap in true positive rate between men · A and women · A is 60.0 points" in said
    assert re.search(r"difference +sex × race, within age old +men · A +women · A +60.0 points \(", said)


def test_groups_that_are_too_small_for_any_question_are_told_once(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*command, "--minimum", "200"]) == 0
    said = capsys.readouterr().out.split("\nmeasure ")[0].split("The four-fifths line, apart")[0]
    assert (
        said.count("NOT-ENOUGH-EVIDENCE")
        == said.count("Need two groups of 200 rows or more to compare; found men (150), women (150).")
        == 1
    )


def test_a_file_has_the_title_that_somebody_gives_it(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "audit.html"
    assert main([*command, "--measure", "tpr", "-o", str(page), "--title", "Refunds in <spring>"]) == 0
    assert "<h1><bdi>Refunds in &lt;spring&gt;</bdi></h1>" in page.read_text()
    assert main([*command, "--title", "Refunds"]) == 2
    assert "--title goes with -o." in capsys.readouterr().err
