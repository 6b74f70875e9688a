"""A reference group on the Audit page: chosen before anyone looks, kept with the audit, restored by a link."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fmcore.report.names import question_title
from tests.pages import history
from tests.pages.audits import PAGE, about, make, pick, rows, told, unequal

THREE = pd.DataFrame(rows("women", 80, 20, 10, 40) + rows("men", 20, 80, 10, 40) + rows("others", 75, 25, 10, 40))
TPR = {"way": "expert", "measures": "tpr", "favourable": "yes"}


def test_every_group_can_be_held_against_one_and_is_a_question_of_its_own(home: Path) -> None:
    page = about(THREE, **TPR)
    assert "This asks 1 question." in told(page)
    pick(page, "Hold every sex against", "women")
    assert "This asks 2 questions at once." in told(page) and page.query_params["against-sex"] == "women"
    make(page)
    [stored] = history.store().audits()
    assert stored.spec.groups[0].reference == "women"
    words = told(page)
    assert "Of 2 questions 1 fails, 1 can’t be answered" in words
    assert "by sex: men beside women" in words and "by sex: others beside women" in words
    assert "Shaded: within the 10.0 points of women, the reference" in words
    shown = told(history.app(PAGE, audit=stored.id, show="asked"))
    assert "Every group held against: **sex: women**" in shown
    page.button(key="ask-else").click().run()
    assert page.query_params["against-sex"] == "women"


def test_of_two_groups_there_is_no_reference_to_choose(home: Path) -> None:
    assert "against" not in " ".join(box.label for box in about(unequal(), **TPR).selectbox)


def test_questions_that_have_nothing_to_compare_are_open_and_cost_the_others_nothing(home: Path) -> None:
    few = pd.DataFrame(rows("women", 80, 20, 10, 40) + rows("men", 20, 80, 10, 40) + rows("others", 5, 5, 5, 5))
    one = told(make(about(few, **{"against-sex": "women"}, **TPR)))
    assert "Of 2 questions 1 fails, 1 can’t be answered with these rows." in one and "made at once" not in one
    none = told(make(about(few, **{"against-sex": "others"}, **TPR)))
    assert "None of 2 questions can be answered with these rows." in none and "made at once" not in none


def test_the_shaded_part_lies_on_both_sides_of_the_reference(home: Path) -> None:
    from fmcore.report import audit_figures, audit_file

    make(about(THREE, **{"against-sex": "others"}, **TPR))
    [stored] = history.store().audits()
    men = next(one for one in stored.verdicts if one.pair[0] == {"sex": "men"})
    [shape] = audit_figures.by_group(stored, men).layout.shapes
    assert (round(shape.x0, 9), round(shape.x1, 9)) == (0.65, 0.85)
    assert {one.estimate.value for one in audit_figures.figures_of(stored, men)} == {0.2, 0.75, 0.8}
    assert audit_figures.gap_of(stored, men).estimate.value == 0.55  # type: ignore[union-attr]
    page = audit_file.page(stored, None)
    assert "men beside others" in page and "Every group is held against <bdi>sex: others</bdi>." in page


def two_by_two() -> pd.DataFrame:
    return pd.concat([unequal().assign(race=race) for race in ("A", "B")], ignore_index=True)


def test_combinations_of_two_groups_each_have_a_reference_and_a_missing_one_is_told_before(home: Path) -> None:
    address = {"groups": "sex,race", "crossed": "on", **TPR}
    page = about(two_by_two(), **address)
    pick(page, "Hold every sex against", "men")
    assert "sex × race: the widest gap of any two will be asked." in told(page)
    assert "This asks 3 questions at once." in told(page), "women beside men, race, and the widest gap of the four"
    pick(page, "Hold every race against", "A")
    assert "widest gap of any two will be asked" not in told(page) and "This asks 5 questions at once." in told(page)
    make(page)
    [stored] = history.store().audits()
    crossed = [question_title(one) for one in stored.verdicts if len(one.by) == 2]
    assert len(stored.verdicts) == 5 and "True positive rate (yes) by sex × race: women · B beside men · A" in crossed


def test_of_very_many_questions_is_told_that_most_stay_open_and_what_asks_fewer(home: Path) -> None:
    frame = pd.concat([two_by_two().assign(age=age) for age in range(8)], ignore_index=True)
    page = about(frame, **{"groups": "sex,race", "crossed": "on", "control": "age", **TPR})
    assert "This asks 24 questions at once." in told(page)
    fewer = "compare everybody together instead of within age or leave the combinations out"
    assert f"Of so many, most will likely stay open. To ask fewer: {fewer}." in told(page)
    assert "most will likely" not in told(about(frame, groups="sex,race", control="age", **TPR))
