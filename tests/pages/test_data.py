"""The pages Data and Add data, without a browser: what they say, what they store, what they refuse."""

from __future__ import annotations

import errno
from pathlib import Path

import pandas as pd
import pytest

from fmcore.errors import DataError
from fmcore.pipeline import datasets
from fmcore.records import Columns
from fmcore.store import open_store
from pages.shared import uploads
from pages.shared.data.roles_guess import guess
from tests.pages.history import add_dataset, app, log_runs, spec, words

DATA, ADD = "1_prepare/data", "1_prepare/add_data"


@pytest.fixture
def saved(home: Path, tiny_rows: pd.DataFrame) -> str:
    return datasets.add(tiny_rows, Columns("text", "label", groups=("group",)), name="tiny", accept_problems=True, who="tester").id


def uploaded(frame: pd.DataFrame, name: str = "tiny.csv") -> str:
    return uploads.keep(name, frame.to_csv(index=False).encode())


def button(test, label: str):
    return next(b for b in test.button if b.label == label)


def test_an_empty_library_says_so_and_offers_what_to_do(home: Path):
    test = app(DATA)
    assert "There is none yet" in words(test) and not test.exception and not test.error


def test_the_library_finds_by_words(home: Path):
    store = open_store()
    add_dataset(store, 1, name="reviews")
    add_dataset(store, 2, name="tickets")
    test = app(DATA)
    assert words(test).count("added") == 2
    assert words(app(DATA, search="tick")).count("added") == 1
    assert "No data set has these words" in words(app(DATA, search="zzz"))


def test_a_card_shows_rows_labels_and_where_it_came_from(saved: str):
    test = app(DATA, data=saved)
    assert not test.exception and not test.error
    assert test.title[0].value == r"tiny\, version 1"
    assert {m.label: m.value for m in test.metric}["Labels"] == "2"
    assert sum(int(m.value) for m in test.metric if m.label.endswith("rows")) == 120


def test_an_unknown_id_is_a_sentence_and_the_library(home: Path):
    test = app(DATA, data="d-000000000000")
    assert len(test.error) == 1 and "There is none yet" in words(test) and not test.exception


def test_rows_are_filtered_by_label_and_words(saved: str):
    assert "60 rows match" in words(app(DATA, data=saved, show="rows", label="good")).replace("**", "")
    test = app(DATA, data=saved, show="rows", words="number 11 ")
    assert "1 row matches" in words(test) and not test.exception


def test_two_versions_are_compared(saved: str, tiny_rows: pd.DataFrame):
    other = tiny_rows.assign(label=[("bad" if n == 1 else one) for n, one in enumerate(tiny_rows["label"])])
    second = datasets.add(other.head(100), Columns("text", "label"), name="tiny", accept_problems=True, who="tester")
    test = app(DATA, data=saved, show="compare")
    assert second.version == 2 and not test.exception and not test.error
    assert "**100** texts stand in both; **1** of them have other labels" in words(test)


def test_a_set_that_runs_use_can_not_be_deleted(saved: str):
    store = open_store()
    assert any(b.label == "Delete for good" for b in app(DATA, data=saved).button)
    store.add_run(spec(store.dataset(saved)), name="a run", who="tester", key="k")
    test = app(DATA, data=saved)
    assert not any(b.label == "Delete for good" for b in test.button)
    assert "1 run uses this data set" in words(test)


def test_a_set_that_only_runs_in_the_bin_use_says_so(saved: str):
    store = open_store()
    [run] = log_runs(store, store.dataset(saved), 1)
    store.delete_runs([run], who="tester")
    assert "1 run in the bin uses it" in words(app(DATA, data=saved))


def test_an_unused_set_is_deleted_for_good(saved: str):
    button(app(DATA, data=saved), "Delete for good").click().run()
    assert open_store().datasets() == []


def test_roles_are_guessed_from_names_and_then_from_cells():
    by_name = pd.DataFrame({"Label": ["a", "b"], "Text": ["x", "y"], "split": ["train", "test"]})
    assert guess(by_name) == {"text": "Text", "label": "Label", "split": "split"}
    by_cell = pd.DataFrame({"k": ["a", "b", "a"], "v": ["a long line", "one more line", "the third line"]})
    assert guess(by_cell) == {"text": "v", "label": "k", "split": None}


def test_a_file_is_checked_named_and_saved_under_the_persons_name(home: Path, tiny_rows: pd.DataFrame):
    test = app(ADD, **{"file-train": uploaded(tiny_rows)})
    assert "**120** rows and **3** columns" in words(test) and not test.error
    button(test, "Check the data").click().run()
    if test.checkbox:
        test.checkbox[0].check().run()
    name = next(one for one in test.text_input if one.label == "Name")
    name.set_value("my rows").run()
    button(test, "Save the data set").click().run()
    [stored] = open_store().datasets()
    assert (stored.name, stored.who, sum(stored.rows.values())) == ("my rows", "tester", 120)


def test_the_same_content_under_a_second_name_is_told_to_be_the_same_set(home: Path, tiny_rows: pd.DataFrame):
    for name in ("my rows", "other rows", "my rows"):
        test = app(ADD, **{"file-train": uploaded(tiny_rows), "name": name})
        button(test, "Check the data").click().run()
        if test.checkbox:
            test.checkbox[0].check().run()
        button(test, "Save the data set").click().run()
        said = words(test)
        assert test.title[0].value == r"my rows\, version 1"
        assert ("save as “other rows” is this very set" in said) == (name == "other rows")
    assert "This very content was here already, so nothing was added." in said and len(open_store().datasets()) == 1


def test_a_changed_choice_asks_for_a_new_check(home: Path, tiny_rows: pd.DataFrame):
    test = app(ADD, **{"file-train": uploaded(tiny_rows)})
    button(test, "Check the data").click().run()
    assert not any(b.label == "Check the data" for b in test.button)
    test.number_input(key="seed").set_value(5).run()
    assert any(b.label == "Check the data" for b in test.button)


def test_one_label_alone_can_not_be_saved_at_all(home: Path, tiny_rows: pd.DataFrame):
    test = app(ADD, **{"file-train": uploaded(tiny_rows.assign(label="good"))})
    button(test, "Check the data").click().run()
    assert not test.exception and len(test.error) == 1 and "be used as it is" in test.error[0].value
    assert not any(b.label == "Save the data set" for b in test.button)


def test_an_upload_never_becomes_a_path(home: Path):
    upload_id = uploads.keep("../../evil.csv", b"text,label\na,b\n")
    path = uploads.path(upload_id)
    assert path is not None and path.is_relative_to(home) and path.name == "content" and uploads.name(upload_id) == "evil.csv"
    for strange in ("../../etc/passwd", "", None, "0" * 24):
        assert uploads.path(strange) is None


def test_an_upload_that_nobody_saved_goes_after_a_week(home: Path):
    upload_id = uploads.keep("a.csv", b"a")
    path = uploads.path(upload_id)
    assert path is not None
    uploads.sweep(now=path.parent.stat().st_mtime + uploads.KEPT_SECONDS - 1)
    assert uploads.path(upload_id) is not None
    uploads.sweep(now=path.parent.stat().st_mtime + uploads.KEPT_SECONDS + 1)
    assert uploads.path(upload_id) is None


def test_a_folder_of_this_machine_is_no_public_set(home: Path, tmp_path: Path, tiny_rows: pd.DataFrame):
    tiny_rows.to_csv(tmp_path / "train.csv", index=False)
    for name in (str(tmp_path), "../..", "a/../b"):
        test = app(ADD, **{"from": "public", "hub": name})
        assert len(test.error) == 1 and "name on the hub" in test.error[0].value and not test.dataframe


def test_a_public_set_offline_is_one_sentence(home: Path):
    test = app(ADD, **{"from": "public", "hub": "stanfordnlp/sst2"})
    assert len(test.error) == 1 and not test.exception


def leaky(rows: pd.DataFrame) -> dict[str, str]:
    """Return the address of an upload whose validation and test files repeat ten training rows each."""
    parts = {"train": rows.head(100), "validation": rows.iloc[90:110], "test": rows.iloc[[*range(80, 90), *range(110, 120)]]}
    return {f"file-{name}": uploaded(part, f"{name}.csv") for name, part in parts.items()} | {"way": "files"}


def test_an_overlap_can_be_left_out_before_the_set_is_saved(home: Path, tiny_rows: pd.DataFrame):
    test = app(ADD, **leaky(tiny_rows), overlap="same")
    button(test, "Check the data").click().run()
    assert {m.label: m.value for m in test.metric} == {"Training rows": "80", "Validation rows": "20", "Test rows": "20", "Left out": "20"}
    for box in test.checkbox:
        box.check().run()
    button(test, "Save the data set").click().run()
    [stored] = open_store().datasets()
    assert not any(problem.kind == "train-test-overlap" for problem in stored.problems)
    assert "Left out 20 training rows whose text also stands in validation or test" in words(app(DATA, data=stored.id)).replace("\\", "")


def test_a_stored_set_gets_a_version_without_its_overlap(home: Path, tiny_rows: pd.DataFrame):
    parts = {"validation": tiny_rows.iloc[90:110], "test": tiny_rows.iloc[110:]}
    old = datasets.add(tiny_rows.head(100), Columns("text", "label"), name="tiny", accept_problems=True, who="tester", **parts)
    test = app(DATA, data=old.id, show="problems")
    assert "**10** training rows go, **90** stay." in words(test) and not test.error
    button(test, "Make this version").click().run()
    new = open_store().dataset_versions("tiny")[0]
    assert (new.version, new.parent, new.who, new.rows["train"]) == (2, old.id, "tester", 90)
    assert test.query_params["data"] == new.id and not test.exception
    assert not any(b.label == "Make this version" for b in app(DATA, data=new.id, show="problems").button)


def test_a_public_set_is_read_as_the_hub_lays_it_out(home: Path, tmp_path: Path, tiny_rows: pd.DataFrame, monkeypatch: pytest.MonkeyPatch):
    from fmcore.data import hub

    (tmp_path / "set").mkdir()
    tiny_rows.head(80).to_csv(tmp_path / "set" / "train.csv", index=False)
    tiny_rows.iloc[80:].to_csv(tmp_path / "set" / "test.csv", index=False)
    read = hub.load_public
    monkeypatch.setattr(hub, "load_public", lambda name, config=None: read(tmp_path / "set", config=config))  # no hub in a test
    test = app(ADD, **{"from": "public", "hub": "somebody/set"})
    assert "train: 80 rows" in words(test) and "test: 40 rows" in words(test) and not test.error
    button(test, "Check the data").click().run()
    for box in test.checkbox:
        box.check().run()
    button(test, "Save the data set").click().run()
    [stored] = open_store().datasets()
    assert (stored.source, stored.rows["test"], stored.who) == ("hub:somebody/set", 40, "tester")


def test_an_upload_that_does_not_fit_is_one_sentence_and_leaves_nothing(home: Path, monkeypatch: pytest.MonkeyPatch):
    def full(self: Path, content: bytes) -> int:
        with self.open("wb") as file:
            file.write(content[:1])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataError, match=r"big.csv does not fit on the disk of this machine \(2.0 MB\)"):
        uploads.keep("big.csv", b"x" * 2_000_000)
    assert list((home / "cache" / "uploads").iterdir()) == []


def test_one_column_alone_is_told_what_it_lacks(home: Path, tiny_rows: pd.DataFrame):
    test = app(ADD, **{"file-train": uploaded(tiny_rows[["text"]])})
    told = "There is only one column, text. Add a column with the labels: what the model should answer to each text."
    assert [e.value for e in test.error] == [told]
    assert "**120** rows and **1** column." in words(test)
