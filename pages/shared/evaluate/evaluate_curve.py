"""How much data does it need? Starts the same run on smaller shares of the training rows, and draws what came of each. Computes nothing."""

from __future__ import annotations

import streamlit as st

from fmcore import jobs
from fmcore.evaluation.baselines import KINDS
from fmcore.pipeline import learning_curve
from fmcore.pipeline.baselines import TUNED
from fmcore.pipeline.learning_curve import Point
from fmcore.records import Run, Status
from fmcore.report import comparison_figures
from fmcore.tasks import get_task
from pages.shared import address, state
from pages.shared.chart import CHART
from pages.shared.evaluate import evaluate_started
from pages.shared.evaluate.evaluate_words import title
from pages.shared.words import _, plain

TITLES = {TUNED: _("Fine-tuned model")}


def draw(run: Run, split: str) -> None:
    """Draw which shares to try, those on their way, and the curve as far as it is known."""
    if run.spec.stage != "finetune":
        return
    st.subheader(
        _("How much data does it need?"),
        anchor=False,
        help=_("The same settings on a share of the training rows. A curve that still rises says that more data would help."),
    )
    points = learning_curve.learning_points(run.id, split)
    _ask(run, {point.share for point in points if point.kind == TUNED})
    waiting = {point.run.id: point.run.status for point in points if not point.run.status.is_final}
    for point in points:
        if point.run.status is Status.FAILED:
            st.error(plain(f"{point.run.name}: {point.run.message}"), icon=":material/error:")
    if waiting:
        evaluate_started.watch(waiting)
    known = series(points)
    if sum(map(len, known.values())) < 2:
        st.caption(_("The curve appears when two points of it are known."))
        return
    metric = get_task(run.spec.task).headline
    st.plotly_chart(comparison_figures.shares(known, title(metric)), key="learning-curve", config=CHART)


def series(points: list[Point]) -> dict[str, list[tuple[float, object]]]:
    """Return the points that have a score, by the kind of model."""
    found: dict[str, list] = {}
    for point in points:
        if point.score is not None and point.score.value is not None:
            found.setdefault(TITLES.get(point.kind) or _(KINDS[point.kind].title), []).append((point.share, point.score))
    return found


def _ask(run: Run, there: set[float]) -> None:
    options = {f"{share:g}": f"{100 * share:g} %" for share in learning_curve.SHARES if share not in there}
    if not options:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shares = address.several(_("Shares to try"), options, "shares", default=tuple(options), width=360)
        pressed = st.button(_("Start the learning curve"), icon=":material/show_chart:", disabled=not shares, key="curve-start")
    if pressed:
        learning_curve.learning_curve(run.id, [float(share) for share in shares], who=state.who())
        jobs.ensure_supervisor()
        st.rerun()
    st.caption(_("Each share is a training run of its own in the queue, with TF-IDF on the same rows beside it."))
