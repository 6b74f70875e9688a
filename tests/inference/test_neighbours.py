"""The nearest training examples: found by cosine, made portion by portion, kept with the run and mended after a kill."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fmcore.data import shelf
from fmcore.errors import DataError
from fmcore.inference import neighbours as module
from fmcore.inference.neighbours import neighbours
from fmcore.pipeline.runs import folder
from fmcore.pipeline.trained import Loaded, load


@pytest.fixture
def loaded(run_id: str) -> Loaded:
    for file in kept(run_id):
        file.unlink()
    return load(run_id)


def kept(run_id: str) -> list[Path]:
    return list((folder(run_id) / "neighbours").glob("*"))


def test_a_training_text_is_nearest_to_itself_and_carries_its_label(loaded: Loaded) -> None:
    train = shelf.rows(loaded.dataset.id, "train")
    found = neighbours(loaded, texts=train["text"].tolist()[:2], most=3, seconds=60)
    assert (found["ready"], found["done"], found["of"], found["left_out"]) == (True, len(train), len(train), 0)
    for nearest, row in zip(found["nearest"], train.to_dict("records")[:2], strict=True):
        assert nearest[0]["texts"] == [row["text"]] and nearest[0]["label"] == row["label"]
        assert nearest[0]["similarity"] == pytest.approx(1, abs=1e-5)
        assert [one["similarity"] for one in nearest] == sorted((one["similarity"] for one in nearest), reverse=True)


def test_vectors_are_made_a_portion_at_each_question_and_only_once(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PORTION", 30)
    n = len(shelf.rows(loaded.dataset.id, "train"))
    assert neighbours(loaded, texts=["a room"], seconds=0)["done"] == 0  # only looks
    states = [neighbours(loaded, texts=["a room"], seconds=1e-9) for _ in range(-(-n // 30))]
    assert [state["done"] for state in states] == [*range(30, n, 30), n]
    assert [state["ready"] for state in states] == [False] * (len(states) - 1) + [True] and "nearest" not in states[0]
    monkeypatch.setattr(module, "_vectors", lambda *_: pytest.fail("made again"))
    assert neighbours(loaded, texts=["a room"], seconds=0)["nearest"] == states[-1]["nearest"]


def test_what_a_killed_worker_half_wrote_is_made_again(loaded: Loaded) -> None:
    whole = neighbours(loaded, texts=["a room"], seconds=60)["nearest"]
    [file] = kept(loaded.run.id)
    os.truncate(file, file.stat().st_size - 6)
    assert neighbours(loaded, texts=["a room"], seconds=60)["nearest"] == whole


def test_vectors_of_another_model_are_not_used_and_go(loaded: Loaded) -> None:
    stale = folder(loaded.run.id) / "neighbours" / "0123456789abcdef.f32"
    stale.parent.mkdir(exist_ok=True)
    stale.write_bytes(np.zeros(32 * 84, np.float32).tobytes())
    neighbours(loaded, texts=["a room"], seconds=60)
    assert not stale.exists() and len(kept(loaded.run.id)) == 1


def test_of_too_many_training_rows_evenly_spaced_ones_are_taken(loaded: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS", 10)
    module._rows.cache_clear()
    found = neighbours(loaded, texts=["a room"], seconds=60)
    module._rows.cache_clear()
    train = shelf.rows(loaded.dataset.id, "train")
    assert (found["of"], found["left_out"]) == (10, len(train) - 10)


def test_pairs_are_compared_as_pairs(pairs_id: str) -> None:
    loaded = load(pairs_id)
    row = shelf.rows(loaded.dataset.id, "train").to_dict("records")[0]
    [nearest] = neighbours(loaded, texts=[(row["text"], row["reply"])], most=1, seconds=60)["nearest"]
    assert nearest[0]["texts"] == [row["text"], row["reply"]]


def test_what_the_model_does_not_know_is_counted_without_marks(loaded: Loaded) -> None:
    found = neighbours(loaded, texts=["a room", "😀 😀", "a 😀"], seconds=60)
    assert found["unknown"] == [0, 2, 1] and found["tokens"] == [2, 2, 2]


def test_an_empty_text_and_a_full_disk_are_sentences(loaded: Loaded, monkeypatch: pytest.MonkeyPatch, rows: pd.DataFrame) -> None:
    with pytest.raises(DataError, match="no text"):
        neighbours(loaded, texts=[" "])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module, "_vectors", full)
    with pytest.raises(DataError, match="can't be kept in .*: No space left"):
        neighbours(loaded, texts=["a room"])
