"""The newest runs in short lines: where each stands, and a link to what can be read now."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Status
from fmcore.store import RunQuery, RunRow, Store
from pages.shared import amounts, times
from pages.shared.places import link
from pages.shared.runs import run_status
from pages.shared.words import _, plain

NEWEST = 6
HEADLINE = "metric:validation/macro-f1"


def draw(store: Store) -> None:
    """Draw the newest runs; nothing where there is none."""
    page = store.runs(RunQuery(limit=NEWEST, columns=(HEADLINE,)))
    if not page.runs:
        return
    st.subheader(_("Newest runs"), anchor=False)
    for row in page.runs:
        _line(row)
    if page.total > NEWEST:
        link("runs", _("All {n} runs").format(n=f"{page.total:,}"), icon=":material/arrow_forward:")


def _line(row: RunRow) -> None:
    run = row.run
    with st.container(horizontal=True, vertical_alignment="center", border=True, gap="small"):
        run_status.badge(run)
        st.markdown(f"**{plain(run.name, 80)}**", width="content")  # no link's label: those never wrap, and a phone would cut it
        st.caption(_told(row), width="content")
        if run.status is Status.DONE:
            link("evaluate", _("Read it"), icon=":material/arrow_forward:", run=run.id)
        else:
            link("run", _("See it"), icon=":material/arrow_forward:", run=run.id)


def _told(row: RunRow) -> str:
    run, figure = row.run, row.values.get(HEADLINE)
    parts = [times.ago(run.when), plain(run.who, 40)]
    if isinstance(figure, float):
        parts.append(_("validation macro-F1 {value}").format(value=amounts.number(figure)))
    elif run.status is Status.RUNNING and run.steps:
        parts.append(_("step {step} of {steps}").format(step=f"{run.step:,}", steps=f"{run.steps:,}"))
    elif run.status is Status.FAILED and run.message:
        parts.append(plain(run.message, 120))
    return " · ".join(parts)
