"""The numbers of a data card, worked out by hand."""

from __future__ import annotations

import json

import pandas as pd

from fmcore.data.lengths import words
from fmcore.data.profile import profile
from fmcore.records import Columns

FRAME = pd.DataFrame(
    [
        ("train-1", "train", "one two three", "yes", "north"),
        ("train-2", "train", "four", "no", "south"),
        ("train-3", "train", "five six", "yes", None),
        ("test-1", "test", "三个字", "no", "north"),
    ],
    columns=["fmc_id", "fmc_split", "text", "label", "region"],
    dtype=object,
)
COLUMNS = Columns("text", "label", groups=("region",))


def test_counts_per_split_label_and_group() -> None:
    found = profile(FRAME, COLUMNS)
    assert found["rows"] == {"train": 3, "validation": 0, "test": 1}
    assert found["columns"] == ["text", "label", "region"]
    assert found["labels"] == {"train": {"no": 1, "yes": 2}, "validation": {"no": 0, "yes": 0}, "test": {"no": 1, "yes": 0}}
    assert found["groups"]["region"] == {
        "values": 2,
        "missing": 1,
        "splits": {"train": {"north": 1, "south": 1}, "validation": {"north": 0, "south": 0}, "test": {"north": 1, "south": 0}},
        "labels": {"north": {"no": 1, "yes": 1}, "south": {"no": 1}},
        "other": 0,
    }
    assert found["missing"]["region"] == {"train": 1, "validation": 0, "test": 0}
    assert found["distinct"] == {"text": 4, "label": 2, "region": 2}


def test_lengths_in_words_and_characters() -> None:
    found = profile(FRAME, COLUMNS)
    assert (found["words"]["train"]["min"], found["words"]["train"]["p50"], found["words"]["train"]["max"]) == (1, 2.0, 3)
    assert found["words"]["train"]["mean"] == 2.0
    assert found["characters"]["train"]["max"] == 13
    assert found["words"]["test"]["max"] == 3  # each Chinese character counts
    assert found["words"]["validation"] == {}


def test_both_texts_of_a_pair_are_counted_together() -> None:
    pairs = FRAME.assign(second=["a b", "c", None, "d"])
    assert profile(pairs, Columns("text", "label", text_pair="second"))["words"]["train"]["max"] == 5


def test_it_is_plain_json() -> None:
    found = profile(FRAME, Columns("text", "label", groups=("region",), unit="region"))
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["unit"] == {"column": "region", "values": 2}


def test_languages_come_from_texts_that_are_long_enough() -> None:
    english = FRAME.assign(
        text=["The weather was fine and we walked home along the river", "no", "ok", "我们今天下午在公园里散步然后回家吃饭"]
    )
    assert profile(english, COLUMNS)["languages"] == {"sampled": 2, "counts": {"en": 1, "zh": 1}}


def test_words_of_scripts_without_spaces_are_their_characters() -> None:
    assert [words(text) for text in ("", "a b", "三个字", "ok 三个字 ok", "한국어")] == [0, 2, 3, 5, 3]
