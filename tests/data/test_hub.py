"""Public data sets: tested on folders of the same layout, and on what a person is told without a hub."""

from __future__ import annotations

import json
import os
import socket

import pandas as pd
import pytest

from fmcore.data import fingerprint
from fmcore.data.hub import in_parts, load_public
from fmcore.errors import DataError
from fmcore.records import Columns
from fmcore.settings import get_settings


def test_a_folder_of_csv_files_keeps_labels_as_text(home, tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "train.csv").write_text("text,label\ngood,007\nbad,None\n,NA\n", "utf-8")
    (tmp_path / "set" / "test.csv").write_text("text,label\nfine,1.0\n", "utf-8")
    found = load_public(tmp_path / "set")
    assert list(found) == ["train", "test"]
    assert found["train"].to_numpy().tolist() == [["good", "007"], ["bad", "None"], [None, "NA"]]
    assert found["test"].to_numpy().tolist() == [["fine", "1.0"]]
    assert list(load_public(tmp_path / "set", split="test")) == ["test"]
    with pytest.raises(DataError) as unknown:
        load_public(tmp_path / "set", split="dev")
    assert str(unknown.value) == "set has no split called dev. Known: train, test."


def test_class_numbers_become_class_names_and_minus_one_is_missing(home, tmp_path):
    card = """---
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': negative
          '1': positive
configs:
- config_name: default
  data_files:
  - split: train
    path: train.parquet
---
"""
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "README.md").write_text(card, "utf-8")
    pd.DataFrame({"text": ["a", "b", "c"], "label": [1, 0, -1]}).to_parquet(tmp_path / "set" / "train.parquet")
    assert load_public(tmp_path / "set")["train"].to_numpy().tolist() == [["a", "positive"], ["b", "negative"], ["c", None]]


def test_offline_and_unreachable_hubs_are_told(home, monkeypatch):
    with pytest.raises(DataError) as offline:
        load_public("somebody/set")
    assert "is set to stay offline" in str(offline.value)
    monkeypatch.setenv("FMCORE_OFFLINE", "0")
    get_settings.cache_clear()

    def unreachable(*_, **__):
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    with pytest.raises(DataError) as unreached:
        load_public("somebody/set")
    assert "which can't be reached from here" in str(unreached.value)


def test_a_folder_with_nothing_to_read_or_with_a_script_is_refused(home, tmp_path):
    (tmp_path / "set").mkdir()
    with pytest.raises(DataError) as nothing:
        load_public(tmp_path / "set")
    assert str(nothing.value) == "set can't be read: The directory at set doesn't contain any data files"
    (tmp_path / "set" / "set.py").write_text("raise SystemExit('this code ran')", "utf-8")
    with pytest.raises(DataError):
        load_public(tmp_path / "set")
    with pytest.raises(DataError) as missing:
        load_public(tmp_path / "nowhere")
    assert str(missing.value).startswith("There is no folder called nowhere")


def test_a_test_part_whose_answers_are_kept_secret_judges_nothing(home):
    asked = pd.DataFrame({"text": ["a", "b"], "label": ["x", "y"]}, dtype=object)
    secret = pd.DataFrame({"text": ["c", "d"], "label": [None, None]}, dtype=object)
    parts, [note] = in_parts({"train": asked, "validation": asked, "test": secret})
    assert list(parts) == ["train", "validation"]
    assert str(note) == "The part test is left out: its column label holds nothing, as where answers are kept secret."


def test_the_largest_part_is_learned_from_where_none_is_called_train(home):
    small, large = (pd.DataFrame({"text": ["a"] * n}, dtype=object) for n in (1, 3))
    parts, [note] = in_parts({"test": small, "crowd": large})
    assert {name: len(rows) for name, rows in parts.items()} == {"train": 3, "test": 1}
    assert "crowd is learned from" in str(note)


def test_a_set_of_several_parts_names_them(home, tmp_path):
    (tmp_path / "set").mkdir()
    for part in "ab":
        (tmp_path / "set" / f"{part}.csv").write_text(f"text,label\nfrom {part},x\n", "utf-8")
    configs = "".join(f"- config_name: {part}\n  data_files: {part}.csv\n" for part in "ab")
    (tmp_path / "set" / "README.md").write_text(f"---\nconfigs:\n{configs}---\n", "utf-8")
    with pytest.raises(DataError) as several:
        load_public(tmp_path / "set")
    assert str(several.value) == "set has several parts: a, b. Say which one."
    assert load_public(tmp_path / "set", config="b")["train"]["text"].tolist() == ["from b"]


CLASSES = """---
dataset_info:
  features:
  - name: text
    dtype: string
  - name: label
    dtype:
      class_label:
        names:
          '0': negative
          '1': positive
---
"""


@pytest.mark.parametrize("ending", ["csv", "tsv"])
def test_a_folder_gives_the_same_rows_every_time_it_is_read(home, tmp_path, ending):
    rows, mark = ["001", "002", "NA"] * 50, {"csv": ",", "tsv": "\t"}[ending]
    (tmp_path / "set").mkdir()
    lines = [f"text {i}{mark}{label}\n" for i, label in enumerate(rows)]
    (tmp_path / "set" / f"train.{ending}").write_text(f"text{mark}label\n" + "".join(lines), "utf-8")
    from datasets import load_dataset

    load_dataset(str(tmp_path / "set"), cache_dir=str(get_settings().cache() / "datasets"))  # guesses numbers, and remembers them
    once, again = load_public(tmp_path / "set")["train"], load_public(tmp_path / "set")["train"]
    assert once["label"].tolist() == rows
    assert fingerprint.of(once, Columns("text", "label")) == fingerprint.of(again, Columns("text", "label"))


def test_a_file_that_changed_under_the_same_name_and_time_is_read_anew(home, tmp_path):
    (tmp_path / "set").mkdir()
    file = tmp_path / "set" / "train.csv"
    for label in "xy":
        file.write_text(f"text,label\na,{label}\n", "utf-8")
        os.utime(file, (1_000_000_000, 1_000_000_000))
        assert load_public(tmp_path / "set")["train"]["label"].tolist() == [label]


def test_labels_that_stop_being_numbers_after_ten_thousand_rows_are_read(home, tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "train.csv").write_text("text,label\n" + "a,01\n" * 10_000 + "b,none of these\n", "utf-8")
    labels = load_public(tmp_path / "set")["train"]["label"]
    assert labels.value_counts().to_dict() == {"01": 10_000, "none of these": 1}


def test_json_texts_that_look_like_moments_stay_texts_and_mixed_cells_lose_no_letter(home, tmp_path):
    (tmp_path / "set").mkdir()
    rows = [{"text": "2020-01-01", "label": "007", "grade": "x"}, {"text": "2020-01-02T00:00:00Z", "label": "NA", "grade": 3}]
    (tmp_path / "set" / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    for _time in range(2):
        found = load_public(tmp_path / "set")["train"]
        assert found.to_numpy().tolist() == [["2020-01-01", "007", "x"], ["2020-01-02T00:00:00Z", "NA", "3"]]


def test_names_of_classes_that_a_card_gives_stand_in_place_of_the_numbers_of_a_csv(home, tmp_path):
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "README.md").write_text(CLASSES, "utf-8")
    (tmp_path / "set" / "train.csv").write_text("text,label\n007,1\nb,0\nc,\nd,-1\n", "utf-8")
    assert load_public(tmp_path / "set")["train"].to_numpy().tolist() == [["007", "positive"], ["b", "negative"], ["c", None], ["d", None]]
