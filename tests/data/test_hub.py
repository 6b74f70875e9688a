"""Public data sets: tested on folders of the same layout, and on what a person is told without a hub."""

from __future__ import annotations

import socket

import pandas as pd
import pytest

from fmcore.data.hub import in_parts, load_public
from fmcore.errors import DataError
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
