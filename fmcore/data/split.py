"""Which row trains, which chooses, which judges: a seeded, stratified split that keeps what belongs together on one side.

Rows are tied when their texts are the same in normal form, when they are near duplicates, or when they share a value in the unit column.
Tied rows
are dealt as one. Chance comes from sha256 of the seed and the text, so the split is the same on every machine, in every version of numpy
and pandas,
and for every order of the rows. Refuses to know files, checks and models.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from fmcore.data.normal import empty_cells, text_keys
from fmcore.errors import DataError
from fmcore.records import Columns

NAMES = {
    "train": ("train", "training"),
    "validation": ("validation", "valid", "val", "dev", "development"),
    "test": ("test", "testing"),
}
"""How people call the three splits in a split column; case does not count."""
_KNOWN = {name: split for split, names in NAMES.items() for name in names}
LARGE_SHARE = 0.01
"""Ties above this share of the rows are dealt first, the largest first, because they fit into few places."""
NEAR_CAP_SHARE, NEAR_CAP = 0.02, 10
"""Near duplicates are tied up to this share of all rows (at least ten rows): texts made from one template would otherwise become one
lump."""


def split(
    frame: pd.DataFrame,
    columns: Columns,
    *,
    seed: int,
    validation_share: float = 0.1,
    test_share: float = 0.2,
    near: Iterable[tuple[int, int]] = (),
    in_train: Iterable[int] = (),
) -> pd.Series:
    """Return a Series of split names on the frame's index.

    Each label is spread over the splits as the shares ask, as far as the ties allow; every label stands in train.
    ``near`` holds pairs of row positions, most alike first, that should stay together; the rows at the positions ``in_train``, and what
    is tied to them,
    stay in train. A share of 0 makes no such split.

    Raises:
        DataError: the shares leave nothing for train.
    """
    if not (validation_share >= 0 and test_share >= 0 and validation_share + test_share < 1):  # so that NaN is refused too
        raise DataError(
            "The shares for validation ({validation}) and test ({test}) leave nothing for train. Choose shares that add up to less than 1.",
            validation=validation_share,
            test=test_share,
        )
    shares = {"train": 1 - validation_share - test_share, "validation": validation_share, "test": test_share}
    keys = text_keys(frame, columns)
    draws = [_draw(seed, key or f"\0{position}") for position, key in enumerate(keys)]
    units = None if columns.unit is None else [None if gone else str(v) for v, gone in _cells(frame[columns.unit])]
    lumps = _tied(keys, units, near)
    labels = [str(v) for v in frame[columns.label]]
    names = _deal(_ordered(lumps, draws), labels, {name: share for name, share in shares.items() if share > 0}, set(in_train))
    return pd.Series(names, index=frame.index, dtype=object)


def part(frame: pd.DataFrame, columns: Columns, *, share: float, seed: int) -> pd.Series:
    """Return which rows stay in a smaller training set, bool on the frame's index: this share of each label, rounded up.

    A smaller share is part of every larger one with the same seed, so a learning curve adds rows and swaps none.

    Raises:
        DataError: the share is not above 0 and at most 1.
    """
    if not 0 < share <= 1:
        raise DataError("The share of the training rows must lie above 0 and be at most 1; found {share}.", share=share)
    draws = [_draw(seed, f"part\x1f{key}" if key else f"part\0{row}") for row, key in enumerate(text_keys(frame, columns))]
    labels, taken = frame[columns.label].tolist(), [False] * len(frame)
    left = {label: math.ceil(count * share - 1e-9) for label, count in Counter(labels).items()}
    for row in sorted(range(len(frame)), key=draws.__getitem__):
        left[labels[row]] -= 1
        taken[row] = left[labels[row]] >= 0
    return pd.Series(taken, index=frame.index, dtype=bool)


def from_column(values: pd.Series) -> pd.Series:
    """Return split names for the values of a split column.

    Raises:
        DataError: a value is none of the known names, or no row is for training.
    """
    found = values.map(lambda v: _KNOWN.get(str(v).strip().lower()) if isinstance(v, str) else None)
    if found.isna().any():
        strange = Counter("(empty)" if gone else str(v) for v, gone in _cells(values[found.isna()])).most_common(5)
        raise DataError(
            "The split column {column} holds values that are no split: {values}. Use {known}, or leave the split column out.",
            column=str(values.name),
            values=", ".join(f"{value} ({count})" for value, count in strange),
            known=", ".join(_KNOWN),
        )
    if not (found == "train").any():
        raise DataError(
            "The split column {column} has no row for train; it holds {values}. Add rows for train, or leave the split column out.",
            column=str(values.name),
            values=", ".join(sorted({str(v) for v in values})),
        )
    return found.astype(object)


def _cells(column: pd.Series) -> Iterable[tuple[object, bool]]:
    return zip(column, empty_cells(column), strict=True)


def _draw(seed: int, key: str) -> bytes:
    return hashlib.sha256(f"{seed}\x1f{key}".encode("utf-8", "surrogatepass")).digest()


class _Ties:
    """Rows tied together, as a forest (union by size)."""

    def __init__(self, count: int) -> None:
        self.parent = list(range(count))
        self.size = [1] * count

    def root(self, row: int) -> int:
        while self.parent[row] != row:
            self.parent[row] = row = self.parent[self.parent[row]]
        return row

    def tie(self, first: int, second: int, cap: float = float("inf")) -> None:
        first, second = self.root(first), self.root(second)
        if first == second or self.size[first] + self.size[second] > cap:
            return
        if self.size[first] < self.size[second]:
            first, second = second, first
        self.parent[second] = first
        self.size[first] += self.size[second]


def _tied(keys: Sequence[str], units: Sequence[str | None] | None, near: Iterable[tuple[int, int]]) -> list[list[int]]:
    ties = _Ties(len(keys))
    for values in (keys, units or ()):
        first: dict[str, int] = {}
        for row, value in enumerate(values):
            if value:  # nothing in common is not something in common
                ties.tie(first.setdefault(value, row), row)
    cap = max(NEAR_CAP, NEAR_CAP_SHARE * len(keys))
    for one, other in near:
        ties.tie(int(one), int(other), cap)
    lumps: dict[int, list[int]] = {}
    for row in range(len(keys)):
        lumps.setdefault(ties.root(row), []).append(row)
    return list(lumps.values())


def _ordered(lumps: list[list[int]], draws: Sequence[bytes]) -> list[list[int]]:
    """Return large lumps first, then the other ties, then single rows, which can still even out what the ties left uneven."""
    large = LARGE_SHARE * len(draws)

    def rank(lump: list[int]) -> tuple[int, int, bytes]:
        draw = min(draws[row] for row in lump)
        if len(lump) > max(large, 1):
            return 0, -len(lump), draw
        return (1 if len(lump) > 1 else 2), 0, draw

    return sorted(lumps, key=rank)


def _deal(lumps: list[list[int]], labels: Sequence[str], shares: Mapping[str, float], in_train: set[int]) -> list[str]:
    """Give each lump to the split where it brings the counts per label, and of all, closest to the shares (least chi-square)."""
    wanted = Counter(labels)
    need = {name: {label: share * n for label, n in wanted.items()} for name, share in shares.items()}
    room = {name: share * len(labels) for name, share in shares.items()}
    result = [""] * len(labels)
    for lump in lumps:
        counts = Counter(labels[row] for row in lump)

        def cost(name: str, counts: Mapping[str, int] = counts, size: int = len(lump)) -> float:
            each = sum(c * (c - 2 * need[name][label]) / (shares[name] * wanted[label]) for label, c in counts.items())
            return each + size * (size - 2 * room[name]) / (shares[name] * len(labels))

        best = "train" if in_train.intersection(lump) else min(shares, key=cost)
        for label, c in counts.items():
            need[best][label] -= c
        room[best] -= len(lump)
        for row in lump:
            result[row] = best
    _teach_every_label(lumps, labels, result)
    return result


def _teach_every_label(lumps: list[list[int]], labels: Sequence[str], result: list[str]) -> None:
    """Move the smallest lump of every label that train lacks into train: what is never shown can't be learned."""
    taught = {label for label, name in zip(labels, result, strict=True) if name == "train"}
    smallest: dict[str, list[int]] = {}
    for lump in sorted(lumps, key=len):
        for row in lump:
            smallest.setdefault(labels[row], lump)
    for label in sorted(set(labels) - taught):
        for row in smallest[label] if label not in taught else ():
            result[row] = "train"
            taught.add(labels[row])
