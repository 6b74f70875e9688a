"""What the views of a run's answers draw from, each read or computed once per file and shared by everybody who looks. Never changed.

Counts no look at the test split: a view asks here only after the seal (seal.py) let it pass.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.pipeline import runs
from fmcore.records import Dataset, Run

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.evaluation.report import Evaluation


BY_ID = {Run: lambda run: run.id, Dataset: lambda dataset: dataset.id}
"""How caches tell runs and data sets apart: by id, since neither changes what lies under it; answers by :func:`version`."""


def version(run: Run, split: str) -> str:
    """Return what changes when the stored answers do: where they lie, and when they were written. Empty where there are none."""
    path = runs.folder(run.id) / "predictions" / f"{split}.parquet"
    return f"{path}@{path.stat().st_mtime_ns}" if path.is_file() else ""


def answers(run: Run, split: str) -> pd.DataFrame:
    """Return the stored predictions.

    Raises:
        DataError: there are none, or they are not those that the run ended with.
    """
    return _answers(run.id, split, version(run, split))


def evaluation(run: Run, split: str, labels: tuple[str, ...]) -> Evaluation:
    """Return every figure of a split.

    Raises:
        DataError: as :func:`answers`.
    """
    return _evaluation(run.id, split, labels, version(run, split))


def rows(dataset: Dataset, split: str) -> pd.DataFrame:
    """Return the rows of a split with all their columns, by the id of the answers; a data set may have a column called id of its own."""
    return _rows(dataset.id, dataset.fingerprint, split, str(runs.folder("")))


@st.cache_resource(max_entries=8, show_spinner=False)
def _answers(run_id: str, split: str, version: str) -> pd.DataFrame:
    from fmcore.pipeline import answers

    return answers.read(run_id, split)


@st.cache_resource(max_entries=32, show_spinner=False)
def _evaluation(run_id: str, split: str, labels: tuple[str, ...], version: str) -> Evaluation:
    from fmcore.evaluation import report

    return report.evaluate(_answers(run_id, split, version), labels, split)


@st.cache_resource(max_entries=4, show_spinner=False)
def _rows(dataset_id: str, fingerprint: str, split: str, home: str) -> pd.DataFrame:
    from fmcore.data import shelf

    return shelf.rows(dataset_id, split).set_index("fmc_id", drop=False)
