"""What a run has to beat: the button that starts it, and where each baseline stands while it is on its way. Shows no figure."""

from __future__ import annotations

import streamlit as st

from fmcore import jobs
from fmcore.pipeline import baselines
from fmcore.pipeline.worth import Worth
from fmcore.records import Run, Status
from fmcore.store import open_store
from pages.shared import state
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.runs import run_status
from pages.shared.words import _, ngettext, plain

SECONDS = 2.0
"""Between two looks at the store while something is on its way."""


def start(run: Run, found: Worth) -> None:
    """Draw the button for the baselines that are missing, and those that are on their way or failed."""
    missing = [kind for kind, one in baselines.standing(run.id).items() if one is None]
    failed = [row for row in found.rows if row.run is not None and row.run.status in (Status.FAILED, Status.STOPPED)]
    if missing or failed:
        text = _("Start the baselines") if len(missing) > 2 else _("Start the missing baselines")
        with st.container(horizontal=True, vertical_alignment="center"):
            label = text if missing else _("Try the failed ones again")
            if st.button(label, type="primary", icon=":material/play_arrow:", key="worth-start"):
                baselines.start(run.id, kinds=[*missing, *(row.kind for row in failed)], who=state.who())
                jobs.ensure_supervisor()
                st.rerun()
            st.caption(_("They run one after the other, in the queue; most take seconds, the encoder some minutes."), width="content")
    for row in failed:
        st.error(_("{title}: {reason}").format(title=plain(_(row.title)), reason=plain(str(row.reason))), icon=":material/error:")
    waiting = {row.run.id: row.run.status for row in found.rows if row.run is not None and not row.run.status.is_final}
    if waiting:
        watch(waiting)


@st.fragment(run_every=SECONDS)
def watch(waiting: dict[str, Status]) -> None:
    """Draw where each one stands; when one changes, draw the whole page again."""
    with guard():
        store = open_store()
        now = [store.run(run_id) for run_id in waiting]
        if any(one.status is not waiting[one.id] for one in now):
            st.rerun()
        n = len(now)
        st.caption(ngettext("{n} is on its way. You may leave this page.", "{n} are on their way. You may leave this page.", n).format(n=n))
        for one in now:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                run_status.badge(one)
                link("run", plain(one.name, 80), icon=":material/monitoring:", run=one.id)
                if one.message is not None:
                    st.caption(plain(str(one.message)), width="content")
