"""How the scores of an answer are spread in each group: a picture, or the sentence why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit.records import Audit
from fmcore.report import audit_figures
from pages.shared.chart import CHART
from pages.shared.words import _, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers

MOST_LINES = 16
"""Groups whose scores can be told apart in one picture."""


def draw(audit: Audit, answers: Answers) -> None:
    """Draw how scores are spread by group, or say why they can't be."""
    if audit.scores and len(audit.verdicts):
        by = max((one.by for one in audit.verdicts), key=len)
        label = audit.scores[0].label
        groups = sum(set(one.group) == set(by) for one in audit.scores if one.label == label)
        st.markdown(f"**{plain(_('How scores are spread'))}**")
        if groups > MOST_LINES:
            st.caption(_("{n} groups are too many for one picture.").format(n=groups))
        else:
            st.plotly_chart(audit_figures.spread(audit, label, by), key="explore-scores", config=CHART)
    elif not answers.scores:
        st.caption(_("There are no scores, so AUC, calibration and the spread of scores can’t be shown."))
