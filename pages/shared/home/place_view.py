"""Where everything lies on this machine: the folder, the database, the room that is left. Never drawn for somebody who came by a link."""

from __future__ import annotations

import shutil

import streamlit as st

import fmcore
from fmcore.settings import get_settings
from fmcore.store import Store
from pages.shared.words import _

GIGABYTE = 1e9


def draw(store: Store) -> None:
    """Draw the folder that holds data sets, runs and, unless it is elsewhere, the database, ready to be copied."""
    home = get_settings().home
    with st.expander(_("Where everything lies"), icon=":material/folder_open:"):
        st.caption(_("Data sets, runs and models, on this machine"))
        st.code(str(home), language=None, wrap_lines=True)
        st.caption(_("The history"))
        st.code(store.engine.place, language=None, wrap_lines=True)
        place = next((one for one in (home, *home.parents) if one.exists()), home)
        free = _("{n} GB are free.").format(n=f"{shutil.disk_usage(place).free / GIGABYTE:,.0f}")
        st.caption(
            _("{free} FM Commons {version}. Another folder: start with FMCORE_HOME set.").format(free=free, version=fmcore.__version__)
        )
