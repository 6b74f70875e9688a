"""The report of a run to take away: one HTML file, all evidence as JSON, a model card. Each making is a counted look at test."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.pipeline import fingerprints, report
from fmcore.records import Run
from pages.shared import state
from pages.shared.words import _, plain


def draw(run: Run) -> None:
    """Draw the button that opens the three files; a sentence where stored answers were changed, since no report is made of those."""
    with st.popover(_("Report file"), icon=":material/article:", key="report-file"):
        st.markdown(_("Everything about this run to send, print and keep. The page needs no network; its figures stay alive."))
        st.caption(_("It shows the figures on the test rows, so making it counts as opening them, recorded with your name and the time."))
        stamps = tuple((str(path), path.stat().st_mtime_ns) for path in fingerprints.answers(run.id).values())
        trouble = _trouble(run.id, stamps)
        if trouble is not None:
            st.error(plain(trouble), icon=":material/gpp_bad:")
            return
        with st.container(horizontal=True):
            _button(run, "html", _("Report (HTML)"), "text/html", "html", "primary")
            _button(run, "json", _("Evidence (JSON)"), "application/json", "json")
            _button(run, "model_card", _("Model card"), "text/markdown", "md")


def _button(run: Run, form: str, title: str, mime: str, ending: str, type: str = "secondary") -> None:
    made = text(run.id, form, state.who())
    st.download_button(
        title, made, f"{run.id}.{ending}", mime, type=type, on_click="ignore", icon=":material/download:", key=f"report-{form}"
    )


def text(run_id: str, form: str, who: str) -> Callable[[], bytes]:
    """Return what makes one of the files. ``who`` is recorded with the look at test."""

    def make() -> bytes:
        return getattr(report.report(run_id, who=who), form).encode()

    return make


@st.cache_data(max_entries=256, show_spinner=False)
def _trouble(run_id: str, stamps: tuple[tuple[str, int], ...]) -> str | None:
    """Return why no report can be made, or None. ``stamps`` are the files and when they were written: reading them takes a second."""
    try:
        report.check(run_id)
    except FmcoreError as error:
        return str(error)
    return None
