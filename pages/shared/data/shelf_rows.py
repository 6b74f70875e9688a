"""The rows of a data set as every page reads them: once per content, shared, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.settings import get_settings

if TYPE_CHECKING:
    import pandas as pd


def frame(dataset_id: str, fingerprint: str) -> pd.DataFrame:
    """Return the rows on the shelf; read once per content, shared and read-only."""
    return _frame(dataset_id, fingerprint, str(get_settings().home))


@st.cache_resource(max_entries=4, show_spinner=False)
def _frame(dataset_id: str, _fingerprint: str, home: str) -> pd.DataFrame:
    from fmcore.data import shelf

    return shelf.rows(dataset_id)
