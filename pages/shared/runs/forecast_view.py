"""What a run would cost here, before it starts: rows, steps, time and memory, measured by a process of its own.

Asks every second while the measuring goes on and stays still afterwards; the page around it never waits.
"""

from __future__ import annotations

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.jobs import estimate
from fmcore.records import RunSpec
from fmcore.training.outcome import Forecast
from pages.shared import amounts, times
from pages.shared.guard import guard
from pages.shared.words import _, plain


def draw(spec: RunSpec) -> None:
    """Draw the forecast of this run, or that it is being measured."""
    key = estimate.request(spec)
    if _result(key) is None:
        _measuring(key)
    else:
        _known(key)


def _result(key: str) -> Forecast | FmcoreError | None:
    try:
        return estimate.result(key)
    except FmcoreError as error:
        return error


@st.fragment(run_every=1.0)
def _measuring(key: str) -> None:
    with guard():
        if _result(key) is not None:
            st.rerun()
        with st.container(border=True):
            st.markdown(_(":material/speed: **Measuring what this run will cost here…** You can start it without waiting."))
            st.skeleton(70)


def _known(key: str) -> None:
    found = _result(key)
    if not isinstance(found, Forecast):
        st.warning(plain(str(found)), icon=":material/speed:", title=_("The cost could not be measured"))
        return
    with st.container(border=True):
        st.markdown(sentence(found))
        with st.container(horizontal=True):
            st.metric(_("Training rows"), f"{found.rows:,}", width=130)
            st.metric(_("Steps"), f"{found.steps:,}", width=110)
            st.metric(_("Time"), times.minutes(found.seconds), width=120)
            st.metric(_("Memory"), amounts.megabytes(found.memory_mb), width=120)
        if found.cut_share > 0:
            st.caption(_("{percent} % of the training texts are longer and will be cut.").format(percent=f"{found.cut_share * 100:.1f}"))


def sentence(forecast: Forecast) -> str:
    """Return the forecast in words; markdown."""
    return _("About **{time}** on {device} ({precision}), most likely between {low} and {high}.").format(
        time=times.minutes(forecast.seconds),
        device=plain(forecast.device),
        precision=forecast.precision,
        low=times.minutes(forecast.seconds_low),
        high=times.minutes(forecast.seconds_high),
    )
