"""Cells of a column as text, and a column as codes: so that another group costs one counting pass. Knows no target or answer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from fmcore.audit.records import MISSING

WIDEST_NAME = 120  # letters of a group's name
EMPTY = frozenset({"", "nan", "NaN", "NAN"})


@dataclass(frozen=True, eq=False)
class Coded:
    """One column: ``values[codes[i]]`` is what row i says; empty cells are the value ``missing``."""

    values: tuple[str, ...]
    codes: np.ndarray
    """int32, (rows,)."""
    numbers: np.ndarray | None
    """The same as numbers, NaN where empty; None when any cell is no number."""


def words(values: pd.Series) -> pd.Series:
    """Return cells as text without spaces around, None where empty; whole numbers lose their ``.0`` where pandas put it there."""
    if pd.api.types.is_bool_dtype(values):
        return values.map({True: "True", False: "False"}).astype(object)
    if pd.api.types.is_numeric_dtype(values):
        numbers = values.to_numpy(float, na_value=np.nan)
        found, places = np.unique(numbers, return_inverse=True)
        named = np.array([None if np.isnan(n) else str(int(n)) if n.is_integer() else repr(float(n)) for n in found], object)
        return pd.Series(named[places], index=values.index, dtype=object)
    codes, found = pd.factorize(values, use_na_sentinel=True)
    named = np.array([*(_word(value) for value in found), None], object)  # the last one is for empty cells, whose code is -1
    return pd.Series(named[codes], index=values.index, dtype=object)


def code(values: pd.Series) -> Coded:
    """Return a column as codes: values in order, numbers by size, ``missing`` last."""
    codes, found = pd.factorize(words(values), use_na_sentinel=True)
    names = [str(name) for name in found]
    numbers = _as_numbers(names)
    order = np.argsort(numbers, kind="stable") if numbers is not None else np.array(sorted(range(len(names)), key=names.__getitem__), int)
    place = np.empty(len(order) + 1, np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    place[-1] = len(order)
    shown = _shown([names[i] for i in order])
    if (codes < 0).any():
        shown.append(MISSING if MISSING not in shown else f"{MISSING} (2)")
    per_row = None if numbers is None else np.append(numbers, np.nan)[codes]
    return Coded(tuple(shown), place[codes], per_row)


def _word(value: object) -> str | None:
    text = str(value).strip()
    return None if text in EMPTY else text


def _as_numbers(names: list[str]) -> np.ndarray | None:
    try:
        numbers = np.array([float(name) for name in names])
    except ValueError:
        return None
    return numbers if len(numbers) and np.isfinite(numbers).all() else None


def _shown(names: list[str]) -> list[str]:
    """Return names that can be shown: no control characters, not too long, each another."""
    taken: dict[str, int] = {}
    shown = []
    for name in names:
        clean = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split()) or "?"
        clean = clean if len(clean) <= WIDEST_NAME else clean[: WIDEST_NAME - 1] + "…"
        taken[clean] = taken.get(clean, 0) + 1
        shown.append(clean if taken[clean] == 1 else f"{clean} ({taken[clean]})")
    return shown
