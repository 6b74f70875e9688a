"""What a data set looks like, in numbers for its card: labels, lengths, groups, languages, gaps. Draws nothing and judges nothing.

The shape, all of it plain JSON:

    {"rows":       {split: n},
     "columns":    [original column names in file order],
     "labels":     {split: {label: n}},                       every label in every split, zeros included
     "words":      {split: LENGTHS}, "characters": {split: LENGTHS},
     "groups":     {column: {"values": n different, "missing": n, "splits": {split: {value: n}}, "labels": {value: {label: n}}, "other":
     n}},
     "languages":  {"sampled": n, "counts": {ISO 639-1 code: n}},
     "missing":    {column: {split: n}},                      empty cells
     "distinct":   {column: n different values},
     "unit":       null | {"column": name, "values": n},
     "dropped":    {kind: n}}                                 added by prepare
    LENGTHS = {"n": n, "min": x, "p5": x, "p25": x, "p50": x, "p75": x, "p95": x, "p99": x, "max": x, "mean": x}, or {} for an empty split

A word is what stands between spaces; each Chinese, Japanese or Korean character counts as one. The texts of a pair are counted together.
In ``groups`` a label that no row of the group has is left out. Group values are the ``MOST_VALUES`` largest, largest first; ``other``
counts the rows of the rest.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from fmcore.data.fingerprint import ID, SPLIT
from fmcore.data.language import languages
from fmcore.data.lengths import n_characters, n_words
from fmcore.data.normal import empty_cells
from fmcore.records import SPLITS, Columns, Json

MOST_VALUES = 100
QUANTILES = (5, 25, 50, 75, 95, 99)


def profile(frame: pd.DataFrame, columns: Columns) -> dict[str, Json]:
    """Return the numbers above for a prepared frame (``fmc_split`` and the original columns)."""
    parts = {name: frame[frame[SPLIT] == name] for name in SPLITS}
    labels = sorted(set(frame[columns.label].dropna()))
    original = [str(c) for c in frame.columns if c not in (ID, SPLIT)]
    empty = {name: empty_cells(frame[name]) for name in original}
    return {
        "rows": {name: len(part) for name, part in parts.items()},
        "columns": original,
        "labels": {name: _counts(part[columns.label], labels) for name, part in parts.items()},
        "words": {name: _lengths(n_words(part, columns)) for name, part in parts.items()},
        "characters": {name: _lengths(n_characters(part, columns)) for name, part in parts.items()},
        "groups": {column: _group(frame, column, columns.label, empty[column]) for column in columns.groups},
        "languages": languages(frame, columns).to_json(),
        "missing": {column: {name: int(empty[column][part.index].sum()) for name, part in parts.items()} for column in original},
        "distinct": {column: int(frame[column].nunique()) for column in original},
        "unit": None if columns.unit is None else {"column": columns.unit, "values": int(frame[columns.unit].nunique())},
    }


def _counts(values: pd.Series, known: list[str]) -> dict[str, int]:
    found = Counter(values)
    return {value: found[value] for value in known}


def _lengths(values: np.ndarray) -> dict[str, float]:
    if not len(values):
        return {}
    quantiles = {f"p{q}": float(x) for q, x in zip(QUANTILES, np.percentile(values, QUANTILES), strict=True)}
    return {"n": len(values), "min": int(values.min()), **quantiles, "max": int(values.max()), "mean": round(float(values.mean()), 2)}


def _group(frame: pd.DataFrame, column: str, label: str, empty: pd.Series) -> dict[str, Json]:
    filled = frame[~empty]
    sizes = sorted(Counter(filled[column]).items(), key=lambda item: (-item[1], item[0]))
    shown = [value for value, _ in sizes[:MOST_VALUES]]
    pairs = Counter(zip(filled[column], filled[label], strict=True))
    labels = sorted(set(frame[label].dropna()))
    return {
        "values": len(sizes),
        "missing": int(empty.sum()),
        "splits": {name: _counts(filled[column][filled[SPLIT] == name], shown) for name in SPLITS},
        # Only labels that occur: with many labels and values a full table would be larger than the data.
        "labels": {value: {name: pairs[value, name] for name in labels if pairs[value, name]} for value in shown},
        "other": sum(count for _, count in sizes[MOST_VALUES:]),
    }
