"""Is the foundation model worth it? Starts what it has to beat; shows where each stands, scores, differences, costs. Computes nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore import jobs
from fmcore.pipeline import baselines, worth
from fmcore.pipeline.worth import Row, Worth
from fmcore.records import Metric, Run, Status
from fmcore.report import comparison_figures, figures
from fmcore.store import open_store
from pages.shared import amounts, state
from pages.shared.chart import CHART
from pages.shared.evaluate.evaluate_words import meaning, title
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.runs import run_status
from pages.shared.words import _, ngettext, plain

HOW = "evaluate page"
SECONDS = 2.0
"""Between two looks at the store while something is on its way."""
WORDS = {"better": _("tuning is better"), "worse": _("tuning is worse"), "cannot-tell": _("cannot tell")}


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
    start(run, found)
    if any(row.difference is not None for row in found.rows):
        _pictures(found)
    _table(found)
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


def _table(found: Worth) -> None:
    column = st.column_config
    config = {
        "title": column.TextColumn(_("Model"), width=210),
        "score": column.NumberColumn(title(found.metric), format="%.3f", width=80, help=meaning(found.metric)),
        "interval": column.TextColumn(_("Interval"), width=115, help=_("With 95 % confidence the true figure lies here.")),
        "gain": column.NumberColumn(
            _("Tuning adds"), format="%+.3f", width=95, help=_("The tuned run less this baseline, on the same rows.")
        ),
        "gain_interval": column.TextColumn(_("Interval of that"), width=125),
        "word": column.TextColumn(_("In a word"), width=130),
        "seconds": column.NumberColumn(_("Training, s"), format="%.1f", width=90),
        "parameters": column.NumberColumn(_("Parameters"), format="compact", width=95),
        "ms": column.NumberColumn(_("ms per answer"), format="%.2f", width=110),
        "megabytes": column.NumberColumn(_("MB"), format="%.1f", width=70),
        "note": column.TextColumn(_("Note"), width=420),
    }
    frame = pd.DataFrame([line(row) for row in found.rows])
    st.dataframe(frame, hide_index=True, height="content", placeholder="–", column_config=config, key="worth-table")


def line(row: Row) -> dict[str, object]:
    """Return one line of the table."""
    difference = row.difference
    return {
        "title": _(row.title),
        "score": row.score.value if row.score else None,
        "interval": amounts.interval(row.score) if row.score and row.score.value is not None else None,
        "gain": difference.estimate.value if difference else None,
        "gain_interval": amounts.interval(difference.estimate) if difference and difference.estimate.value is not None else None,
        "word": WORDS[difference.word] if difference else None,
        "seconds": row.cost.get("training-seconds"),
        "parameters": row.cost.get("parameters"),
        "ms": row.cost.get("ms-per-answer"),
        "megabytes": row.cost.get("megabytes"),
        "note": str(row.reason) if row.reason else _(row.about),
    }
