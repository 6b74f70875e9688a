"""A finished run's answers, for an audit: which run, which rows. Reads no test answer into view; whoever shows figures counts the look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.data.samples import SAMPLES
from fmcore.errors import StoreError
from fmcore.pipeline.runs import WITH_ANSWERS
from fmcore.records import Run, Status
from fmcore.store import Store
from fmcore.store.records import RunQuery
from pages.shared import address, seal, times
from pages.shared.audit import audit_columns
from pages.shared.evaluate import evaluate_data
from pages.shared.places import link
from pages.shared.runs import run_origin
from pages.shared.words import _, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers

NEWEST = 50


def choose(store: Store) -> tuple[Run, str] | None:
    """Draw the choice of a run and of its rows; None until there is one that has answered."""
    runs = {row.run.id: row.run for row in store.runs(RunQuery(status=Status.DONE, stages=WITH_ANSWERS, limit=NEWEST)).runs}
    _add_asked(runs, store)
    if not runs:
        text = _("No run is done yet. A run can be audited once it has answered; a table from elsewhere at once.")
        st.info(text, icon=":material/balance:")
        link("finetune", _("Start a first run"), icon=":material/play_arrow:")
        return None
    titles = {one.id: _("{name} · {when}").format(name=one.name, when=times.moment(one.when)) for one in runs.values()}
    splits = {"validation": _("Validation"), "test": _(":material/lock: Test")}
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        chosen = address.select(_("Run"), titles, "run", placeholder=_("choose a run"))
    with right:
        split = address.segmented(_("Rows"), splits, "split", default="validation")
    if chosen is None:
        return None
    run = runs[chosen]
    if run.status is not Status.DONE:
        st.info(_("This run is not done, so there are no answers to audit yet."), icon=":material/hourglass_empty:")
        link("run", _("Watch the run"), run=run.id)
        return None
    run_origin.draw(run, store, itself=True)
    _practice(store.dataset(run.spec.dataset).source)
    if split == "test":
        st.caption(_(":material/lock: The test rows are sealed. What is shown until the audit is made are sizes of groups, no answers."))
        seal.looks(run, store)
    return run, split


def _practice(source: str) -> None:
    """Say of a set that ships which bias was planted in it: whoever tries the product wants to see whether an audit finds it."""
    sample = SAMPLES.get(source.removeprefix("sample:")) if source.startswith("sample:") else None
    if sample is not None:
        text = _("A set made for practice. {about} The targets hold that bias too: say below that they can’t be trusted, and see.")
        st.info(text.format(about=plain(str(sample.about))), icon=":material/school:")


def _add_asked(runs: dict[str, Run], store: Store) -> None:
    asked = st.query_params.get("run")
    if not asked or asked in runs:
        return
    try:
        found = store.run(asked)
    except StoreError as unknown:
        st.error(plain(unknown), icon=":material/search_off:")
        return
    if found.spec.stage in WITH_ANSWERS:
        runs[found.id] = found
    else:
        st.info(_("This is a swap test; it has no answers of its own to audit."), icon=":material/swap_horiz:")


def answers(run: Run, split: str) -> Answers:
    """Return a run's answers with every column of their rows, coded; counts no look.

    Raises:
        DataError: there are no stored answers, or they don't fit the rows.
    """
    return _answers(run.id, split, evaluate_data.version(run, split), run)


@st.cache_resource(max_entries=3, show_spinner=_("Reading the answers…"))
def _answers(run_id: str, split: str, version: str, _run: Run) -> Answers:
    from fmcore.pipeline import audit

    return audit_columns.coded(audit.joined(evaluate_data.answers(_run, split), run_id, split))
