"""Puts explanations of a sample of test rows into the run's report: asks for the job, and shows how far it is. Computes nothing."""

from __future__ import annotations

import streamlit as st

from fmcore import jobs
from fmcore.pipeline import explained
from fmcore.records import Run, Status
from fmcore.store import open_store
from pages.shared import seal, state, times
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.runs import queue_view, run_live, run_pace
from pages.shared.words import _, plain


def draw(run: Run) -> None:
    """Draw whose explanations stand in the report, and the job that makes them: its button, how far it is, or why it ended."""
    job = explained.newest(run.id)
    with st.expander(_("Explanations in the report"), icon=":material/description:", expanded=job is not None):  # stays open at its end
        with guard():
            _standing(run)
        if job is not None and explained.is_at_work(job):
            _watch(job.id, job.status)
            return
        if job is not None and job.status is not Status.DONE:
            said = plain(str(job.message)) if job.message else _("It ended without saying why; see its log.")
            st.warning(said, icon=":material/error:")
            link("run", _("How it went, with its log"), run=job.id)
        told = _(
            "Explains {n} test rows, wrong answers and right ones, and judges the method over {judged}. "
            "It works by itself: this page may be closed. Counts as a look at the test rows."
        )
        st.caption(told.format(n=explained.SAMPLE, judged=explained.JUDGED))
        again = job is not None and job.status is Status.DONE
        label = _("Make them anew") if again else _("Put explanations into the report")
        st.button(label, icon=":material/note_add:", key="explain-keep", on_click=_start, args=(run.id,))


def _standing(run: Run) -> None:
    found = explained.kept(run.id)
    if found is None:
        st.markdown(_("None yet. A report holds no text of the data until somebody puts it there."))
        return
    told = _("{n} test rows, put there by {who}. {sentence}")
    st.markdown(told.format(n=len(found.ids), who=plain(found.who, 80), sentence=plain(str(found.trust.sentence))))
    link("report", _("Read the report"), run=run.id)


def _start(run_id: str) -> None:
    with guard():
        explained.start(run_id, who=state.who())  # a triple click is one job
        jobs.ensure_supervisor()


@st.fragment(run_every=run_live.SECONDS)
def _watch(job_id: str, status: Status) -> None:
    """Draw a job that waits or works; when that changes, draw the whole page again."""
    with guard():
        store = open_store()
        job = store.run(job_id)
        if job.status is Status.DONE:
            seal.count_as_opened(job.parents[0])
            state.say_next(_("The explanations stand in the report now."))
        if job.status is not status:
            st.rerun()
        if job.status is Status.QUEUED:
            queue_view.waiting(job, store)
        else:
            _bar(job, run_pace.pace(store.progress(job.id), job.steps).seconds_left)
        st.caption(_("It works by itself: this page may be closed."))
        label = _("Stopping…") if job.stop_requested else _("Stop")
        if st.button(label, icon=":material/stop_circle:", disabled=job.stop_requested, key="explain-keep-stop"):
            jobs.stop(job.id, who=state.who())
            st.rerun()


def _bar(job: Run, seconds_left: float | None) -> None:
    said = plain(str(job.message)) if job.message else _("Loading the model…")
    if seconds_left is not None:
        said = _("{said} About {time} left.").format(said=said, time=times.minutes(seconds_left))
    st.progress(min(1.0, job.step / job.steps) if job.steps else 0.0, text=said)
