"""The dashboard: ``streamlit run app.py``. What stands around every page; the pages themselves lie in pages/.

Streamlit runs this file twice: once imported, when the server starts, and then as the script of every visit.
"""

from __future__ import annotations

import streamlit as st

from pages.shared import state, visitor
from pages.shared.guard import guard, told
from pages.shared.places import PAGES, menu
from pages.shared.server import warm
from pages.shared.words import _


def frame() -> None:
    """Draw the menu, the name that acts are recorded under, and the page that the address asks for."""
    if visitor.came():
        demo()
        return
    st.set_page_config(page_title="FM Commons", page_icon=PAGES / "shared" / "icon.svg", layout="wide")
    st.logo(PAGES / "shared" / "logo.svg", icon_image=PAGES / "shared" / "icon.svg", size="large")
    page = st.navigation(menu(), position="sidebar", expanded=True)
    with st.sidebar:
        state.ask_who(_("You are"), _("Recorded with everything you add, start, change or delete."))
    state.show_notice()
    with guard():
        page.run()
    warm()


def demo() -> None:
    """Draw the one page of somebody who came by a demo link: no menu, and no other page is there to ask for."""
    st.set_page_config(page_title="FM Commons", page_icon=PAGES / "shared" / "icon.svg", layout="centered")
    page = st.navigation(visitor.pages(), position="hidden")
    state.show_notice()
    with guard():
        page.run()


if __name__ == "__main__":
    frame()
elif __name__ != "__mp_main__":  # a process that is spawned out of a page imports this file again, and serves nobody
    from pages.shared.ready import keep_answers_ready
    from pages.shared.server import keep_jobs_going, routes, skip_pages_folder

    skip_pages_folder()
    keep_jobs_going()
    keep_answers_ready()
    app = st.App(__file__, routes=routes(), on_script_error=told)
