"""What a person may do with one run: stop, resume, change and start again, edit; and where its results are read.

Each act is one call of the engine, which records who and when.
"""

from __future__ import annotations

import streamlit as st

from fmcore import jobs
from fmcore.errors import FmcoreError
from fmcore.pipeline import runs as pipeline_runs
from fmcore.records import Run, Status
from fmcore.store import Store
from pages.shared import state
from pages.shared.places import link
from pages.shared.runs import run_export
from pages.shared.words import _, plain


def row(run: Run, store: Store) -> None:
    """Draw the acts that make sense for the run's status, the likeliest first."""
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.status is Status.DONE:
            if run.spec.stage == "swaps":
                link("swaps", _("**Read the result**"), run=run.parents[0], test=run.id)
            elif run.spec.stage == "explanations":
                link("report", _("**Read them in the report**"), run=run.parents[0])
            else:
                link("report", _("**Read the report**"), run=run.id)
            if run.spec.stage in pipeline_runs.WITH_ANSWERS:
                link("audit", run=run.id)
            if run.spec.stage == "finetune":
                link("swaps", run=run.id)
        if run.status in (Status.RUNNING, Status.QUEUED) and st.button(
            _("Stopping…") if run.stop_requested else _("Stop"), icon=":material/stop_circle:", disabled=run.stop_requested, key="run-stop"
        ):
            ask_stop(run)
        if run.status in (Status.STOPPED, Status.FAILED) and st.button(
            _("Resume"), type="primary", icon=":material/resume:", key="run-resume"
        ):
            resume(run)
        has_model = run.spec.stage == "finetune"  # a baseline keeps answers and figures only
        if run.status is Status.DONE and has_model:
            link("playground", _("Try it"), runs=run.id)
            link("explain", _("Explain answers"), run=run.id)
        if has_model:
            link("finetune", _("Clone with changes"), icon=":material/content_copy:", clone=run.id)
        if st.button(_("Name, tags, notes"), icon=":material/edit:", type="tertiary", key="run-edit"):
            ask_edit(run, store)
        if run.status is Status.DONE and has_model:
            run_export.download(run, "tertiary")


def resume(run: Run) -> None:
    """Put the run back into the queue; it goes on from its newest intact checkpoint, or starts over where it keeps none."""
    try:
        jobs.resume(run.id, who=state.who())
    except FmcoreError as error:
        st.error(plain(str(error)))
        return
    st.rerun()


@st.dialog(_("Stop this run?"), icon=":material/stop_circle:")
def ask_stop(run: Run) -> None:
    st.markdown(_what_stopping_does(run.spec.stage))
    with st.container(horizontal=True):
        if st.button(_("Stop the run"), type="primary", key="stop-yes"):
            jobs.stop(run.id, who=state.who())
            st.rerun()
        if st.button(_("Let it run"), key="stop-no"):
            st.rerun()


def _what_stopping_does(stage: str) -> str:
    return {
        "finetune": _("Training ends after the step it is in. The last checkpoint is kept, so the run can be resumed later."),
        "swaps": _("It ends after the sentences that are being answered. Nothing of it is kept; resumed later, it starts over."),
    }.get(stage, _("It ends after the part that is being worked on. Nothing of it is kept; resumed later, it starts over."))


@st.dialog(_("Name, tags and notes"), icon=":material/edit:")
def ask_edit(run: Run, store: Store) -> None:
    with st.form("edit-run", border=False):
        name = st.text_input(_("Name"), run.name, max_chars=200)
        tags = st.multiselect(
            _("Tags"), list(run.tags), list(run.tags), accept_new_options=True, placeholder=_("Type a tag and press Enter")
        )
        notes = st.text_area(_("Notes"), run.notes, height=160, max_chars=20_000)
        if not st.form_submit_button(_("Save"), type="primary"):
            return
    try:
        store.edit_run(run.id, version=run.version, who=state.who(), name=name.strip() or run.name, tags=tuple(tags), notes=notes)
    except FmcoreError as error:  # somebody else was faster: what was typed stays in the form
        st.error(plain(str(error)))
        return
    st.rerun()
