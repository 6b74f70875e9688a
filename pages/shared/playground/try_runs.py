"""Which models are tried: one to three done runs that keep a model, side by side. ``?runs=a,b`` restores them."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from fmcore.errors import FmcoreError, StoreError
from fmcore.records import Run, Status
from fmcore.store import RunQuery, Store
from pages.shared import address, times
from pages.shared.compare.compare_pick import unique_names
from pages.shared.home import demo_view
from pages.shared.places import link
from pages.shared.words import _, isolated, plain

MOST = 3
NEWEST = 60
STAGE = "finetune"
"""The one kind of run that keeps a model."""


def choose(store: Store) -> dict[str, Run]:
    """Return name → run, in the order chosen; empty after saying what is missing."""
    known = {row.run.id: row.run for row in store.runs(RunQuery(status=Status.DONE, stages=(STAGE,), limit=NEWEST)).runs}
    for run_id in address.ids("runs", MOST):
        if run_id not in known and (found := _find(run_id, store)):
            known[run_id] = found
    if not known:
        st.info(_("There is no model to try yet. Fine-tune one on your own data, or let the demo make one."), icon=":material/science:")
        with st.container(horizontal=True, vertical_alignment="center"):
            demo_view.button()
            link("finetune", _("Fine-tune a model"), icon=":material/tune:")
        demo_view.watch(store)
        return {}
    names = unique_names(list(known.values()))
    titles = {run.id: _("{name} · {when}").format(name=isolated(names[run.id]), when=times.moment(run.when)) for run in known.values()}
    chosen = address.several(
        _("Models"),
        titles,
        "runs",
        default=(next(iter(known)),),
        max_selections=MOST,
        placeholder=_("Pick one to three finished runs"),
        help=_("Two or three stand side by side and answer the same text."),
    )
    if not chosen:
        st.info(_("Pick a finished run to try its model."), icon=":material/touch_app:")
    return {names[one]: known[one] for one in chosen}


def wants_pairs(runs: Mapping[str, Run], store: Store) -> bool:
    """Return whether one of them reads two texts at a time."""
    return any(reads_pairs(run, store) for run in runs.values())


def reads_pairs(run: Run, store: Store) -> bool:
    return store.dataset(run.spec.dataset).columns.text_pair is not None


def _find(run_id: str, store: Store) -> Run | None:
    """Return a run of the address that is not among the newest; None after saying why it can't be tried."""
    try:
        run = store.run(run_id)
        if run.deleted or run.status is not Status.DONE or run.spec.stage != STAGE:
            raise StoreError("{name} can't be tried: it is not done, keeps no model, or lies in the bin.", name=run.name)
    except FmcoreError as refusal:
        st.warning(plain(refusal), icon=":material/search_off:")
        return None
    return run
