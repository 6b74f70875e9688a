"""A folder's card may name files inside the folder; whatever else it names is told in one sentence, and nothing is opened."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from fmcore.data.folder_card import CARDS
from fmcore.data.hub import load_public
from fmcore.errors import DataError

ROWS = "text,label\ninside,x\n"


@pytest.fixture
def folder(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file beside a file that is not its own; whoever looks for another machine fails the test."""

    def asked(*where: object, **_named: object) -> None:
        raise AssertionError(f"asked for {where}")

    monkeypatch.setattr(socket, "getaddrinfo", asked)
    monkeypatch.setattr(socket.socket, "connect", asked)
    (tmp_path / "outside.csv").write_text("text,label\noutside,x\n", "utf-8")
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "train.csv").write_text(ROWS, "utf-8")
    return tmp_path / "set"


def named(place: str, key: str = "data_files") -> str:
    return f"configs:\n- config_name: default\n  {key}: {place}\n"


def refusal(folder: Path) -> str:
    with pytest.raises(DataError) as refused:
        load_public(folder)
    return str(refused.value)


def test_the_cards_are_those_that_the_library_reads() -> None:
    from datasets import config

    assert CARDS == (config.REPOCARD_FILENAME, config.REPOYAML_FILENAME)


@pytest.mark.parametrize("place", ["train.csv", "'*.csv'", "[train.csv]"])
def test_a_file_inside_the_folder_is_read(folder: Path, place: str) -> None:
    (folder / "README.md").write_text(f"---\n{named(place)}---\n", "utf-8")
    assert load_public(folder)["train"]["text"].tolist() == ["inside"]


@pytest.mark.parametrize(
    "place",
    [
        "http://example.com/x.csv",
        "hf://datasets/a/b/x.csv",
        "../outside.csv",
        "a/b.csv::http://example.com/x.zip",
        "file:///x.csv",
        "~/x.csv",
    ],
)
def test_a_place_outside_the_folder_is_refused(folder: Path, place: str) -> None:
    (folder / "README.md").write_text(f"---\n{named(place)}---\n", "utf-8")
    assert refusal(folder).startswith(
        f"set can't be read: its card (README.md) names {place}, and the card of a folder may only name files"
    )


@pytest.mark.parametrize("card", CARDS)
def test_an_absolute_path_is_refused_in_every_card_and_in_every_part(folder: Path, card: str) -> None:
    outside = folder.parent / "outside.csv"
    parts = f"\n  - split: train\n    path: train.csv\n  - split: test\n    path:\n    - {outside}"
    for said in (named(str(outside)), named(parts), named(str(folder.parent), key="data_dir")):
        (folder / card).write_text(f"---\n{said}---\n" if card == "README.md" else said, "utf-8")
        assert f"its card ({card}) names {folder.parent}" in refusal(folder)


def test_a_card_that_is_no_yaml_is_told(folder: Path) -> None:
    (folder / "README.md").write_text("---\nconfigs: [a\n---\n", "utf-8")
    assert refusal(folder).startswith("set can't be read: its card (README.md) is not valid YAML (while parsing a flow sequence)")
    (folder / "README.md").write_text("---\n- a list\n---\n", "utf-8")
    assert refusal(folder) == "set can't be read: repo card metadata block should be a dict"


def test_a_card_that_promises_other_columns_says_which(folder: Path) -> None:
    promised = "dataset_info:\n  features:\n  - name: title\n    dtype: string\n"
    (folder / "README.md").write_text(f"---\n{promised}---\n", "utf-8")
    assert "title" in refusal(folder)
