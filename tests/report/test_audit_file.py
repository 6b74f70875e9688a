"""One audit as a file: it says of which rows, from which file and columns, after what was said; names of strangers stay text."""

from __future__ import annotations

import json
from dataclasses import replace

from fmcore.audit.origin import File, Origin
from fmcore.audit.situation import Decision, Harmed, Situation
from fmcore.report import audit_file
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
