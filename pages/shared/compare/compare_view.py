"""Which of the runs answers the same rows better, and whether that can be told: the pictures, between a sentence and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from fmcore.evaluation.compare import Comparison
from fmcore.evaluation.seeds import Experiment
from fmcore.records import Estimate, Metric, Run
from fmcore.report import comparison_figures, figures
from fmcore.store import Store
from pages.shared import address, amounts
from pages.shared.chart import CHART
from pages.shared.compare import compare_table, compare_words
from pages.shared.compare.compare_data import METRICS
from pages.shared.evaluate.evaluate_words import meaning, title
from pages.shared.words import _, plain


def draw(found: Comparison, runs: Sequence[Run], names: Mapping[str, str], split: str, store: Store) -> None:
    """Draw the comparison by one metric, the answer first."""
    metric = address.select(_("By"), {name: title(name) for name in METRICS}, "metric", default=METRICS[0], width=260) or METRICS[0]
    pairs = [difference for difference in found.differences if difference.metric == metric]
    scores = _scores(runs, split, metric, store)
    st.markdown(compare_words.answer(pairs, scores, names, metric), help=meaning(metric))
    letters = dict(zip(names, "ABCDEF", strict=False))
    lettered = {run_id: f"{letters[run_id]} · {name}" for run_id, name in names.items()}  # long names differ at their cut ends only
    left, right = st.columns(2)
    with left:
        st.markdown(_("**Each run**, with its interval"))
        known = [Metric(split, metric, lettered[run_id], estimate) for run_id, estimate in scores.items()]
        st.plotly_chart(figures.intervals(known), key="compare-scores", config=CHART)
    with right:
        st.markdown(_("**Each pair**: the first less the second"), help=PAIRED)
        named = [(f"{letters[one.first]} − {letters[one.second]}", one) for one in pairs]
        picture = comparison_figures.differences(named, _("difference in {metric}").format(metric=title(metric)))
        st.plotly_chart(picture, key="compare-pairs", config=CHART)
    st.caption("  \n".join(f"**{letters[run_id]}** {plain(name)}" for run_id, name in names.items()))
    for number, one in enumerate(e for e in found.experiments if e.metric == metric):
        _seeds(one, names, metric, number)
    compare_table.draw(pairs, lettered)


PAIRED = _(
    "Both answered the same rows, so what is hard for both cancels out: the interval of a difference is narrower than those of the two "
    "figures. It tells better from worse only where it does not touch 0."
)


def _scores(runs: Sequence[Run], split: str, metric: str, store: Store) -> dict[str, Estimate]:
    found = {}
    for run in runs:
        known = [m.estimate for m in store.metrics(run.id) if (m.split, m.name, m.label) == (split, metric, None)]
        if known:
            found[run.id] = known[0]
    return found


def _seeds(found: Experiment, names: Mapping[str, str], metric: str, number: int) -> None:
    st.markdown(
        _("**{n} seeds of one experiment**: {metric} is {value} on average ({interval}).").format(
            n=len(found.runs), metric=title(metric), value=amounts.number(found.estimate.value), interval=amounts.interval(found.estimate)
        ),
        help=_("These runs differ in nothing but their seed. The interval is about other seeds on the same rows, not about other rows."),
    )
    st.plotly_chart(comparison_figures.seeds(found, names, title(metric)), key=f"compare-seeds-{number}", config=CHART)
