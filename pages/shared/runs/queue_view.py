"""The queue in view: what stands before a run that waits, or before one that is about to be started."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Run
from fmcore.store import Store
from pages.shared.places import link
from pages.shared.words import _, in_link


def before(store: Store) -> None:
    """Draw what stands before a run that is started now; nothing when the device is free."""
    waiting, busy = store.queue(), store.running()
    if not waiting and not busy:
        st.caption(_(":material/check: The device is free: the run starts at once."))
        return
    st.info(
        _("The device is busy. Your run would be number {place} in the queue.").format(place=len(waiting) + 1),
        icon=":material/hourglass_empty:",
    )
    _busy([run for run, _identity in busy])


def waiting(run: Run, store: Store) -> None:
    """Draw the place in the queue and what runs now."""
    ahead = [one.id for one in store.queue()]
    place = ahead.index(run.id) + 1 if run.id in ahead else 1
    busy = [one for one, _identity in store.running()]
    if not busy and place == 1:
        st.info(_("Starting. The first step takes some seconds, until the model is loaded."), icon=":material/hourglass_top:")
        return
    st.info(
        _("Number {place} of {n} in the queue. One run at a time uses the device.").format(place=place, n=len(ahead)),
        icon=":material/hourglass_empty:",
    )
    _busy(busy)


def _busy(runs: list[Run]) -> None:
    for run in runs:
        link("run", _("Running now: {name}").format(name=in_link(run.name)), icon=":material/play_circle:", run=run.id)
