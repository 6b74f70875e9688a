"""Who is compared on the Audit page: words in the text, a table of people, a run's own columns with its test rows sealed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fmcore.data import shelf
from fmcore.evaluation import predictions
from fmcore.records import Status
from fmcore.settings import get_settings
from fmcore.store import LoggedRun, NewRun
from pages.shared import uploads
from tests.pages import history
from tests.pages.audits import HARM, PAGE, about, make, told, unequal, upload

OWN = '[terms.pets.dogs]\nnoun = ["dog/dogs"]\n[terms.pets.cats]\nnoun = ["cat/cats"]\n'


def spoken() -> pd.DataFrame:
    """The unequal answers, whose texts mention the group and a pet; no column says it."""
    frame = unequal()
    texts = [
        f"Case {n}: {'she' if sex == 'women' else 'he'} wrote about a {'dog' if n % 2 else 'cat'}" for n, sex in enumerate(frame["sex"])
    ]
    return frame.drop(columns="sex").assign(text=texts)


def test_whom_a_text_mentions_can_be_compared(home: Path) -> None:
    page = about(spoken(), favourable="yes", **HARM)
    assert "mentions gender" not in str(page.multiselect[0].options)
    next(one for one in page.toggle if one.label == "Look for words").set_value(True).run()
    assert "mentions gender (2 groups)" in page.multiselect[0].options
    page.multiselect[0].set_value(["mentions gender"]).run()
    make(page)
    assert "for 20.0 % of men and for 80.0 % of women" in told(page)
    [stored] = history.store().audits()
    assert stored.spec.groups[0].kind == "terms"
    page.segmented_control[0].set_value("explore").run()
    assert "True positive rate (yes) by mentions gender" in told(page) and not page.error


def test_a_lexicon_of_ones_own_is_used_instead_and_a_broken_one_is_one_sentence(home: Path) -> None:
    own = uploads.keep("pets.toml", ('language = "en"\n' + OWN).encode())
    page = about(spoken(), terms="on", groups="mentions pets", favourable="yes", **{"file-lexicon": own}, **HARM)
    assert "mentions pets · 2 groups" in told(page) and "mentions gender" not in str(page.multiselect[0].options)
    broken = uploads.keep("pets.toml", OWN.encode())
    page = about(spoken(), terms="on", **{"file-lexicon": broken})
    assert [one.value.replace("\\", "") for one in page.error] == [
        'pets.toml does not say its language. Begin it with language = "en" or language = "zh".'
    ]
    assert page.button(key="make-audit")


def test_the_lexicons_that_ship_are_there_to_start_from(home: Path) -> None:
    page = about(spoken())
    assert {one.proto.label for one in page.get("download_button")} == {"English", "中文"}


def test_a_table_of_people_is_matched_by_id_and_who_is_not_in_it_is_missing(home: Path) -> None:
    frame = unequal().assign(id=[f"p{n}" for n in range(300)])
    people = frame[["id", "sex"]].rename(columns={"sex": "gender"}).head(250)
    page = about(frame.drop(columns="sex"), favourable="yes", **{"file-people": upload(people, "people.csv")}, **HARM)
    assert page.multiselect[0].value == ["gender"], "the column that was brought is what is meant"
    assert "50 of 300 ids have no row in the table of groups; their group is missing." in told(page)
    sizes = next(one.value for one in page.dataframe if list(one.value.columns) == ["group", "rows"])
    assert dict(zip(sizes["group"], sizes["rows"], strict=True)) == {"women": 150, "men": 100, "missing": 50}


def answered() -> str:
    """Return the id of a run whose validation rows are the unequal answers and whose test rows are twice as many."""
    store = history.store()
    dataset = history.add_dataset(store)
    [run_id] = store.log_runs([LoggedRun(NewRun(history.spec(dataset), "judged", "tester", "key"), (), (), Status.DONE, 1.0)])
    names = dict(zip(("no", "yes"), history.LABELS, strict=True))
    parts = []
    for split, times in (("validation", 1), ("test", 2)):
        frame = pd.concat([unequal()] * times, ignore_index=True)
        ids = [f"{split}-{n}" for n in range(len(frame))]
        target, answer = frame["target"].map(names), frame["answer"].map(names)
        parts.append(pd.DataFrame({"fmc_id": ids, "fmc_split": split, "text": "a text", "label": target, "sex": frame["sex"]}))
        sure = (answer == history.LABELS[0]).map({True: 0.9, False: 0.2})
        table = {
            "id": ids,
            "target": target,
            "answer": answer,
            f"p_{history.LABELS[0]}": sure,
            f"p_{history.LABELS[1]}": 1 - sure,
            "loss": 0.1,
        }
        predictions.write(pd.DataFrame(table), get_settings().runs() / run_id / "predictions" / f"{split}.parquet")
    shelf.save(dataset, pd.concat(parts), {})
    return run_id


def test_the_test_rows_stay_sealed_until_the_audit_is_made_which_counts_as_one_look(home: Path) -> None:
    run_id, store = answered(), history.store()
    page = history.app(PAGE, run=run_id, split="test", groups="sex", favourable=history.LABELS[1], tolerance="10", **HARM)
    assert "The test rows are sealed" in told(page) and "women" in str(page.dataframe[0].value) and not page.metric
    assert store.looks(run_id) == []
    make(page)
    assert "for 20.0 % of men and for 80.0 % of women" in told(page)
    assert [one.how for one in store.looks(run_id)] == ["audit page"]
    page.segmented_control[0].set_value("explore").run()
    assert "Exploration, not a verdict" in told(page), "it was opened when the audit was made"
    assert len(store.looks(run_id)) == 1
    [stored] = store.audits(run_id)
    again = history.app(PAGE, audit=stored.id, show="explore")  # another visit
    assert "The test split is sealed" in told(again) and "Group by" not in [box.label for box in again.selectbox]


def test_an_audit_of_validation_rows_is_no_look_and_leads_to_the_run(home: Path) -> None:
    run_id, store = answered(), history.store()
    make(history.app(PAGE, run=run_id, groups="sex", favourable=history.LABELS[1], tolerance="10", **HARM))
    [stored] = store.audits(run_id)
    assert (stored.spec.source, stored.spec.split, stored.rows, store.looks(run_id)) == (run_id, "validation", 300, [])
    page = history.app(PAGE, run=run_id)
    assert "Earlier audits of these answers" in told(page)
    page.button(key=f"open-{stored.id}").click().run()
    assert "judged, validation" in told(page)


def test_a_run_without_columns_that_say_who_somebody_is_can_be_asked_nothing(home: Path) -> None:
    store = history.store()
    page = history.app(PAGE, run=history.finished_run(store, history.add_dataset(store)))
    assert "come with no column that says who they are about" in told(page)
    assert page.button(key="make-audit").disabled and not page.error
