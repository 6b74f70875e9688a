"""Puts explanations of a sample of test rows into the run's report. Computes nothing."""

from __future__ import annotations

from functools import partial

import streamlit as st

from fmcore import inference
from fmcore.pipeline import explain
from fmcore.records import Run
from pages.shared import seal, state
from pages.shared.words import _, plain


def draw(run: Run) -> None:
    """Draw the button, and whose explanations stand in the report now."""
    with st.expander(_("Explanations in the report"), icon=":material/description:"):
        found = explain.kept(run.id)
        if found is None:
            st.markdown(_("None yet. A report holds no text of the data until somebody puts it there."))
        else:
            told = _("{n} test rows, put there by {who}. {sentence}")
            st.markdown(told.format(n=len(found.ids), who=plain(found.who, 80), sentence=plain(str(found.trust.sentence))))
        told = _(
            "Explains {n} test rows, wrong answers and right ones, and judges the method over {judged}. Counts as a look at the test rows."
        )
        st.caption(told.format(n=explain.SAMPLE, judged=explain.JUDGED))
        label = _("Put explanations into the report") if found is None else _("Make them anew")
        if st.button(label, icon=":material/note_add:", key="explain-keep"):
            with st.spinner(_("Asking the model …")):
                explain.keep(run.id, ask=partial(inference.ask, timeout=600), who=state.who())
            seal.count_as_opened(run.id)
            state.say_next(_("The explanations stand in the report now."))
            st.rerun()
