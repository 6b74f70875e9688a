"""What is known of runs besides their answers, side by side: their curves, and the settings that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from fmcore.records import Run
from fmcore.store import Store
from pages.shared import amounts
from pages.shared.runs import run_curves, run_figures, runs_table
from pages.shared.words import _


def draw(runs: Sequence[Run], names: Mapping[str, str], store: Store) -> None:
    """Draw the settings that differ, then the curves over each other."""
    st.subheader(_("Settings that differ"), anchor=False)
    data = {
        one.id: _("{name}, version {version}").format(name=one.name, version=one.version)
        for one in map(store.dataset, {run.spec.dataset for run in runs})
    }
    differ = runs_table.differing_settings(runs, data)
    if differ.empty:
        st.caption(_("None: same data, base model, settings and seed."))
    else:
        differ["setting"] = [run_figures.figure_title(f"setting:{name}") for name in differ["setting"]]
        text = differ.set_index("setting").map(amounts.short).rename(columns=dict(names)).reset_index()
        st.dataframe(text, hide_index=True, height="content", key="compare-settings", column_config={"setting": _("Setting")})
    st.subheader(_("Curves"), anchor=False)
    run_curves.draw({names[run.id]: store.progress(run.id) for run in runs}, "compare")
