"""Where a run stands: the word, the badge with its icon, how far it is. Draws a record; knows no trainer."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Run, Status
from pages.shared.words import _

BADGES = {
    Status.QUEUED: (":material/hourglass_empty:", "gray"),
    Status.RUNNING: (":material/play_circle:", "blue"),
    Status.STOPPED: (":material/stop_circle:", "orange"),
    Status.FAILED: (":material/error:", "red"),
    Status.DONE: (":material/check_circle:", "green"),
}


def status_title(status: Status) -> str:
    """Return the word for a status."""
    return {
        Status.QUEUED: _("Queued"),
        Status.RUNNING: _("Running"),
        Status.STOPPED: _("Stopped"),
        Status.FAILED: _("Failed"),
        Status.DONE: _("Done"),
    }[status]


def badge(run: Run) -> None:
    """Draw the run's status with its icon, so that colour is never the only sign."""
    icon, colour = BADGES[run.status]
    label = _("Stopping") if run.stop_requested and not run.status.is_final else status_title(run.status)
    st.badge(label, icon=icon, color=colour)


def bar(run: Run) -> None:
    """Draw how far the run is."""
    if not run.steps:
        st.progress(0.0, text=_("Getting ready…"))
        return
    share = min(1.0, run.step / run.steps)
    text = _("Step **{step}** of {steps} ({percent} %)")
    st.progress(share, text=text.format(step=f"{run.step:,}", steps=f"{run.steps:,}", percent=int(share * 100)))


def steps_done(run: Run) -> str:
    """Return how many steps were made, and of how many where the run did not get to its end."""
    if run.status is Status.DONE or not run.steps or run.step >= run.steps:
        return f"{run.step:,}"
    return _("{step} of {steps}").format(step=f"{run.step:,}", steps=f"{run.steps:,}")
