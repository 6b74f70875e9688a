"""What was asked stays with the audit: the file, its columns, what the person said and chose. A link to the audit alone shows it all."""

from __future__ import annotations

import hashlib
from pathlib import Path

import streamlit as st

from fmcore.audit.audit import audit
from fmcore.audit.records import AuditSpec, GroupBy
from fmcore.audit.situation import Decision, Harmed, Situation
from fmcore.audit.table import from_table
from fmcore.pipeline import audit_tables
from fmcore.store.tables import audits
from pages.shared import uploads
from pages.shared.audit import audit_files
from tests.pages import history
from tests.pages.audits import HARM, PAGE, about, make, told, unequal, upload

SAID = Situation(Decision.BURDEN, Harmed.NOBODY, Harmed.PERSON, True)


def test_the_audit_of_a_table_says_which_file_which_columns_and_what_was_said(home: Path) -> None:
    frame = unequal().assign(risk=lambda f: (f["answer"] == "yes") * 0.5 + 0.2)
    make(about(frame, favourable="yes", score="risk", scored="no", **HARM))
    [stored] = history.store().audits()
    assert stored.spec.told == SAID
    page = history.app(PAGE, audit=stored.id, show="asked")
    file = uploads.path(upload(frame))
    assert file is not None and hashlib.sha256(file.read_bytes()).hexdigest() in told(page)
    for line in (
        "File: **answers.csv**",
        "Target column: **target**",
        "Answer column: **answer**",
        "Score column: **risk**",
        "A high score speaks for: **no**",
        "What follows from the answer? **somebody is checked, watched or refused, or is spared that**",
        "Who is harmed when the answer is “yes” and that is wrong? **nobody in particular**",
        "Who is harmed when “yes” would be right, but the answer is another? **the person it is about**",
        "free of unfairness themselves? **yes, as far as we know**",
        "Accepted gap: **10.0 points**",
    ):
        assert line in told(page), line


def test_the_way_back_from_an_audit_opened_by_its_link_leads_to_the_guide_as_it_was_answered(home: Path) -> None:
    make(about(unequal(), favourable="yes", **HARM))
    [stored] = history.store().audits()
    page = history.app(PAGE, audit=stored.id)
    page.button(key="ask-else").click().run()
    assert {name: page.query_params[name] for name in HARM} == HARM and "way" not in page.query_params


def test_measures_that_were_chosen_directly_say_nothing_of_harm(home: Path) -> None:
    make(about(unequal(), way="expert", measures="tpr", favourable="yes"))
    [stored] = history.store().audits()
    assert stored.spec.told is None
    assert "Who is harmed" not in told(history.app(PAGE, audit=stored.id, show="asked"))


def test_nothing_is_accepted_for_the_person(home: Path) -> None:
    page = history.app(PAGE, **{"from": "table", "file-answers": upload(unequal()), "favourable": "yes"}, **HARM)
    assert page.number_input[0].value is None and "Say how wide a gap you accept." in told(page)
    assert page.button(key="make-audit").disabled
    page.number_input[0].set_value(5.0).run()
    assert page.query_params["tolerance"] == "5"
    make(page)
    assert history.store().audits()[0].spec.tolerance == 0.05


def test_equalized_odds_asked_alone_have_a_picture_of_the_rate_whose_gap_is_wider(home: Path) -> None:
    page = make(about(unequal(), favourable="yes", way="expert", measures="equalized-odds"))
    [picture] = page.get("plotly_chart")
    assert "True positive rate (yes)" in picture.proto.spec and "Each bar is a group’s interval." in told(page)


def test_a_damaged_audit_is_named_and_hides_no_other(home: Path) -> None:
    make(about(unequal(), favourable="yes", tolerance="5", **HARM))
    make(about(unequal(), favourable="yes", tolerance="90", **HARM))
    store = history.store()
    lost = store.audits()[0].id
    with store.engine.write() as connection:
        connection.execute(audits.update().where(audits.c.id == lost).values(content="{broken"))
    st.cache_resource.clear()
    page = about(unequal(), favourable="yes", **HARM)
    assert f"The record of audit {lost} in the store is damaged" in told(page)
    assert "Earlier audits of these answers" in told(page)
    assert len([one for one in page.button if one.key and one.key.startswith("open-a-")]) == 1


def test_an_audit_can_be_taken_away_as_a_file(home: Path) -> None:
    page = make(about(unequal(), favourable="yes", **HARM))
    titles = [one.proto.label for one in page.get("download_button")]
    assert titles == ["The audit as a file (HTML)", "All figures by group (CSV)", "The whole audit (JSON)"]


def test_each_line_of_the_table_to_take_away_says_which_column_its_group_is_of(home: Path) -> None:
    frame = unequal().assign(age=["young", "old"] * 150)
    asked = AuditSpec((GroupBy("sex"), GroupBy("site")), control="age", intersections=True, favourable="yes", replicates=200)
    table = from_table(frame.assign(site=["north"] * 150 + ["south"] * 150), target="target", answer="answer")
    found = audit_files.figures(audit(table, asked))
    assert list(found.columns[:4]) == ["within_column", "within", "group_column", "group"]
    assert set(found["group_column"]) == {"sex", "site", "sex × site"} and set(found["within_column"]) == {"age"}
    assert set(found["group"][found["group_column"] == "site"]) == {"north", "south"}
    assert "women · north" in set(found["group"][found["group_column"] == "sex × site"])


def test_an_answer_that_nobody_named_is_named_under_the_verdict_and_one_click_away_from_the_other(home: Path, tmp_path: Path) -> None:
    table = tmp_path / "answers.csv"
    unequal().to_csv(table, index=False)
    asked = AuditSpec((GroupBy("sex"),), measures=("tpr",), replicates=200)
    stored = audit_tables.audit_table(table, asked, target="target", answer="answer")
    page = history.app(PAGE, audit=stored.id)
    assert told(page).count("“yes” was taken, which is a guess. If people hope for “no”, say so and ask again") == 1
    assert "Favourable answer: **yes (taken, because nobody said)**" in told(history.app(PAGE, audit=stored.id, show="asked"))
    page.button(key="hope-for-other").click().run()
    assert "audit" not in page.query_params and page.query_params["favourable"] == "no"
    make(about(unequal(), favourable="no", way="expert", measures="tpr"))
    assert "is a guess" not in told(history.app(PAGE, audit=history.store().audits()[0].id))


def test_only_a_word_that_says_so_is_filled_in_and_that_is_told_beside_a_button_for_the_other(home: Path) -> None:
    frame = unequal().replace({"yes": "approved", "no": "refused"})
    page = about(frame, **HARM)
    assert "“approved” was filled in because the word says so." in told(page)
    page.button(key="hope-for-other").click().run()
    assert page.query_params["favourable"] == "refused" and "was filled in" not in told(page)
    assert "Say which answer people hope for." in told(about(unequal(), **HARM)), "yes may as well be a fraud"
