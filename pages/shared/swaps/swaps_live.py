"""A swap test that is not done: how far it is, asked every two seconds; stopping it; what went wrong."""

from __future__ import annotations

import streamlit as st

from fmcore import jobs
from fmcore.records import Run, Status
from fmcore.store import open_store
from pages.shared import state, times
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.runs import queue_view, run_actions, run_live, run_pace
from pages.shared.words import _, plain


@st.fragment(run_every=run_live.SECONDS)
def watch(test_id: str, status: Status) -> None:
    """Draw a test that waits or is answered; when that changes, draw the whole page again."""
    with guard():
        _moving(test_id, status)


def _moving(test_id: str, status: Status) -> None:
    store = open_store()
    test = store.run(test_id)
    if test.status is not status:
        st.rerun()
    if test.status is Status.QUEUED:
        queue_view.waiting(test, store)
    else:
        if test.message is not None:
            st.caption(plain(str(test.message)))
        _bar(test, run_pace.pace(store.progress(test.id), test.steps).seconds_left)
    label = _("Stopping…") if test.stop_requested else _("Stop")
    if st.button(label, icon=":material/stop_circle:", disabled=test.stop_requested, key="swaps-stop"):
        jobs.stop(test.id, who=state.who())
        st.rerun()


def _bar(test: Run, seconds_left: float | None) -> None:
    share = min(1.0, test.step / test.steps) if test.steps else 0.0
    if not test.step:
        text = _("Loading the model…")
    elif seconds_left is None:
        text = _("{percent} % of the sentences are answered").format(percent=int(share * 100))
    else:
        text = _("{percent} % of the sentences are answered, about {time} left")
        text = text.format(percent=int(share * 100), time=times.minutes(seconds_left))
    st.progress(share, text=text)


def ended(test: Run) -> None:
    """Draw a test that was stopped or failed, and the way to try again."""
    said = plain(str(test.message)) if test.message else _("It ended without saying why; see its log.")
    if test.status is Status.STOPPED:
        st.warning(said, icon=":material/stop_circle:")
    else:
        st.error(said, icon=":material/error:", title=_("The test failed"))
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button(_("Ask again"), type="primary", icon=":material/replay:", key="swaps-again"):
            run_actions.resume(test)
        link("run", _("How it went, with its log"), run=test.id)
