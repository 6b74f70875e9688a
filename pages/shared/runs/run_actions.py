"""What a person may do with one run: stop, resume, change and start again, edit, put into the bin, export.

Each act is one call of the engine, which records who and when; a question stands before what can't be undone at once.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from fmcore import jobs
from fmcore.errors import FmcoreError
from fmcore.pipeline import export
from fmcore.pipeline import runs as pipeline_runs
from fmcore.records import Run, Status
from fmcore.settings import get_settings
from fmcore.store import Store
from pages.shared import amounts, state
from pages.shared.places import link
from pages.shared.words import _, ngettext, plain


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
            download(run, "tertiary")


def resume(run: Run) -> None:
    """Put the run back into the queue; it goes on from its newest intact checkpoint."""
    try:
        jobs.resume(run.id, who=state.who())
    except FmcoreError as error:
        st.error(plain(str(error)))
        return
    st.rerun()


@st.dialog(_("Stop this run?"), icon=":material/stop_circle:")
def ask_stop(run: Run) -> None:
    st.markdown(_("Training ends after the step it is in. The last checkpoint is kept, so the run can be resumed later."))
    with st.container(horizontal=True):
        if st.button(_("Stop the run"), type="primary", key="stop-yes"):
            jobs.stop(run.id, who=state.who())
            st.rerun()
        if st.button(_("Let it run"), key="stop-no"):
            st.rerun()


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


@st.dialog(_("Put into the bin?"), icon=":material/delete:")
def ask_delete(run_ids: list[str], names: list[str], store: Store) -> None:
    st.markdown(_("They leave the list and can be restored from the bin at any time. Nothing is erased."))
    for name in names:
        st.markdown(f"- {plain(name)}")
    if st.button(_("Put into the bin"), type="primary", key="delete-yes"):
        try:
            store.delete_runs(run_ids, who=state.who())
        except FmcoreError as error:
            st.error(plain(str(error)))
            return
        st.session_state["runs-generation"] = st.session_state.get("runs-generation", 0) + 1  # the selection is about rows that are gone
        st.rerun()


@st.dialog(_("Remove for good?"), icon=":material/delete_forever:")
def ask_purge(run_ids: list[str], kept: list[str]) -> None:
    """Ask before runs in the bin are removed for good; ``kept``: those that stay because other runs were made from them."""
    size = amounts.megabytes(pipeline_runs.bin_bytes(run_ids) / 1e6)
    text = ngettext(
        "**{n}** run goes with its model, answers, figures and audits ({size}). Nobody can bring it back.",
        "**{n}** runs go with their models, answers, figures and audits ({size}). Nobody can bring them back.",
        len(run_ids),
    )
    st.markdown(text.format(n=f"{len(run_ids):,}", size=size))
    if kept:
        text = ngettext("{n} run stays: others were made from it.", "{n} runs stay: others were made from them.", len(kept))
        st.caption(text.format(n=f"{len(kept):,}"))
    st.caption(_("That it was done, when and by whom stays on record."))
    with st.container(horizontal=True):
        if st.button(_("Remove for good"), type="primary", disabled=not run_ids, key="purge-yes"):
            try:
                pipeline_runs.purge(run_ids, who=state.who())
            except FmcoreError as error:
                st.error(plain(str(error)))
                return
            st.session_state["runs-generation"] = st.session_state.get("runs-generation", 0) + 1
            st.rerun()
        if st.button(_("Keep them"), key="purge-no"):
            st.rerun()


def download(run: Run | None, type: str = "secondary") -> None:
    """Draw the button that hands over the run's folder as one ZIP file, made when it is asked for; disabled where there is nothing yet."""
    ready = run is not None and run.status is Status.DONE
    st.download_button(
        _("Export"),
        exported(run.id, state.who()) if run and ready else "",
        f"{run.id if run else 'run'}.zip",
        "application/zip",
        on_click="ignore",
        icon=":material/folder_zip:",
        type=type,
        disabled=not ready,
        key="run-export",
        help=_(
            "A folder that from_pretrained loads, with spec, metrics, predictions and data card. "
            "The test figures go with it, so this counts as an opening of the test split."
        ),
    )


def exported(run_id: str, who: str) -> Callable[[], bytes]:
    """Return what makes the ZIP file: stored, not deflated, since weights don't shrink. ``who`` is recorded with the look at test."""

    def make() -> bytes:
        cache = get_settings().cache()
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="export-", dir=cache) as place:
            folder = export.export(run_id, Path(place) / run_id, who=who)
            out = io.BytesIO()
            with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
                for path in sorted(folder.rglob("*")):
                    if path.is_file():
                        archive.write(path, Path(run_id) / path.relative_to(folder))
            return out.getvalue()

    return make
