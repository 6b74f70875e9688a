"""Is the foundation model worth it? The answer, scores, differences and costs. Computes nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.pipeline import baselines, worth
from fmcore.pipeline.worth import Worth
from fmcore.records import Metric, Run
from fmcore.report import comparison_figures, figures
from pages.shared import state
from pages.shared.chart import CHART
from pages.shared.evaluate import evaluate_started, evaluate_worth_table
from pages.shared.evaluate.evaluate_words import meaning, title
from pages.shared.places import link
from pages.shared.words import _, plain

HOW = "evaluate page"


def draw(run: Run, split: str) -> None:
    """Draw the answer in a sentence, who is on the way, the pictures and the table."""
    if run.spec.stage != "finetune":
        st.info(_("This run is itself a baseline. Its figures stand in the other views."), icon=":material/info:")
        for parent in run.parents:
            link("evaluate", _("The run that it is compared with"), run=parent, view="worth")
        return
    found = result(run, split)
    st.subheader(_("Is the foundation model worth it?"), anchor=False)
    st.markdown("**" + plain(str(found.sentence)) + "**")
    evaluate_started.start(run, found)
    if any(row.difference is not None for row in found.rows):
        _pictures(found)
    evaluate_worth_table.draw(found)
    costs = _("Costs were measured once, on the machine that ran it. ms per answer: many answers at once, divided by their number.")
    st.caption(costs)


def result(run: Run, split: str) -> Worth:
    """Return scores and costs; on test read once per session and state of the baselines, since every reading is a counted look."""
    if split != "test":
        return _result(run.id, split, states(run), "")
    kept = st.session_state.setdefault("opened-worth", {})
    return _result(run.id, split, states(run), kept.setdefault(run.id, f"{state.who()}-{pd.Timestamp.now().isoformat()}"))


def states(run: Run) -> tuple[tuple[str, str], ...]:
    """Return the baselines that were started, and where each stands."""
    return tuple((kind, f"{one.id}:{one.status}" if isinstance(one, Run) else "") for kind, one in baselines.standing(run.id).items())


@st.cache_resource(max_entries=16, show_spinner=False)
def _result(run_id: str, split: str, states: tuple[tuple[str, str], ...], opened: str) -> Worth:
    return worth.worth(run_id, split, who=state.who(), how=HOW)


def _pictures(found: Worth) -> None:
    left, right = st.columns(2)
    scores = [Metric(found.split, found.metric, _(row.title), row.score) for row in found.rows if row.score is not None]
    with left:
        st.markdown(_("**{metric}**, each with its interval").format(metric=title(found.metric)), help=meaning(found.metric))
        st.plotly_chart(figures.intervals(scores), key="worth-scores", config=CHART)
    with right:
        told = _(
            "The same rows answered by both: what tuning gains or loses. The interval of a difference is narrower than the two figures."
        )
        st.markdown(_("**What tuning adds** to each baseline"), help=told)
        named = [(_(row.title), row.difference) for row in found.rows if row.difference is not None]
        st.plotly_chart(
            comparison_figures.differences(named, _("difference in {metric}").format(metric=title(found.metric))),
            key="worth-gains",
            config=CHART,
        )
