"""Why groups differ: the words in which the errors of one group stand more than those of another. Computes nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore import inference
from fmcore.explain.records import GroupWords
from fmcore.pipeline import explain
from fmcore.records import Estimate, Run
from fmcore.report import explain_figures
from fmcore.store import Store
from pages.shared import address, amounts, seal, state
from pages.shared.chart import CHART
from pages.shared.explain import explain_ask
from pages.shared.words import _, plain

HOW = "explain page"
Text = str | tuple[str, str]


def draw(run: Run, text: Text | None, store: Store) -> None:
    """Draw which words carry the errors of two groups over a whole split; the text plays no part in it."""
    splits = {"validation": _("Validation rows"), "test": _(":material/lock: Test rows")}
    split = address.segmented(_("Over all"), splits, "over-rows", default="validation")
    if not seal.opened(run, split, store, how=HOW):
        return
    known = explain.groupings(run.id, split)
    if not known:
        st.info(
            _("No two groups of people have 20 texts or more among these rows, so there is nothing to compare."), icon=":material/groups:"
        )
        return
    chosen = _choose(known)
    if chosen is None:
        return
    found = _found(run.id, run.ended, split, *chosen)
    st.markdown("**" + plain(str(found.sentence)) + "**")
    told = _("Errors of {first} less those of {second}: {gap} points of 100 ({low} to {high}); {n} and {m} texts.")
    gap = found.gap
    if gap.value is not None and gap.low is not None and gap.high is not None:
        low, high, value = (f"{100 * one:+.1f}" for one in (gap.low, gap.high, gap.value))
        names = {"first": plain(found.first, 60), "second": plain(found.second, 60)}
        st.markdown(told.format(gap=value, low=low, high=high, n=found.n_first, m=found.n_second, **names))
    if found.words:
        st.plotly_chart(explain_figures.carried(found.words, found.first, found.second), key="explain-groups", config=CHART)
        _table(found)
    st.caption(
        _(
            "A word carries errors of a group that stand in texts with it more often than if they were spread evenly; "
            "here of the first group less of the second, in points of 100 texts. "
            "Words with {n} texts or more; p after Holm over {tested} words. A word that carries errors need not cause them."
        ).format(n=found.smallest, tested=found.tested)
    )


def _choose(known: dict[str, list[str]]) -> tuple[str, str, str] | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        column = address.select(_("Groups by"), {name: name for name in known}, "groups", default=next(iter(known))) or next(iter(known))
        names = {name: name for name in known[column]}
        first = address.select(_("Errors of"), names, "first", default=known[column][-1], scope=column)
        second = address.select(_("Against"), names, "second", default=known[column][0], scope=column)
    if first is None or second is None or first == second:
        st.info(_("Choose two different groups."), icon=":material/compare_arrows:")
        return None
    return column, first, second


@st.cache_data(max_entries=16, show_spinner=False)
def _found(run_id: str, ended: str | None, split: str, column: str, first: str, second: str) -> GroupWords:
    told = _("Words of wrong answers: {done} of {of} texts explained.")
    with explain_ask.bar() as bar:
        return explain.why_groups_differ(
            run_id, column, first, second, split=split, ask=inference.ask, who=state.who(), how=HOW,
            watch=lambda done, of: bar(done / of, told.format(done=f"{done:,}", of=f"{of:,}")),
        )  # fmt: skip


def _points(estimate: Estimate) -> str:
    """Return an interval in points of 100, as the figures beside it."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return amounts.interval(estimate)
    return _("{low} to {high}").format(low=f"{100 * estimate.low:+.1f}", high=f"{100 * estimate.high:+.1f}")


def _table(found: GroupWords) -> None:
    column = st.column_config
    frame = pd.DataFrame(
        {
            "word": [one.word for one in found.words],
            "carried": [None if one.carried.value is None else 100 * one.carried.value for one in found.words],
            "interval": [_points(one.carried) for one in found.words],
            "p": [one.adjusted for one in found.words],
            "first": [f"{one.wrong_first} / {one.n_first}" for one in found.words],
            "second": [f"{one.wrong_second} / {one.n_second}" for one in found.words],
            "push": [None if one.push is None else one.push.value for one in found.words],
        }
    )
    config = {
        "word": column.TextColumn(_("Word"), width=120),
        "carried": column.NumberColumn(_("Carries, points"), format="%+.1f"),
        "interval": column.TextColumn(_("95 % interval, points")),
        "p": column.NumberColumn(_("p, Holm"), format="%.3f"),
        "first": column.TextColumn(_("Wrong / all, first")),
        "second": column.TextColumn(_("Wrong / all, second")),
        "push": column.NumberColumn(_("Pushes"), format="%+.2f", help=_("Mean log-odds towards the wrong answer, in wrong answers.")),
    }
    st.dataframe(frame, hide_index=True, column_config=config, placeholder="–", key="explain-groups-table")
