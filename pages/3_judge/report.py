"""Where Evaluate stood before: links that people kept still open the same view."""

from __future__ import annotations

import streamlit as st

from pages.shared.places import go

go("evaluate", **st.query_params.to_dict())
