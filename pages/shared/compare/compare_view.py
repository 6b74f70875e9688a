"""Which of the runs answers the same rows better, and whether that can be told: a sentence, the pictures, every pair in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd
import streamlit as st

from fmcore.evaluation import compare
from fmcore.evaluation.compare import LOWER_IS_BETTER, Comparison, Difference
from fmcore.evaluation.seeds import Experiment
from fmcore.records import Estimate, Metric, Run
from fmcore.report import comparison_figures, figures
from fmcore.store import Store
from pages.shared import address, amounts
from pages.shared.chart import CHART
from pages.shared.compare.compare_data import METRICS
from pages.shared.evaluate.evaluate_words import meaning, title
from pages.shared.runs.run_figures import metric_title
from pages.shared.words import _, plain

WORDS = {"better": _("better"), "worse": _("worse"), "cannot-tell": _("cannot tell")}


def draw(found: Comparison, runs: Sequence[Run], names: Mapping[str, str], split: str, store: Store) -> None:
    """Draw the comparison by one metric, the answer first."""
    metric = address.select(_("By"), {name: title(name) for name in METRICS}, "metric", default=METRICS[0], width=260) or METRICS[0]
    pairs = [difference for difference in found.differences if difference.metric == metric]
    scores = _scores(runs, split, metric, store)
    st.markdown(answer(pairs, scores, names, metric), help=meaning(metric))
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
    _table(pairs, lettered)


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


def answer(pairs: Sequence[Difference], scores: Mapping[str, Estimate], names: Mapping[str, str], metric: str) -> str:
    """Return which run is the best by this metric, and what it can be told apart from; markdown."""
    if len(pairs) == 1:
        told = compare.sentence(replace(pairs[0], metric=metric_title(metric)), names[pairs[0].first], names[pairs[0].second])
        return f"**{plain(str(told))}**"
    known = {run_id: e.value for run_id, e in scores.items() if e.value is not None}
    if not known:
        return _("None of these runs has a value for {metric}.").format(metric=title(metric))
    best = (min if metric in LOWER_IS_BETTER else max)(known, key=lambda run_id: known[run_id])
    words = {(d.first, d.second): d.word for d in pairs} | {
        (d.second, d.first): {"better": "worse", "worse": "better"}.get(d.word, d.word) for d in pairs
    }
    others = [run_id for run_id in names if run_id != best]
    ahead = [plain(names[one]) for one in others if words.get((best, one)) == "better"]
    level = [plain(names[one]) for one in others if words.get((best, one)) != "better"]
    values = {"name": plain(names[best]), "metric": title(metric), "value": amounts.number(known[best])}
    values |= {"ahead": ", ".join(ahead), "level": ", ".join(level)}
    if not level:
        return _("**{name}** is the best by {metric} ({value}): better than each of the others.").format(**values)
    if not ahead:
        return _("**{name}** is ahead by {metric} ({value}), but nobody can tell it from the others on these rows.").format(**values)
    return _("**{name}** is ahead by {metric} ({value}): better than {ahead}; cannot be told from {level}.").format(**values)


def _seeds(found: Experiment, names: Mapping[str, str], metric: str, number: int) -> None:
    st.markdown(
        _("**{n} seeds of one experiment**: {metric} is {value} on average ({interval}).").format(
            n=len(found.runs), metric=title(metric), value=amounts.number(found.estimate.value), interval=amounts.interval(found.estimate)
        ),
        help=_("These runs differ in nothing but their seed. The interval is about other seeds on the same rows, not about other rows."),
    )
    st.plotly_chart(comparison_figures.seeds(found, names, title(metric)), key=f"compare-seeds-{number}", config=CHART)


def _table(pairs: Sequence[Difference], names: Mapping[str, str]) -> None:
    column = st.column_config
    frame = pd.DataFrame(
        [
            {
                "first": names[one.first],
                "second": names[one.second],
                "word": WORDS[one.word],
                "value": one.estimate.value,
                "interval": amounts.interval(one.estimate),
                "p": one.p,
                "holm": one.holm,
                "won": one.won,
                "lost": one.lost,
                "n": one.estimate.n,
                "test": one.test,
            }
            for one in pairs
        ]
    )
    config = {
        "first": column.TextColumn(_("First"), width=180),
        "second": column.TextColumn(_("Second"), width=180),
        "word": column.TextColumn(_("The first is"), width=95),
        "value": column.NumberColumn(_("Difference"), format="%+.4f", width=90),
        "interval": column.TextColumn(_("Interval"), width=130),
        "p": column.NumberColumn("p", format="%.3g", width=70, help=_("How often chance alone gives a difference as large.")),
        "holm": column.NumberColumn(
            _("p (Holm)"), format="%.3g", width=85, help=_("p made stricter, because several pairs are looked at and one may win by luck.")
        ),
        "won": column.NumberColumn(_("Only first right"), width=120, help=_("Rows that only the first run answered rightly.")),
        "lost": column.NumberColumn(_("Only second right"), width=130, help=_("Rows that only the second run answered rightly.")),
        "n": column.NumberColumn(_("Rows"), format="localized", width=65),
        "test": column.TextColumn(_("Test"), width=190, help=_("How p was computed.")),
    }
    st.dataframe(frame, hide_index=True, height="content", placeholder="–", column_config=config, key="compare-table")
