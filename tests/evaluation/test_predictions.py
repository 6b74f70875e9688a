"""Predictions on disk: whole or not there, and checked both ways."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fmcore.errors import DataError
from fmcore.evaluation import predictions


def frame(**changes: object) -> pd.DataFrame:
    columns = {
        "id": ["1", "2"],
        "target": ["NA", "007"],
        "answer": ["NA", "NA"],
        "p_NA": [0.9, 0.6],
        "p_007": [0.1, 0.4],
        "loss": [0.1, 0.9],
    }
    return pd.DataFrame({**columns, **changes})


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    path = predictions.write(frame(), tmp_path / "new" / "test.parquet")
    pd.testing.assert_frame_equal(predictions.read(path), predictions.check(frame()))
    assert predictions.labels_of(predictions.read(path)) == ("NA", "007")
    assert [p.name for p in path.parent.iterdir()] == ["test.parquet"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"id": ["1", "1"]}, "the id 1 stands in more than one row"),
        ({"id": ["1", None]}, "column id must hold text"),
        ({"id": [1, 2]}, "column id must hold text"),
        ({"target": ["NA", "new"]}, "the target of item [^ ]+ is new, which is none of the labels"),
        ({"p_NA": [0.9, float("nan")]}, "item 2 has a score or loss that is not a finite"),
        ({"loss": [0.1, float("inf")]}, "item 2 has a score or loss that is not a finite"),
        ({"p_NA": [0.9, 0.7]}, "scores of item 2 are not probabilities"),
        ({"p_NA": [1.1, 0.6], "p_007": [-0.1, 0.4]}, "scores of item 1 are not probabilities"),
        ({"answer": ["007", "NA"]}, "answer of item 1 is not its likeliest"),
        ({"p_NA": ["x", "y"]}, "must be numbers"),
        ({"extra": [1, 2]}, "needs the columns"),
    ],
)
def test_what_is_no_prediction_is_refused_and_nothing_is_left(tmp_path: Path, changes: dict[str, object], sentence: str) -> None:
    with pytest.raises(DataError, match=sentence):
        predictions.write(frame(**changes), tmp_path / "test.parquet")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_column_is_refused() -> None:
    with pytest.raises(DataError, match="needs the columns"):
        predictions.check(frame().drop(columns="loss"))


def test_an_old_file_stays_when_the_new_one_is_refused(tmp_path: Path) -> None:
    path = predictions.write(frame(), tmp_path / "test.parquet")
    with pytest.raises(DataError):
        predictions.write(frame(id=["1", "1"]), path)
    assert len(predictions.read(path)) == 2


@pytest.mark.parametrize("content", [b"", b"PAR1", b"id,target\n1,2\n"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "test.parquet").write_bytes(content)
    with pytest.raises(DataError, match="damaged or not a Parquet file"):
        predictions.read(tmp_path / "test.parquet")


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="There are no predictions at"):
        predictions.read(tmp_path / "test.parquet")


def test_an_empty_split_is_kept(tmp_path: Path) -> None:
    path = predictions.write(frame().iloc[:0], tmp_path / "test.parquet")
    assert len(predictions.read(path)) == 0


@given(st.lists(st.text(min_size=1, max_size=8).filter(lambda t: t.isprintable()), min_size=1, max_size=4, unique=True), st.integers(0, 99))
def test_any_label_survives(tmp_path_factory: pytest.TempPathFactory, labels: list[str], seed: int) -> None:
    scores = np.random.default_rng(seed).dirichlet(np.ones(len(labels)), size=3)
    answers = [labels[i] for i in scores.argmax(1)]
    made = pd.DataFrame({"id": ["a", "b", "c"], "target": labels[0], "answer": answers})
    made = pd.concat([made, pd.DataFrame(scores, columns=[f"p_{label}" for label in labels])], axis=1).assign(loss=-np.log(scores[:, 0]))
    path = predictions.write(made, tmp_path_factory.mktemp("p") / "test.parquet")
    assert predictions.labels_of(predictions.read(path)) == tuple(labels)
