"""Home."""

import streamlit as st

from pages.shared.words import _

st.title(_("FM Commons"))
