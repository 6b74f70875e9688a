"""Up to six runs side by side: validation figures with intervals, curves over each other, the settings that differ.

Shows validation only: comparing on the test split would be choosing by it.
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.records import Metric, Run
from fmcore.report import figures
from fmcore.store import Store
from pages.shared import amounts, run_view, runs_table
from pages.shared.words import _, plain

MOST = 6
SHOWN = ("macro-f1", "accuracy", "balanced-accuracy", "macro-precision", "macro-recall", "loss")


def draw(runs: list[Run], store: Store) -> None:
    """Draw the comparison, the answer first."""
    titles = unique_names(runs)
    metrics = {run.id: [m for m in store.metrics(run.id) if m.split == "validation" and m.label is None] for run in runs}
    st.markdown(answer(runs, metrics, titles))
    if len({run.spec.dataset for run in runs}) > 1:
        st.warning(
            _("These runs used different data, so their figures are not about the same rows. Compare the curves with care."),
            icon=":material/warning:",
        )
    drawn = [Metric(m.split, "macro-f1", titles[run.id], m.estimate) for run in runs for m in metrics[run.id] if m.name == "macro-f1"]
    if drawn:
        st.plotly_chart(figures.intervals(drawn), key="compare-intervals", config={"displayModeBar": False})
    st.dataframe(
        table(runs, metrics, titles),
        hide_index=True,
        height="content",
        key="compare-metrics",
        placeholder="–",
        column_config={"metric": _("Validation metric")},
    )
    st.subheader(_("Curves"), anchor=False)
    run_view.curves({titles[run.id]: store.progress(run.id) for run in runs}, "compare")
    st.subheader(_("Settings that differ"), anchor=False)
    names = {
        one.id: _("{name}, version {version}").format(name=one.name, version=one.version)
        for one in map(store.dataset, {r.spec.dataset for r in runs})
    }
    differ = runs_table.differing_settings(runs, names)
    if differ.empty:
        st.caption(_("None: same data, base model, settings and seed."))
        return
    differ["setting"] = [runs_table.figure_title(f"setting:{name}") for name in differ["setting"]]
    text = differ.set_index("setting").map(amounts.short).rename(columns=titles).reset_index()
    st.dataframe(text, hide_index=True, height="content", key="compare-settings", column_config={"setting": _("Setting")})


def unique_names(runs: list[Run]) -> dict[str, str]:
    """Return a name per run id, with the id's end where two runs are called the same."""
    names = [run.name for run in runs]
    return {run.id: run.name if names.count(run.name) == 1 else f"{run.name} ({run.id[-4:]})" for run in runs}


def answer(runs: list[Run], metrics: dict[str, list[Metric]], titles: dict[str, str]) -> str:
    """Return which run has the highest macro-F1, and whether its interval leaves the next one behind; markdown."""
    found = [(m.estimate, run) for run in runs for m in metrics[run.id] if m.name == "macro-f1" and m.estimate.value is not None]
    if len(found) < 2:
        return _("Figures to compare appear when two of these runs are done.")
    (best, first), (second, _run) = sorted(found, key=lambda one: -one[0].value)[:2]
    values = {
        "name": plain(titles[first.id]),
        "value": amounts.number(best.value),
        "low": amounts.number(best.low),
        "high": amounts.number(best.high),
    }
    if best.low is not None and second.high is not None and best.low > second.high:
        return _("**{name}** has the highest validation macro-F1, {value} ({low} to {high}), clear of the next.").format(**values)
    return _("**{name}** has the highest validation macro-F1, {value} ({low} to {high}); the next one is too close to call.").format(
        **values
    )


def table(runs: list[Run], metrics: dict[str, list[Metric]], titles: dict[str, str]) -> pd.DataFrame:
    """Return one line per metric and one column per run: value and interval as text."""
    lines = []
    for name in SHOWN:
        line = {"metric": runs_table.metric_title(name)}
        for run in runs:
            estimate = next((m.estimate for m in metrics[run.id] if m.name == name), None)
            line[titles[run.id]] = None if estimate is None else _cell(estimate)
        lines.append(line)
    return pd.DataFrame(lines)


def _cell(estimate) -> str:
    if estimate.value is None:
        return amounts.no_value(estimate)
    return f"{amounts.number(estimate.value)}  ({amounts.interval(estimate)})"
