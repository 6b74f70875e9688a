"""Which run a page is about: the one in its address, or the one a person picks from the newest."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import StoreError
from fmcore.pipeline.runs import WITH_ANSWERS
from fmcore.records import Run, Status
from fmcore.store import Store
from fmcore.store.records import RunQuery
from pages.shared import times
from pages.shared.places import go, link
from pages.shared.runs import run_status
from pages.shared.words import _, plain, shorten

NEWEST = 12


def from_address(store: Store, title: str, page: str, *, status: Status | None = None, stages: tuple[str, ...] = WITH_ANSWERS) -> Run:
    """Return the run of ``?run=``. Without one, or with one that is unknown, draw the newest to pick from and end the page.

    ``stages``: of which finished runs are listed.
    """
    run_id = st.query_params.get("run")
    if run_id:
        try:
            return store.run(run_id)
        except StoreError:
            st.error(plain(gone(run_id)), icon=":material/search_off:")
    st.title(title, anchor=False)
    _pick(store, page, status, stages)
    st.stop()


def gone(run_id: str) -> str:
    """Return the sentence for a link to a run that is not there; plain text."""
    return _("There is no run {id}. It may have been removed for good.").format(id=shorten(run_id, 40))


def _pick(store: Store, page: str, status: Status | None, stages: tuple[str, ...]) -> None:
    rows = store.runs(RunQuery(status=status, stages=stages if status is Status.DONE else (), limit=NEWEST)).runs
    if not rows:
        st.info(_("There is no run to show yet."), icon=":material/model_training:")
        link("finetune", _("Start a first run"), icon=":material/play_arrow:")
        return
    st.markdown(_("Which run?"))
    for row in rows:
        with st.container(horizontal=True, vertical_alignment="center"):
            run_status.badge(row.run)
            if st.button(plain(row.run.name), type="tertiary", key=f"pick-{row.run.id}"):
                go(page, run=row.run.id)
            st.caption(times.ago(row.run.when), width="content")
