"""Splits: nothing that belongs together stands on two sides, shares and labels are kept, chance is the same everywhere."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fmcore.data.normal import normal
from fmcore.data.split import from_column, part, split
from fmcore.errors import DataError
from fmcore.records import Columns

PLAIN, WITH_UNIT = Columns("text", "label"), Columns("text", "label", unit="unit")
WORDS = ["amber", "birch", "cedar", "delta", "ember", "fjord", "grove", "heath", "islet", "jetty", "knoll", "larch"]

row = st.tuples(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join),
    st.sampled_from("abc"),
    st.one_of(st.none(), st.integers(0, 40).map(str)),
    st.sampled_from([str, str.upper, lambda text: f"  {text}\u00a0 "]),
)


def frame_of(rows: list) -> pd.DataFrame:
    cells = [(disguise(text), label, unit) for text, label, unit, disguise in rows]
    return pd.DataFrame(cells, columns=["text", "label", "unit"], dtype=object)


def many(count: int) -> pd.DataFrame:
    return pd.DataFrame({"text": [f"text number {i}" for i in range(count)], "label": ["a" if i % 4 else "b" for i in range(count)]})


@settings(max_examples=150, deadline=None)
@given(st.lists(row, min_size=1, max_size=80), st.integers(0, 5))
def test_no_unit_and_no_duplicate_stands_on_two_sides(rows: list, seed: int) -> None:
    frame = frame_of(rows)
    names = split(frame, WITH_UNIT, seed=seed)
    assert set(names) <= {"train", "validation", "test"}
    for tie in (frame["text"].map(normal), frame["unit"]):
        assert (names.groupby(tie).nunique() <= 1).all()


@settings(max_examples=100, deadline=None)
@given(st.lists(row, min_size=1, max_size=80), st.integers(0, 5))
def test_every_label_stands_in_train(rows: list, seed: int) -> None:
    frame = frame_of(rows)
    names = split(frame, WITH_UNIT, seed=seed)
    assert set(frame["label"][names == "train"]) == set(frame["label"])


@settings(max_examples=50, deadline=None)
@given(st.lists(row, min_size=2, max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(rows: list, random: object) -> None:
    mixed = rows[:]
    random.shuffle(mixed)
    one, other = (frame_of(r) for r in (rows, mixed))
    sides = [set(zip(f["text"].map(normal), split(f, WITH_UNIT, seed=1), strict=True)) for f in (one, other)]
    assert sides[0] == sides[1]


@settings(max_examples=30, deadline=None)
@given(st.integers(300, 900), st.integers(1, 4), st.integers(0, 9), st.floats(0.05, 0.3), st.floats(0.05, 0.3))
def test_shares_are_kept_within_two_points_when_units_are_small(
    count: int, size: int, seed: int, validation_share: float, test_share: float
) -> None:
    frame = many(count).assign(unit=[str(i // size) for i in range(count)])
    names = Counter(split(frame, WITH_UNIT, seed=seed, validation_share=validation_share, test_share=test_share))
    assert abs(names["validation"] / count - validation_share) <= 0.02
    assert abs(names["test"] / count - test_share) <= 0.02


def test_each_label_is_spread_as_the_shares_say() -> None:
    frame = many(1000)  # 750 a, 250 b
    found = Counter(zip(frame["label"], split(frame, PLAIN, seed=3), strict=True))
    assert {
        key: abs(found[key] - wanted) <= 1 for key, wanted in {("a", "train"): 525, ("a", "test"): 150, ("b", "validation"): 25}.items()
    } == {
        ("a", "train"): True,
        ("a", "test"): True,
        ("b", "validation"): True,
    }


def test_the_same_seed_deals_the_same_and_another_seed_does_not() -> None:
    frame = many(200)
    assert split(frame, PLAIN, seed=7).equals(split(frame, PLAIN, seed=7))
    assert not split(frame, PLAIN, seed=7).equals(split(frame, PLAIN, seed=8))


def test_the_draw_is_pinned_so_that_no_library_can_change_it() -> None:
    names = split(many(20), PLAIN, seed=0)
    assert [i for i, name in enumerate(names) if name == "test"] == [2, 14, 16, 18]


def test_near_duplicates_stay_together_but_do_not_grow_into_a_lump() -> None:
    frame = many(100)
    near = [(i, i + 1) for i in range(99)]  # all of them, one after the other
    names = split(frame, PLAIN, seed=0, near=near)
    torn = sum(names[i] != names[i + 1] for i in range(99))
    assert torn < 15  # lumps of up to ten rows: at most a seam per lump, and far fewer than by chance (46)
    assert abs((names == "test").mean() - 0.2) <= 0.05


def test_rows_held_in_train_stay_there_with_what_is_tied_to_them() -> None:
    frame = many(50).assign(unit=[str(i // 5) for i in range(50)])
    names = split(frame, WITH_UNIT, seed=0, in_train=[0, 12])
    assert set(names[[0, 1, 2, 3, 4, 10, 11, 12, 13, 14]]) == {"train"}


def test_a_share_of_nothing_makes_no_such_split() -> None:
    assert set(split(many(100), PLAIN, seed=0, test_share=0)) == {"train", "validation"}


def test_shares_that_leave_nothing_for_train_are_refused() -> None:
    with pytest.raises(DataError, match="leave nothing for train"):
        split(many(10), PLAIN, seed=0, validation_share=0.5, test_share=0.5)


@pytest.mark.parametrize("share", [float("nan"), float("inf"), -0.1, 1.0])
def test_a_share_that_is_none_is_refused(share: float) -> None:
    with pytest.raises(DataError, match="leave nothing for train"):
        split(many(10), PLAIN, seed=0, validation_share=share)


def test_a_split_column_is_read_whatever_the_capitals() -> None:
    values = pd.Series(["Train", "training", "DEV", "val", "valid", " validation ", "Test"], name="part")
    assert from_column(values).tolist() == ["train"] * 2 + ["validation"] * 4 + ["test"]


def test_an_unknown_split_value_is_named_with_its_count() -> None:
    with pytest.raises(DataError, match=r"column part holds values that are no split: holdout \(2\), \(empty\) \(1\)"):
        from_column(pd.Series(["train", "holdout", None, "holdout"], name="part", dtype=object))


def test_a_split_column_without_train_is_refused() -> None:
    with pytest.raises(DataError, match="no row for train; it holds dev, test"):
        from_column(pd.Series(["dev", "test"], name="part"))


def test_a_smaller_part_is_inside_every_larger_one_and_keeps_the_labels() -> None:
    frame = pd.DataFrame({"text": [f"text {i}" for i in range(300)], "label": ["rare" if i % 30 == 0 else "often" for i in range(300)]})
    columns = Columns(text="text", label="label")
    parts = [part(frame, columns, share=share, seed=1) for share in (0.01, 0.05, 0.1, 0.5, 1.0)]
    for smaller, larger in pairwise(parts):
        assert not (smaller & ~larger).any()
    assert [int(one.sum()) for one in parts] == [3 + 1, 15 + 1, 29 + 1, 145 + 5, 300]
    assert {"rare", "often"} == set(frame["label"][parts[0]])
    assert not part(frame, columns, share=0.5, seed=2).equals(parts[3])
    with pytest.raises(DataError, match="above 0"):
        part(frame, columns, share=0, seed=1)
