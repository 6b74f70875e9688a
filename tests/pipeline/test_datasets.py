"""From a file to a stored data set, in one act: whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from fmcore.commands import main
from fmcore.data import prepare, shelf
from fmcore.errors import DamagedError, DataError, SettingsError, StoreError
from fmcore.pipeline import datasets, runs
from fmcore.records import Columns, Dataset
from fmcore.store import Store, open_store, tables
from tests.pages import history

COLUMNS = Columns(text="text", label="label", groups=("group",))


def test_a_file_becomes_a_data_set_with_three_splits(home: Path, tiny_rows: pd.DataFrame, tmp_path: Path) -> None:
    tiny_rows.to_csv(tmp_path / "a.csv", index=False)
    dataset = datasets.add(tmp_path / "a.csv", COLUMNS, name="tiny")
    assert (dataset.labels, dataset.source, dataset.who) == (("bad", "good"), "a.csv", "tester")
    assert sum(dataset.rows.values()) == len(shelf.rows(dataset.id)) == 120
    assert open_store().datasets() == [dataset]


def test_the_same_content_twice_is_one_data_set(home: Path, tiny_rows: pd.DataFrame) -> None:
    first = datasets.add(tiny_rows, COLUMNS, name="tiny")
    assert datasets.add(tiny_rows, COLUMNS, name="another name") == first
    assert datasets.add(tiny_rows.head(100), COLUMNS, name="tiny").version == 2


def test_rows_that_went_missing_on_disk_are_stored_again(home: Path, tiny_rows: pd.DataFrame) -> None:
    first = datasets.add(tiny_rows, COLUMNS, name="tiny")
    shelf.remove(first.id)
    assert datasets.add(tiny_rows, COLUMNS, name="tiny") == first
    assert shelf.verify(first.id)


def test_blocking_problems_stop_it_until_a_person_accepts_them(home: Path, tiny_rows: pd.DataFrame) -> None:
    leaked = {"validation": tiny_rows.head(20), "test": tiny_rows.tail(30)}
    with pytest.raises(DataError, match="train"):
        datasets.add(tiny_rows, COLUMNS, name="tiny", **leaked)
    assert open_store().datasets() == []
    assert not any((home / "datasets").glob("*"))
    dataset = datasets.add(tiny_rows, COLUMNS, name="tiny", accept_problems=True, who="ann", **leaked)
    assert dataset.confirmation is not None
    assert dataset.confirmation.who == "ann"
    assert "train-test-overlap" in dataset.confirmation.kinds


def test_a_data_set_that_a_run_uses_can_not_be_removed(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset = datasets.add(tiny_rows, COLUMNS, name="tiny")
    runs.submit(runs.plan(dataset.id), key="a")
    with pytest.raises(StoreError):
        datasets.remove(dataset.id)
    assert shelf.verify(dataset.id)


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 201])
def test_a_name_that_nobody_can_read_is_refused(home: Path, tiny_rows: pd.DataFrame, name: str) -> None:
    with pytest.raises(DataError, match="name"):
        datasets.add(tiny_rows, COLUMNS, name=name)


def test_a_task_that_is_not_there_stores_nothing(home: Path, tiny_rows: pd.DataFrame) -> None:
    with pytest.raises(SettingsError, match="There is no task called poetry. Known: text-classification."):
        datasets.add(tiny_rows, COLUMNS, name="tiny", task="poetry")
    assert open_store().datasets() == []


def test_rows_whose_record_is_refused_do_not_stay_on_disk(home: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Store, dataset: Dataset) -> Dataset:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(Store, "add_dataset", refuse)
    with pytest.raises(StoreError):
        datasets.add(tiny_rows, COLUMNS, name="tiny")
    assert [path for path in (home / "datasets").rglob("*") if path.is_file()] == []


def test_a_version_added_while_this_one_was_looked_at_is_counted(
    home: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = prepare.prepare

    def slow(*given: object, **options: object) -> object:
        monkeypatch.setattr(prepare, "prepare", prepared)
        datasets.add(tiny_rows.head(100), COLUMNS, name="tiny")
        return prepared(*given, **options)

    monkeypatch.setattr(prepare, "prepare", slow)
    assert datasets.add(tiny_rows, COLUMNS, name="tiny").version == 2


def test_a_version_without_the_overlap_names_the_one_it_was_made_from(home: Path, tiny_rows: pd.DataFrame) -> None:
    leaked = {"validation": tiny_rows.iloc[80:100], "test": tiny_rows.iloc[100:]}
    old = datasets.add(tiny_rows.head(90), COLUMNS, name="tiny", accept_problems=True, who="ann", **leaked)
    new = datasets.without_overlap(old.id, who="ben")
    assert (new.name, new.version, new.parent, dict(new.rows)) == ("tiny", 2, old.id, {"train": 80, "validation": 20, "test": 20})
    assert [str(change) for change in new.changes] == ["Left out 10 training rows whose text also stands in validation or test."]
    assert shelf.verify(new.id) and open_store().dataset(old.id) == old
    ids = [set(shelf.rows(one.id, "test")["fmc_id"]) for one in (old, new)]
    assert ids[0] == ids[1]  # so that runs on both are compared item by item
    assert datasets.without_overlap(old.id, who="ben") == new
    with pytest.raises(DataError, match="nothing to leave out"):
        datasets.without_overlap(new.id)


def test_what_was_confirmed_before_holds_on_and_new_trouble_needs_a_word(home: Path, tiny_rows: pd.DataFrame) -> None:
    odd = tiny_rows.assign(label=["odd" if n in (0, 1) else label for n, label in enumerate(tiny_rows["label"])])
    old = datasets.add(
        odd.iloc[:90], COLUMNS, name="a", accept_problems=True, validation=odd.iloc[90:105], test=odd.iloc[list(range(105, 120)) + [0, 1]]
    )
    with pytest.raises(DataError, match="odd"):  # no training row has this label any more
        datasets.without_overlap(old.id)
    new = datasets.without_overlap(old.id, accept_problems=True, who="ben")
    assert new.confirmation is not None and new.confirmation.who == "ben"


def test_a_damaged_record_is_named_and_hides_no_other_set(home: Path, tiny_rows: pd.DataFrame, capsys: pytest.CaptureFixture[str]) -> None:
    columns, store = Columns("text", "label"), open_store()
    lost = datasets.add(tiny_rows, columns, name="lost", accept_problems=True).id
    kept = datasets.add(tiny_rows.head(90), columns, name="kept", accept_problems=True).id
    with store.engine.write() as connection:
        connection.execute(tables.datasets.update().where(tables.datasets.c.id == lost).values(card="{broken"))
    assert [one.id for one in store.datasets()] == [kept] and store.damaged_datasets() == [lost]
    assert store.dataset_versions("lost") == []
    said = f"The record of data set {lost} in the store is damaged"
    assert main(["data", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["damaged"] == [lost]
    assert main(["data", "show", lost]) == 1 and said in capsys.readouterr().err
    page = history.app("1_prepare/data")
    assert said in history.words(page).replace("\\", "") and "kept" in history.words(page)
    with pytest.raises(DamagedError):
        datasets.add(tiny_rows, columns, name="lost", accept_problems=True)
    assert len(shelf.rows(lost)) == 120, "what can't be read again loses no row"
