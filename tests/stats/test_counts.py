"""Counts: target first, then answer; strange labels are named."""

from __future__ import annotations

import numpy as np
import pytest

from fmcore.errors import DataError
from fmcore.stats.counts import BLOCK, confusion, grouped


def test_the_first_axis_is_the_target() -> None:
    table = confusion(["cat", "cat", "cat", "dog"], ["cat", "dog", "dog", "dog"], ["cat", "dog"])
    assert table.tolist() == [[1, 2], [0, 1]]
    assert table.dtype == "int64"


def test_a_label_that_never_occurs_keeps_its_place() -> None:
    assert confusion(["a"], ["c"], ["a", "b", "c"]).tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]


def test_no_items_are_no_counts() -> None:
    assert confusion([], [], ["a", "b"]).tolist() == [[0, 0], [0, 0]]


def test_an_unknown_label_is_named() -> None:
    with pytest.raises(DataError, match=r"The answer fish is not among the labels \(cat, dog\)"):
        confusion(["cat"], ["fish"], ["cat", "dog"])


def test_each_item_needs_both() -> None:
    with pytest.raises(DataError, match="2 targets but 1 answers"):
        confusion(["cat", "cat"], ["cat"], ["cat"])


def test_groups_are_counted_in_one_pass_as_one_by_one() -> None:
    rng = np.random.default_rng(0)
    group, target, answer = (rng.integers(0, size, BLOCK + 1000) for size in (5, 3, 3))
    table = grouped(group.astype(np.int32), target, answer, sizes=(6, 3))
    for g in range(6):
        for t in range(3):
            for a in range(3):
                assert table[g, t, a] == ((group == g) & (target == t) & (answer == a)).sum()
