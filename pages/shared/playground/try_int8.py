"""Answers in 8 bits for who asks, and what they cost on the run's validation rows. Answers nothing itself."""

from __future__ import annotations

import streamlit as st

from fmcore import inference
from fmcore.errors import FmcoreError
from fmcore.inference import EightBits
from fmcore.records import Run
from pages.shared import address
from pages.shared.words import _, plain


def ask() -> bool:
    """Draw the switch; return whether it is on."""
    about = _("Multiplies in 8 bits on the processor: quicker, and a little different. What it costs is measured on the validation rows.")
    return address.toggle(_("Answer in 8 bits"), "int8", help=about)


def is_fit(run: Run) -> bool:
    """Draw what 8 bits cost this run; return whether they may answer: that was measured, and accuracy isn't surely lost."""
    try:
        with st.spinner(_("Measuring 8 bits on the validation rows …")):
            found = _measured(run.id, run.ended)
    except FmcoreError as refusal:
        said = _("{why} So its rows are answered in 32 bits.").format(why=plain(refusal))
        st.warning(said, icon=":material/speed:")
        return False
    if found.is_lost:
        said = _("{measured} So its rows are answered in 32 bits.").format(measured=plain(str(found.sentence)))
        st.warning(said, icon=":material/speed:")
        return False
    st.caption(plain(str(found.sentence)))
    return True


@st.cache_data(max_entries=64, show_spinner=False)
def _measured(run_id: str, ended: str | None) -> EightBits:
    return inference.int8_check(run_id)
