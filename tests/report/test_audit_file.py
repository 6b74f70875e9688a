"""One audit as a file: it says of which rows, from which file and columns, after what was said; names of strangers stay text."""

from __future__ import annotations

import json
from dataclasses import replace

import pandas as pd

from fmcore.audit.audit import audit as made
from fmcore.audit.origin import File, Origin
from fmcore.audit.records import AuditSpec, GroupBy
from fmcore.audit.situation import Decision, Harmed, Situation
from fmcore.audit.table import from_table
from fmcore.report import audit_file
from tests.audit.examples import rows
from tests.report.examples import HOSTILE, QUOTES, audit
from tests.report.test_html import Reader

SAID = Situation(Decision.CHANCE, Harmed.OTHERS, Harmed.PERSON, False)
ORIGIN = Origin(File("/somewhere/at/home.csv", HOSTILE, "c" * 64), "outcome", QUOTES, "risk", "bad")


def of_table():
    return replace(audit(), spec=replace(audit().spec, source=None, split=None, told=SAID, favourable="bad"))


def words(page: str) -> str:
    return " ".join(" ".join(Reader(page).words).split())


def test_the_page_says_file_columns_rows_and_what_was_said() -> None:
    said = words(audit_file.page(of_table(), ORIGIN))
    for part in (
        "60 rows of a table",
        "c" * 64,
        "Target column outcome",
        "Score column risk",
        "A high score speaks for bad",
        "Who is harmed when the answer is “bad” and that is wrong? others, who rely on it",
        "Of 2 questions 1 fails, 1 can’t be answered with these rows.",
        "python -m fmcore verify a-0123456789ab",
    ):
        assert part in said, part


def test_names_of_strangers_are_text_and_nothing_may_be_fetched() -> None:
    read = Reader(audit_file.page(of_table(), ORIGIN))
    assert [dict(tag[1]).get("src") for tag in read.tags if tag[0] in ("script", "img", "link")] == [None] * len(read.scripts)
    assert HOSTILE in " ".join(read.words), "the name of the file stands there as it is"
    policy = next(attributes["content"] for tag, attributes in read.tags if attributes.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None and policy.startswith("default-src 'none'")


def test_an_audit_of_a_run_or_of_a_table_that_was_not_kept_has_a_page_too() -> None:
    assert "60 test rows" in words(audit_file.page(audit(), None, whose="a run"))
    assert "Where the table lay was not kept with this audit." in words(audit_file.page(of_table(), None))


def test_the_document_names_the_file_and_not_where_it_lies() -> None:
    found = audit_file.document(of_table(), ORIGIN)
    assert found["origin"]["answers"] == {"name": HOSTILE, "sha256": "c" * 64, "reading": {}}
    assert found["spec"]["told"] == {"decision": "chance", "by_alarm": "others", "by_miss": "person", "trusts_targets": False}
    assert "/somewhere" not in json.dumps(found) and audit_file.document(audit(), None)["origin"] is None


def test_the_file_says_what_the_page_says_in_points_and_names_the_groups_of_a_pass() -> None:
    frame = pd.concat([rows(north=(90, 10, 10, 90), south=(60, 10, 40, 90)).assign(age=age) for age in ("old", "young")])
    spec = AuditSpec((GroupBy("group"),), favourable="1", measures=("tpr", "fpr"), control="age", tolerance=0.15, replicates=500)
    said = words(audit_file.page(made(from_table(frame, target="target", answer="answer"), spec), None, whose="a run"))
    assert "a run, by group" in said and "a difference of at most 15 points is acceptable" in said
    assert "Of 4 questions 2 fail, 2 pass." in said
    assert "Within age old: among those who are truly 1, the answer says so for 60.0 % of south and for 90.0 % of north." in said
    assert "Pass within age young: the widest gap in false positive rate, between south and north, is 0.0 points" in said
    assert "True positive rate (1) by group, within age old" in said
    assert "within age old south north difference 30.0 points" in said and " 66.7 %" in said
