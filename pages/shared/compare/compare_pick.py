"""Which runs are compared: those in the address, which a person changes by picking from the newest finished ones."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmcore.errors import StoreError
from fmcore.evaluation.compare import MOST
from fmcore.pipeline.runs import WITH_ANSWERS
from fmcore.records import Run, Status
from fmcore.store import RunQuery, Store
from pages.shared import address, times
from pages.shared.places import link
from pages.shared.words import _, plain

NEWEST = 60


def choose(store: Store) -> list[Run]:
    """Return the two to six runs chosen; fewer after saying what is missing. ``?runs=a,b`` restores them."""
    known = {row.run.id: row.run for row in store.runs(RunQuery(status=Status.DONE, stages=WITH_ANSWERS, limit=NEWEST)).runs}
    for run_id in address.ids("runs", MOST):
        if run_id not in known and (found := _find(run_id, store)):
            known[run_id] = found
    if len(known) < 2:
        st.info(_("Comparing needs two finished runs; found {n}.").format(n=len(known)), icon=":material/compare_arrows:")
        link("finetune", _("Start a run"), icon=":material/play_arrow:")
        return []
    names = unique_names(list(known.values()))
    titles = {run.id: _("{name} · {when}").format(name=names[run.id], when=times.moment(run.when)) for run in known.values()}
    chosen = address.several(
        _("Runs to compare"),
        titles,
        "runs",
        max_selections=MOST,
        placeholder=_("Pick two to six finished runs"),
        help=_("The newest {n} are listed. For others: tick them in Runs and press Compare.").format(n=NEWEST),
    )
    if len(chosen) < 2:
        st.info(_("Pick at least two runs. Which answers the same rows better is told with its uncertainty."), icon=":material/touch_app:")
    return [known[one] for one in chosen] if len(chosen) > 1 else []


def _find(run_id: str, store: Store) -> Run | None:
    try:
        return store.run(run_id)
    except StoreError as unknown:
        st.warning(plain(str(unknown)), icon=":material/search_off:")
        return None


def unique_names(runs: Sequence[Run]) -> dict[str, str]:
    """Return a name per run id, with the id's end where two runs are called the same."""
    names = [run.name for run in runs]
    return {run.id: run.name if names.count(run.name) == 1 else f"{run.name} ({run.id[-4:]})" for run in runs}
