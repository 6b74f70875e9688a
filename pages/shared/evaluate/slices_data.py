"""What the view of parts draws from: properties of the rows, figures of each part, the search for weak ones; each computed once and shared.

Counts no look at the test split: a view asks here only after the seal (seal.py) let it pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import Dataset, Run
from pages.shared.evaluate import evaluate_data

if TYPE_CHECKING:
    from fmcore.evaluation.features import Properties
    from fmcore.evaluation.slices import Slice
    from fmcore.evaluation.weak import Search

MOST_VALUES = 50
"""Different values up to which a column can make parts."""
WORDS = 150
"""The most frequent words, which the search looks at as well."""
SMALLEST = 20
"""Rows that a part needs, in each half for the search."""


def columns(dataset: Dataset, split: str) -> list[str]:
    """Return the columns that can make parts: those of few different values that are neither text nor label."""
    roles = dataset.columns
    taken = {"fmc_id", "fmc_split", roles.text, roles.text_pair, roles.label, roles.id, roles.split}
    rows = evaluate_data.rows(dataset, split)
    return [str(name) for name in rows.columns if name not in taken and rows[name].nunique() <= MOST_VALUES]


def slices(run: Run, dataset: Dataset, split: str, by: tuple[str, ...]) -> tuple[Slice, ...]:
    """Return the figures of every part: of these columns, and by length, language, negation and duplicates."""
    return _slices(run, dataset, split, by, evaluate_data.version(run, split))


def weak(run: Run, dataset: Dataset, split: str) -> Search:
    """Return the parts where errors gather, among all columns that can make parts, the texts' properties and their words."""
    return _weak(run, dataset, split, tuple(columns(dataset, split)), evaluate_data.version(run, split))


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _slices(run: Run, dataset: Dataset, split: str, by: tuple[str, ...], version: str) -> tuple[Slice, ...]:
    from fmcore.evaluation import slices

    of = _properties(dataset, split, by, 0)
    return slices.slices(evaluate_data.answers(run, split), dataset.labels, of)


@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _weak(run: Run, dataset: Dataset, split: str, by: tuple[str, ...], version: str) -> Search:
    from fmcore.evaluation.weak import weak_slices

    return weak_slices(evaluate_data.answers(run, split), _properties(dataset, split, by, WORDS), smallest=SMALLEST)


@st.cache_resource(max_entries=8, show_spinner=False, hash_funcs=evaluate_data.BY_ID)
def _properties(dataset: Dataset, split: str, by: tuple[str, ...], n_words: int) -> Properties:
    from fmcore.evaluation.features import features

    rows, training = (evaluate_data.rows(dataset, name) for name in (split, "train"))
    return features(rows, dataset.columns, by=by, training=training, n_words=n_words, smallest=1 if not n_words else SMALLEST)
