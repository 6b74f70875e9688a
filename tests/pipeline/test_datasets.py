"""From a file to a stored data set, in one act: whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fmcore.data import prepare, shelf
from fmcore.errors import DataError, SettingsError, StoreError
from fmcore.pipeline import datasets, runs
from fmcore.records import Columns, Dataset
from fmcore.store import Store, open_store

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
