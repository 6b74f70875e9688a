"""The shelf: what was put there comes back, a damaged set is noticed, nothing is half there."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pandas as pd
import pytest

from fmcore.data import shelf
from fmcore.data.prepare import prepare
from fmcore.errors import DataError
from fmcore.records import Columns, Dataset


def stored(rows: pd.DataFrame) -> tuple[Dataset, pd.DataFrame]:
    rows = rows.assign(group=rows["group"].where(rows.index != 5))  # one missing cell
    dataset, frame, profile = prepare(
        rows, Columns("text", "label", groups=("group",)), name="a", source="a.csv", confirmed=True, who="ann", version=1
    )
    shelf.save(dataset, frame, profile)
    return dataset, frame


def test_what_is_saved_comes_back(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset, frame = stored(tiny_rows)
    assert shelf.dataset(dataset.id) == dataset
    assert shelf.rows(dataset.id).equals(frame)
    assert shelf.rows(dataset.id)["group"].isna().sum() == 1
    assert shelf.profile(dataset.id)["rows"] == dict(dataset.rows)
    assert {p.name for p in (home / "datasets" / dataset.id).iterdir()} == {"rows.parquet", "card.json"}


def test_one_split_has_its_rows_only(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset, frame = stored(tiny_rows)
    assert shelf.rows(dataset.id, "test")["fmc_id"].tolist() == frame["fmc_id"][frame["fmc_split"] == "test"].tolist()
    with pytest.raises(DataError, match="no split called dev. Known: train, validation, test"):
        shelf.rows(dataset.id, "dev")


def test_a_changed_cell_no_longer_verifies(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset, frame = stored(tiny_rows)
    assert shelf.verify(dataset.id)
    path = home / "datasets" / dataset.id / "rows.parquet"
    frame.assign(label=["good", *frame["label"][1:]][::-1]).to_parquet(path)
    assert not shelf.verify(dataset.id)
    path.write_bytes(b"PAR1 no more")
    assert not shelf.verify(dataset.id)
    with pytest.raises(DataError, match="can't be read"):
        shelf.rows(dataset.id)


def test_a_save_that_breaks_off_leaves_nothing_that_looks_whole(
    home: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shelf.pq, "write_table", full)
    with pytest.raises(DataError, match="is full: the data set was not stored"):
        stored(tiny_rows)
    assert [p for p in (home / "datasets").rglob("*") if p.is_file()] == []
    monkeypatch.undo()


def test_saving_again_replaces_the_card(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset, frame = stored(tiny_rows)
    shelf.save(dataset, frame, {"rows": "new"})
    assert shelf.profile(dataset.id) == {"rows": "new"}


def test_a_removed_set_is_gone_and_removing_it_again_is_nothing(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset, _ = stored(tiny_rows)
    shelf.remove(dataset.id)
    shelf.remove(dataset.id)
    assert list((home / "datasets").iterdir()) == []
    with pytest.raises(DataError, match="There is no data set"):
        shelf.rows(dataset.id)


@pytest.mark.parametrize("name", ["../d-0123456789ab", "d-0123456789ab/..", "", "d-0123456789AB", "/etc"])
def test_an_id_is_never_a_path(home: Path, name: str) -> None:
    with pytest.raises(DataError, match="not the id of a data set"):
        shelf.rows(name)


def test_a_card_that_is_no_json_is_named(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset, _ = stored(tiny_rows)
    (home / "datasets" / dataset.id / "card.json").write_text("{")
    with pytest.raises(DataError, match="card of data set"):
        shelf.dataset(dataset.id)


def test_the_card_is_json_without_nan(home: Path, tiny_rows: pd.DataFrame) -> None:
    dataset, _ = stored(tiny_rows)
    json.loads((home / "datasets" / dataset.id / "card.json").read_text(), parse_constant=pytest.fail)


def test_what_a_killed_process_left_in_mid_write_is_taken_away_later(home: Path, tiny_rows: pd.DataFrame) -> None:
    left = home / "datasets" / "d-0123456789ab"
    left.mkdir(parents=True)
    for name, age in ((".rows.parquet-old", 2 * shelf.LEFT_SECONDS), (".card.json-new", 10)):
        (left / name).touch()
        os.utime(left / name, (time.time() - age,) * 2)
    stored(tiny_rows)
    assert [path.name for path in left.iterdir()] == [".card.json-new"]  # somebody may be writing this one now
