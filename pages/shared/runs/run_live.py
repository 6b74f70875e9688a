"""The part of a run's page that moves: asks the store every two seconds while a run lives, and never after its end."""

from __future__ import annotations

import streamlit as st

from fmcore.pipeline.runs import GOES_ON
from fmcore.records import Run, Status
from fmcore.store import Store, open_store
from pages.shared import amounts
from pages.shared.guard import guard
from pages.shared.runs import queue_view, run_curves, run_log, run_pace, run_status
from pages.shared.runs.run_figures import metric_title
from pages.shared.words import _, plain

SECONDS = 2.0
"""Between two looks at the store."""


@st.fragment(run_every=SECONDS)
def watch(run_id: str, status: Status) -> None:
    """Draw a queued or running run; when its status changes, draw the whole page again."""
    with guard():  # a fragment reruns without the frame and its guard
        _moving(run_id, status)


def _moving(run_id: str, status: Status) -> None:
    store = open_store()
    run = store.run(run_id)
    if run.status is not status:
        st.rerun()
    if run.status is Status.QUEUED:
        queue_view.waiting(run, store)
        return
    if run.message is not None:
        st.caption(plain(str(run.message)))
    run_status.bar(run)
    progress = store.progress(run.id)
    if any(point.values for point in progress) or run.spec.stage == "finetune":  # a swap test only counts its portions
        if progress:
            run_pace.numbers(run, progress)
        run_curves.draw({run.name: progress}, "live")
    run_log.draw(run)


def ended(run: Run, store: Store) -> None:
    """Draw a run that is done, stopped or failed: the outcome in a sentence, then how it went."""
    progress = store.progress(run.id)
    if run.status is Status.DONE:
        outcome(run, store)
    elif run.status is Status.STOPPED:
        st.warning(_stopped(run), icon=":material/stop_circle:")
    else:
        st.error(
            plain(str(run.message)) if run.message else _("The run ended without saying why; see the log."),
            icon=":material/error:",
            title=_("The run failed"),
        )
        if run.spec.stage in GOES_ON:
            st.markdown(_("**Resume** tries again from the last checkpoint; **clone with changes** starts over with other settings."))
        else:
            st.markdown(_("**Resume** starts it over."))
    if any(point.values for point in progress):
        run_pace.numbers(run, progress)
        run_curves.draw({run.name: progress}, "ended")
    run_log.draw(run, expanded=run.status is Status.FAILED)


def _stopped(run: Run) -> str:
    if run.spec.stage not in GOES_ON:
        return _("Stopped. Nothing of it is kept; resume starts it over.")
    if not run.step:
        return _("Stopped before its first step. Resume puts it back into the queue.")
    said = (
        plain(str(run.message))
        if run.message
        else _("Stopped at step {step} of {steps}.").format(step=f"{run.step:,}", steps=f"{run.steps or 0:,}")
    )
    return said + " " + _("The last checkpoint is kept; resume goes on from there.")


def outcome(run: Run, store: Store) -> None:
    """Draw the validation figures of a finished run, each with its interval."""
    found = {m.name: m.estimate for m in store.metrics(run.id) if m.split == "validation" and m.label is None}
    shown = [name for name in ("macro-f1", "accuracy", "loss") if name in found]
    if run.message is not None:
        st.caption(plain(str(run.message)))
    with st.container(horizontal=True):
        for name in shown:
            estimate = found[name]
            st.metric(
                _("Validation {metric}").format(metric=metric_title(name)),
                amounts.number(estimate.value),
                delta=amounts.interval(estimate),
                delta_color="off",
                delta_arrow="off",
                border=True,
                width=170,
            )
