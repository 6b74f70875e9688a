"""The Audit page: the question first, then the verdict and what it rests on; a link restores all of it."""

from __future__ import annotations

from pathlib import Path

from fmcore.audit.records import Finding
from pages.shared import uploads
from tests.pages import history
from tests.pages.audits import HARM, PAGE, about, make, pick, told, unequal


def test_without_runs_the_page_says_so_and_a_table_can_be_audited_at_once(home: Path) -> None:
    page = history.app(PAGE)
    assert "No run is done yet" in told(page)
    page.segmented_control[0].set_value("table").run()
    assert "One row per decision" in told(page) and not page.error


def test_the_guide_picks_the_measure_says_why_and_the_verdict_stands_first(home: Path) -> None:
    page = about(unequal())
    assert page.multiselect[0].value == ["sex"], "a column that is called sex is a group"
    assert page.button(key="make-audit").disabled and "5 of these questions are open" in told(page)
    pick(page, "Which answer do people hope for?", "yes")
    pick(page, "What follows from the answer?", "burden")
    assert "3 of these questions are open" in told(page)
    pick(page, "Who is harmed when the answer is “yes” and that is wrong?", "nobody")
    pick(page, "Are the targets, what counts as right, free of unfairness themselves?", "yes")
    pick(page, "Who is harmed when “yes” would be right, but the answer is another?", "person")
    assert "True positive rate.** Who should get yes and does not is harmed" in told(page)
    assert "This asks 1 question." in told(page)
    make(page)
    words = told(page)
    assert "The gap is wider than what was accepted" in words
    assert "Among those who are truly yes, the answer says so for 20.0 % of men and for 80.0 % of women." in words
    assert {one.label: one.value for one in page.metric}["Gap, points"] == "60.0"
    [stored] = history.store().audits()
    assert page.query_params["audit"] == stored.id
    assert stored.spec.measures == ("tpr",) and stored.spec.favourable == "yes" and stored.who == "tester"
    assert stored.verdicts[0].verdict is Finding.FAIL


def test_what_was_guessed_from_names_of_columns_is_marked_until_something_else_is_chosen(home: Path) -> None:
    frame = unequal().rename(columns={"answer": "prediction"}).assign(remark="a", second=lambda f: f["prediction"])
    page = about(frame)
    assert "Guessed from the columns’ names: Target “target”, Answer “prediction”." in told(page)
    assert "Guessed from the columns’ names: “sex”." in told(page)
    pick(page, "Answer", "second")
    assert "Guessed from the columns’ names: Target “target”. Choose" in told(page)


def test_a_link_restores_everything_that_was_chosen(home: Path) -> None:
    address = {"favourable": "no", "tolerance": "5", "rows": "40", "seed": "7", "level": "0.99", "uncorrected": "on"}
    page = about(unequal().assign(town="here, there"), way="expert", measures="fpr,accuracy", groups="sex,town", crossed="on", **address)
    make(page)
    [stored] = history.store().audits()
    spec = stored.spec
    assert (spec.favourable, spec.tolerance, spec.minimum_rows, spec.seed, spec.level) == ("no", 0.05, 40, 7, 0.99)
    assert spec.correction == "none" and spec.intersections and spec.measures == ("fpr", "accuracy")
    page.button(key="ask-else").click().run()
    assert page.button(key="make-audit") and "audit" not in page.query_params
    make(page)
    assert [one.id for one in history.store().audits()] == [stored.id], "the same question gives the same audit"


def test_a_stored_audit_opened_by_its_link_alone_leads_back_to_its_question(home: Path) -> None:
    page = make(about(unequal(), way="expert", measures="ppv", favourable="yes", tolerance="20"))
    [stored] = history.store().audits()
    page = history.app(PAGE, audit=stored.id)
    assert "300 rows from elsewhere" in told(page)
    page.button(key="ask-else").click().run()
    assert dict(page.query_params) == {
        "from": "table",
        "way": "expert",
        "measures": "ppv",
        "groups": "sex",
        "favourable": "yes",
        "tolerance": "20",
    }


def test_the_question_of_an_earlier_audit_replaces_what_was_typed_since(home: Path) -> None:
    page = make(about(unequal(), favourable="yes", tolerance="20", **HARM))
    [stored] = history.store().audits()
    page.segmented_control[0].set_value("asked").run()
    page.button(key="ask-else").click().run()
    page.number_input[0].set_value(5.0).run()
    page.button(key=f"open-{stored.id}").click().run()
    assert "The gap is wider than what was accepted" in told(page), "another visit to an audit starts with its verdict"
    page.button(key="ask-else").click().run()
    assert page.number_input[0].value == 20


def test_the_headline_says_that_the_four_fifths_line_is_missed(home: Path) -> None:
    page = make(about(unequal(), way="expert", measures="selection-rate", favourable="yes", tolerance="90"))
    assert "The gap is within what was accepted" in told(page)
    assert "The four-fifths line is missed: men gets “yes” 33.3 % as often as women" in told(page)  # 30 of 150 and 90 of 150


def test_the_list_of_audits_counts_questions_as_the_audit_itself_does(home: Path) -> None:
    make(about(unequal(), way="expert", measures="selection-rate,tpr", favourable="yes", tolerance="90"))
    [stored] = history.store().audits()
    assert [one.verdict.value for one in stored.verdicts] == ["pass", "pass"], "gaps of 60 and 40 points"
    page = history.app(PAGE)
    assert "2 Pass" in told(page) and "four-fifths line missed" in told(page)
    assert "Fail" not in told(page), "the line is the law's and no question"
    assert "All 2 questions pass." in told(history.app(PAGE, audit=stored.id))


def test_an_unknown_audit_is_one_sentence_and_the_page_goes_on(home: Path) -> None:
    page = history.app(PAGE, audit="a-000000000000")
    assert [one.value.replace("\\", "") for one in page.error] == ["There is no audit a-000000000000."]
    assert "1 · Which answers" in told(page)


def test_two_audits_lie_side_by_side_the_older_first(home: Path) -> None:
    make(about(unequal(), favourable="yes", **HARM))
    make(about(unequal(), favourable="yes", tolerance="90", **HARM))
    last, first = history.store().audits()
    page = history.app(PAGE, audit=first.id, show="beside", **{"with": last.id})
    table = next(one.value for one in page.dataframe)
    assert list(table.columns) == ["question", "10.0 points accepted", "90.0 points accepted"]
    assert [cell[0] for cell in table.iloc[0, 1:]] == ["✕", "✓"]


def test_exploring_changes_group_and_measure_and_decides_nothing(home: Path) -> None:
    frame = unequal().assign(town=["north", "south"] * 150)
    page = make(about(frame, groups="sex", favourable="yes", **HARM))
    page.segmented_control[0].set_value("explore").run()
    assert "Exploration, not a verdict" in told(page) and "There are no scores" in told(page)
    pick(page, "Group by", "town")
    pick(page, "Measure", "accuracy")
    assert "Accuracy by town" in told(page) and not page.error
    pick(page, "Crossed with", "sex")
    assert "Accuracy by town × sex" in told(page)
    assert len(history.store().audits()) == 1


def test_compas_gives_the_published_rates(home: Path, public_data: Path) -> None:
    kept = uploads.keep("compas.csv", (public_data / "compas" / "test.csv").read_bytes())
    address = {"from": "table", "file-answers": kept, "groups": "race", "way": "expert", "measures": "fpr,fnr", "favourable": "1"}
    page = make(history.app(PAGE, tolerance="10", **address))
    assert "the answer says 1 for 44.8 % of African-American" in told(page)
    found = {(one.measure, one.group["race"]): one.estimate.value for one in history.store().audits()[0].by_group}
    published = {"African-American": (44.85, 27.99), "Caucasian": (23.45, 47.72)}
    for race, rates in published.items():
        assert tuple(round(100 * found[name, race], 2) for name in ("fpr", "fnr")) == rates
    table = next(one.value for one in page.dataframe if "group" in one.value and "n" in one.value)
    assert table["group"].iloc[0] == "Other", "the group that is served worst stands first"
