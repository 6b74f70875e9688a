"""The demo: one button, then its progress until the report is there. Its run stands in the address, so a reload goes on watching."""

from __future__ import annotations

import streamlit as st

from fmcore import jobs
from fmcore.errors import StoreError
from fmcore.records import Run, Status
from fmcore.store import Store
from pages.shared import amounts, state, times
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.runs import run_pace, run_status
from pages.shared.words import _, plain

SECONDS = 1.5
"""Between two looks at the store."""


def button() -> None:
    """Draw the button that starts the demo. A demo that is queued or running is shown instead of started twice."""
    st.button(_("Run the demo"), type="primary", icon=":material/play_arrow:", on_click=_start)


def _start() -> None:
    with guard():
        from fmcore.pipeline import demo  # reads and checks the sample, which needs pandas: only when asked for

        run = demo.start(state.who())
        jobs.ensure_supervisor()
        st.query_params["demo"] = run.id


def watch(store: Store) -> None:
    """Draw the demo of ``?demo=``: moving while it lives, still when it has ended; nothing without one."""
    run = _asked(store)
    if run is None:
        return
    if run.status.is_final:
        _draw(run, store)
    else:
        _live(run.id)


def _asked(store: Store) -> Run | None:
    try:
        return store.run(st.query_params["demo"]) if "demo" in st.query_params else None
    except StoreError:  # an old link to a run that is gone: the page is fine without it
        return None


@st.fragment(run_every=SECONDS)
def _live(run_id: str) -> None:
    with guard():
        store = state.store()
        run = store.run(run_id)
        if run.status.is_final:
            st.rerun()
        _draw(run, store)


def _draw(run: Run, store: Store) -> None:
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{plain(run.name)}**", width="content")
            run_status.badge(run)
        _stations(run)
        if run.status is Status.FAILED:
            st.error(plain(run.message) if run.message else _("The run ended without saying why."), icon=":material/error:")
        elif run.status is Status.RUNNING:
            run_status.bar(run)
            _speed(run, store)
        with st.container(horizontal=True):
            if run.status is Status.DONE:
                link("evaluate", _("**Read the report**"), run=run.id)
            link("run", _("How it went") if run.status.is_final else _("Watch every detail"), run=run.id)


def _stations(run: Run) -> None:
    """Draw the four stations of the way; an icon says where the run is, so that colour is never the only sign."""
    trained = run.status is Status.DONE or bool(run.steps and run.step >= run.steps)
    reached = {Status.QUEUED: 1, Status.RUNNING: 3 if trained else 2, Status.DONE: 4}.get(run.status, 2 if run.step else 1)
    titles = (_("Data checked and split"), _("Device free"), _("Fine-tuning"), _("Report"))
    with st.container(horizontal=True, gap="medium"):
        for number, title in enumerate(titles):
            here = ":material/error:" if run.status is Status.FAILED else ":material/progress_activity:"
            icon = ":material/check_circle:" if number < reached else here if number == reached else ":material/radio_button_unchecked:"
            st.markdown(f"{icon} {title}", width="content")


def _speed(run: Run, store: Store) -> None:
    progress = store.progress(run.id)
    pace = run_pace.pace(progress, run.steps)
    if pace.examples_per_second is None:
        st.caption(plain(run.message) if run.message else _("Loading the model…"))
        return
    text = _("{rate} examples per second · {left} left · loss {loss}")
    st.caption(
        text.format(
            rate=amounts.rate(pace.examples_per_second), left=times.minutes(pace.seconds_left), loss=amounts.number(pace.train_loss)
        )
    )
