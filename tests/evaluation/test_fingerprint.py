"""A changed answer is found and named; a changed file of digests hides nothing."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fmcore.evaluation import fingerprint, predictions


def answers() -> pd.DataFrame:
    frame = {"id": ["a", "b", "c"], "target": ["no", "yes", "no"], "answer": ["no", "no", "no"], "p_no": [0.9, 0.6, 0.8]}
    return predictions.check(pd.DataFrame(frame | {"p_yes": [0.1, 0.4, 0.2], "loss": [0.1, 0.9, 0.2]}))


@pytest.fixture
def stored(tmp_path: Path) -> tuple[Path, str]:
    path = predictions.write(answers(), tmp_path / "test.parquet")
    return path, fingerprint.write(answers(), path)


def test_what_is_read_back_has_the_fingerprint_of_what_was_written(stored: tuple[Path, str]) -> None:
    path, was = stored
    assert fingerprint.of(predictions.read(path)) == was
    assert fingerprint.changed(predictions.read(path), path, was) == []


def test_the_item_that_was_changed_is_named(stored: tuple[Path, str]) -> None:
    path, was = stored
    now = answers()
    now.loc[1, ["answer", "p_no", "p_yes"]] = ["yes", 0.4, 0.6]
    assert fingerprint.of(now) != was
    assert fingerprint.changed(now, path, was) == ["b"]


def test_an_item_that_is_gone_or_moved_changes_the_fingerprint_though_no_item_differs(stored: tuple[Path, str]) -> None:
    path, was = stored
    for now in (answers().iloc[:2], answers().iloc[::-1]):
        assert fingerprint.of(now) != was
        assert fingerprint.changed(now, path, was) == []


def test_whoever_changes_the_digests_too_only_hides_which_item(stored: tuple[Path, str]) -> None:
    path, was = stored
    now = answers().assign(target=["yes", "yes", "no"])
    assert fingerprint.write(now, path) != was
    assert fingerprint.changed(now, path, was) is None
    path.with_suffix(fingerprint.SUFFIX).unlink()
    assert fingerprint.changed(now, path, was) is None


def test_texts_do_not_run_into_each_other() -> None:
    one, other = (answers().assign(id=ids) for ids in (["1", "12", "c"], ["11", "2", "c"]))
    assert fingerprint.of(one) != fingerprint.of(other)
