"""Where Evaluate stood before: links that people kept still open the same view."""

from __future__ import annotations

import streamlit as st

from pages.shared.places import PLACES

st.switch_page(PLACES["evaluate"].path, query_params=st.query_params.to_dict())
