"""From tables to a data set: what is refused, what is dropped, what is drawn, and what a confirmation changes."""

from __future__ import annotations

import random

import pandas as pd
import pytest

from fmcore.data import fingerprint
from fmcore.data.prepare import inspect, prepare
from fmcore.data.read import Table
from fmcore.errors import DataError
from fmcore.records import Columns, Dataset

PLAIN = Columns("text", "label")
WHO = {"name": "reviews", "source": "reviews.csv", "who": "ann", "version": 1}


WORDS = """
about after again air all always animal another answer any around ask away back because been before began being below between big book
both boy build call came change children city close country cross day different does down draw each early earth eat end enough even every
example eye face family far father feet few find first follow food found friend garden girl give good great group grow hand hard head hear
help here high home house idea important keep kind know large last late learn leave left letter life light line list little live long look
made make many might morning mother mountain move much must name near need never next night number often old once open other our out over
page paper part people picture place plant play point put question quick read really right river road room run said same school sea second
see sentence should show side small some something song soon sound spell stand start state still stop story study such take talk tell
their them then these thing think those thought three through time together took tree try turn under until used very walk want was watch
water way well went were what when where which while white why will with without wood word work world would write year young
""".split()  # noqa: SIM905


def sentences(count: int, seed: int = 0, **extra: list) -> pd.DataFrame:
    """Return rows whose texts have no two shingles' worth in common; labels bad, good, bad …"""
    chance = random.Random(seed)
    texts = [" ".join(chance.sample(WORDS, 9)) for _ in range(count)]
    return pd.DataFrame({"text": texts, "label": ["good" if i % 2 else "bad" for i in range(count)], **extra}, dtype=object)


def test_one_file_is_split_and_described() -> None:
    dataset, frame, profile = prepare(sentences(1000), PLAIN, confirmed=False, **WHO)
    assert dict(dataset.rows) == {"train": 700, "validation": 100, "test": 200}
    assert dataset.labels == ("bad", "good") and dataset.split_seed == 0 and dataset.confirmation is None
    assert list(frame.columns) == ["fmc_id", "fmc_split", "text", "label"]
    assert frame["fmc_id"].is_unique and frame["fmc_id"].str.fullmatch(r"(train|validation|test)-\d{6}").all()
    assert frame["fmc_split"].tolist() == ["train"] * 700 + ["validation"] * 100 + ["test"] * 200
    assert dataset.fingerprint == fingerprint.of(frame, PLAIN) and dataset.id == "d-" + dataset.fingerprint[:12]
    assert profile["rows"] == dict(dataset.rows) and profile["dropped"] == {}


def test_an_id_says_where_the_row_stood_in_its_file() -> None:
    rows = sentences(40)
    _, frame, _ = prepare(rows, PLAIN, confirmed=True, **WHO)
    for name, text in zip(frame["fmc_id"], frame["text"], strict=True):
        assert rows["text"][int(name.split("-")[1]) - 1] == text


def test_files_of_their_own_stay_as_they_are() -> None:
    parts = {name: sentences(n, seed) for seed, (name, n) in enumerate({"train": 200, "validation": 80, "test": 90}.items())}
    dataset, frame, _ = prepare(parts["train"], PLAIN, validation=parts["validation"], test=parts["test"], confirmed=False, **WHO)
    assert dict(dataset.rows) == {"train": 200, "validation": 80, "test": 90} and dataset.split_seed is None
    assert frame["text"].tolist() == [text for part in parts.values() for text in part["text"]]


def test_a_test_file_alone_lets_validation_be_split_off_train() -> None:
    dataset, frame, _ = prepare(sentences(300), PLAIN, test=sentences(100, 1), seed=5, confirmed=False, **WHO)
    assert dict(dataset.rows) == {"train": 270, "validation": 30, "test": 100} and dataset.split_seed == 5


def test_a_train_text_that_stands_in_the_test_file_never_hides_in_validation() -> None:
    train = sentences(300)
    found = inspect(train, PLAIN, test=train.head(100))
    overlap = {p.kind: p.count for p in found.problems if "overlap" in p.kind}
    assert overlap == {"train-test-overlap": 100}


def test_a_split_column_decides() -> None:
    rows = sentences(10, part=["Train"] * 6 + ["dev"] * 2 + ["TEST"] * 2)
    dataset, frame, _ = prepare(rows, Columns("text", "label", split="part"), confirmed=True, **WHO)
    assert dict(dataset.rows) == {"train": 6, "validation": 2, "test": 2}
    assert frame["part"].tolist() == rows["part"].tolist()


def test_a_split_column_and_a_file_together_are_refused() -> None:
    with pytest.raises(DataError, match="given twice"):
        inspect(sentences(10, part=["train"] * 10), Columns("text", "label", split="part"), test=sentences(5))


def test_rows_that_say_nothing_are_left_out_and_counted_without_a_persons_word() -> None:
    rows = sentences(200)
    rows.loc[3, "text"], rows.loc[4, "text"], rows.loc[5, "label"], rows.loc[6, "label"] = "  \u200b", None, "", None
    rows.loc[4, "label"] = None
    found = inspect(rows, PLAIN)
    assert dict(found.dropped) == {"empty-texts": 2, "missing-labels": 2}
    assert found.preview["fmc_row"].tolist() == [4, 5, 6, 7]
    assert found.preview["fmc_why"].tolist() == ["empty-texts"] * 2 + ["missing-labels"] * 2
    dataset, frame, profile = prepare(rows, PLAIN, confirmed=False, inspection=found, **WHO)
    assert len(frame) == 196 and profile["dropped"] == {"empty-texts": 2, "missing-labels": 2}
    assert dataset.confirmation is None and not dataset.needs_confirmation


def test_gaps_in_a_fifth_of_the_rows_need_a_persons_word() -> None:
    rows = sentences(200)
    rows.loc[:19, "text"], rows.loc[20:39, "label"] = "", None
    with pytest.raises(DataError, match=r"\(1\) Rows left out because their text or label is empty: 40 of 200 \(20.0 %\)"):
        prepare(rows, PLAIN, confirmed=False, **WHO)
    dataset, frame, _ = prepare(rows, PLAIN, confirmed=True, **WHO)
    assert len(frame) == 160 and dataset.confirmation.who == "ann" and dataset.confirmation.kinds == ("many-gaps",)
    assert not dataset.needs_confirmation


def test_gaps_in_a_fifth_of_the_test_file_need_one_too_however_large_the_rest_is() -> None:
    test = sentences(50, 1)
    test.loc[:9, "label"] = ""
    found = inspect(sentences(500), PLAIN, test=test)
    assert [(p.kind, p.count) for p in found.blocking] == [("many-gaps", 10)]
    assert "Rows of the test split left out" in str(found.blocking[0].sentence) and "10 of 50 (20.0 %)" in str(found.blocking[0].sentence)
    test.loc[0, "label"] = "good"
    assert inspect(sentences(500), PLAIN, test=test).blocking == ()


def test_one_class_can_not_be_confirmed_away() -> None:
    rows = sentences(100).assign(label="good")
    assert "one-class" in {p.kind for p in inspect(rows, PLAIN).blocking}
    with pytest.raises(DataError, match="Every row for training has the label good"):
        prepare(rows, PLAIN, confirmed=True, **WHO)


@pytest.mark.parametrize("rows", [sentences(0), sentences(1), sentences(2), sentences(5).assign(text=None), sentences(5).assign(label="")])
def test_inspecting_next_to_nothing_tells_and_does_not_fall(rows: pd.DataFrame) -> None:
    assert inspect(rows, Columns("text", "label", groups=("label",))).blocking
    with pytest.raises(DataError, match="Nothing can be learned"):
        prepare(rows, PLAIN, confirmed=True, **WHO)


def test_a_column_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(DataError, match=r"The train file has no column Lable \(for label\); did you mean label\? Found: text, label"):
        inspect(sentences(5), Columns("text", "Lable"))
    with pytest.raises(DataError, match=r"The test file has no column region \(for group\). Found: text, label"):
        inspect(sentences(5, region=["a"] * 5), Columns("text", "label", groups=("region",)), test=sentences(5))


def test_columns_in_two_roles_double_columns_and_names_of_ours_are_refused() -> None:
    with pytest.raises(DataError, match="column text is chosen both as text and as label"):
        inspect(sentences(5), Columns("text", "text"))
    with pytest.raises(DataError, match="more than one column called text"):
        inspect(pd.concat([sentences(5), sentences(5)[["text"]]], axis=1), PLAIN)
    with pytest.raises(DataError, match="columns called fmc_id; names that begin with fmc_"):
        inspect(sentences(5, fmc_id=["1"] * 5), PLAIN)


def test_an_id_column_must_tell_rows_apart() -> None:
    columns = Columns("text", "label", id="key")
    with pytest.raises(DataError, match="id column key repeats 1 values: b"):
        inspect(sentences(4, key=["a", "b", "b", "c"]), columns)
    with pytest.raises(DataError, match="id column key is empty in 1 rows, first in row 2"):
        inspect(sentences(3, key=["a", None, "c"]), columns)
    _, frame, _ = prepare(sentences(60, key=[f"k{i}" for i in range(60)]), columns, confirmed=True, **WHO)
    assert frame["fmc_id"].equals(frame["key"])


def test_columns_of_other_files_are_kept_and_missing_elsewhere() -> None:
    _, frame, _ = prepare(sentences(60), PLAIN, test=sentences(40, 1, fine=["x"] * 40), confirmed=True, **WHO)
    assert frame["fine"].notna().tolist() == (frame["fmc_split"] == "test").tolist()


def test_labels_that_pandas_likes_to_change_stay_as_they_are() -> None:
    rows = sentences(90).assign(label=["None", "NA", "007"] * 30)
    assert prepare(rows, PLAIN, confirmed=False, **WHO)[0].labels == ("007", "NA", "None")


def test_a_table_a_frame_of_numbers_and_a_frame_of_text_give_the_same_set() -> None:
    rows = sentences(60).assign(label=[str(i % 2) for i in range(60)])
    table = Table(rows, tuple(rows.columns), "csv", "utf-8", ",")
    numbers = rows.assign(label=[i % 2 for i in range(60)]).convert_dtypes()
    assert len({prepare(t, PLAIN, confirmed=True, **WHO)[0].id for t in (rows, table, numbers)}) == 1


def test_pairs_of_sentences_are_one_text() -> None:
    rows = sentences(200).assign(second=sentences(200, 1)["text"])
    rows.loc[0, "second"] = None
    columns = Columns("text", "label", text_pair="second")
    assert dict(inspect(rows, columns).dropped) == {"empty-texts": 1}
    same_first = rows.assign(text="one question")  # other answers: no duplicates
    assert "exact-duplicates" not in {p.kind for p in inspect(same_first, columns).problems}


def test_half_a_character_is_named_with_its_row() -> None:
    rows = sentences(5)
    rows.loc[2, "text"] = "broken \ud83d"
    with pytest.raises(DataError, match="row 3, column text holds half a character"):
        inspect(rows, PLAIN)


def test_the_same_rows_and_seed_give_the_same_set() -> None:
    ids = [prepare(sentences(100), PLAIN, seed=seed, confirmed=True, **WHO)[0].id for seed in (1, 1, 2)]
    assert ids[0] == ids[1] != ids[2]


def test_look_alikes_are_drawn_to_one_side() -> None:
    rows = sentences(300)
    near = rows.head(100).assign(text=[f"{text} indeed" for text in rows["text"].head(100)])
    found = inspect(pd.concat([rows, near], ignore_index=True), PLAIN)
    assert not [p for p in found.problems if "overlap" in p.kind]
    assert next(p for p in found.problems if p.kind == "near-duplicates").count == 200


def test_a_data_set_is_a_record() -> None:
    assert isinstance(prepare(sentences(60), PLAIN, confirmed=True, **WHO)[0], Dataset)
