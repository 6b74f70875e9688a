"""The checks on public data that nobody here wrote: known leaks are found with their exact counts."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from fmcore.data.prepare import Inspection, inspect
from fmcore.records import Columns, Severity

FILES = {"train": "train", "validation": "dev", "test": "test"}


def looked_at(folder: Path, columns: Columns, *names: str) -> tuple[Inspection, dict[str, tuple[int, Severity]]]:
    tables = {name: pd.read_csv(folder / f"{FILES[name]}.csv", dtype=str, keep_default_na=False) for name in ("train", *names)}
    found = inspect(tables.pop("train"), columns, **tables)
    return found, {p.kind: (p.count, p.severity) for p in found.problems}


def test_ag_news_has_its_whole_validation_split_in_train(public_data: Path) -> None:
    found, kinds = looked_at(public_data / "ag_news_5k", Columns("text", "label"), "validation", "test")
    assert kinds["train-validation-overlap"] == (1000, Severity.BLOCKING)
    assert [p.kind for p in found.blocking] == ["train-validation-overlap"]


def test_sst2_has_two_test_texts_in_train_and_does_not_block(public_data: Path) -> None:
    found, kinds = looked_at(public_data / "sst2", Columns("text", "label"), "validation", "test")
    assert dict(found.rows) == {"train": 6920, "validation": 872, "test": 1821}
    assert kinds["train-test-overlap"] == (2, Severity.WARNING)
    assert kinds["exact-duplicates"][0] == 9
    assert found.blocking == ()


def test_trec_has_ten_test_texts_in_train_word_for_word_and_one_more_in_normal_form(public_data: Path) -> None:
    found, kinds = looked_at(public_data / "trec", Columns("text", "label"), "test")
    assert found.rows["validation"] == 546 and found.split_seed == 0  # a tenth of 5,452, split off train
    assert kinds["train-test-overlap"] == (11, Severity.BLOCKING)
    assert kinds["small-test"] == (1, Severity.WARNING)  # ABBR: 9


def test_chinese_comments_with_groups(public_data: Path) -> None:
    found, kinds = looked_at(public_data / "cold_zh_offensive", Columns("text", "label", groups=("topic",)), "validation", "test")
    assert kinds["train-test-overlap"] == (39, Severity.WARNING)
    assert kinds["train-validation-overlap"] == (30, Severity.WARNING)
    assert "mixed-language" not in kinds and "small-groups" not in kinds
    assert found.blocking == ()


def test_a_drawn_split_of_real_questions_leaks_nothing(public_data: Path) -> None:
    found, kinds = looked_at(public_data / "trec", Columns("text", "label"))
    assert not [kind for kind in kinds if "overlap" in kind]
    assert abs(found.rows["test"] / 5452 - 0.2) < 0.002 and abs(found.rows["validation"] / 5452 - 0.1) < 0.002
