"""The way out of an overlap: training rows whose text also stands in validation or test are left out. Draws the choice and its cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import Dataset
from fmcore.settings import get_settings
from pages.shared import address, state
from pages.shared.data import problems_view
from pages.shared.guard import guard
from pages.shared.places import go
from pages.shared.words import _, ngettext

if TYPE_CHECKING:
    from fmcore.data.prepare import Inspection
    from fmcore.records import Columns


def ask(found: Inspection, columns: Columns, key: str) -> Inspection:
    """Return what the person wants to save: all rows, or those that are left without the overlap. ``key`` names what ``found`` is about."""
    from fmcore.data.overlap import has_overlap

    if not has_overlap(found.problems):
        return found
    ways = {"keep": _("Keep all rows"), "same": _("Leave out equal texts"), "near": _("Leave out nearly equal texts too")}
    help = _("Only training rows are left out: what chooses and what judges stays whole.")
    way = address.segmented(_("Training rows that also stand in validation or test"), ways, "overlap", default="keep", scope=key, help=help)
    return found if way == "keep" else _left_out(key, str(get_settings().home), way == "near", columns, found)


@st.cache_resource(max_entries=4, show_spinner=False)
def _left_out(key: str, home: str, near: bool, _columns: Columns, _found: Inspection) -> Inspection:
    from fmcore.data.overlap import leave_out
    from fmcore.pipeline.datasets import TASK

    return leave_out(_found, _columns, task=TASK, near=near)


def of_stored(dataset: Dataset) -> None:
    """Draw how a stored set gets a version without its overlap; nothing where it has none."""
    from fmcore.data.overlap import has_overlap

    if not has_overlap(dataset.problems):
        return
    with st.container(border=True), guard():
        st.markdown(_("**Make a version without the overlap.** Only training rows are left out; this version stays as it is."))
        near = address.toggle(_("Leave out nearly equal texts too"), "near", scope=dataset.id)
        with st.spinner(_("Comparing every row…"), show_time=True):
            found = _looked(dataset.id, dataset.fingerprint, str(get_settings().home), near)
        count = sum(found.dropped.values())
        if not count:
            st.caption(_("No training row has an equal text. Nearly equal ones can be left out too."))
            return
        left = ngettext("**{n}** training row goes, **{left}** stay.", "**{n}** training rows go, **{left}** stay.", count)
        st.markdown(left.format(n=f"{count:,}", left=f"{found.rows['train']:,}"))
        if problems_view.is_hopeless(found):
            return
        if st.button(
            _("Make this version"), icon=":material/content_cut:", disabled=not _is_confirmed(dataset, found), key="without-overlap"
        ):
            _make(dataset, found)


def _is_confirmed(dataset: Dataset, found: Inspection) -> bool:
    """Return whether nothing new stands in the way, or the person says that they know it."""
    known = dataset.confirmation.kinds if dataset.confirmation else ()
    fresh = [problem for problem in found.blocking if problem.kind not in known]
    if not fresh:
        return True
    problems_view.draw(fresh)
    return st.checkbox(
        _("I know these problems and want to use the data as it is. This is recorded with my name."), key=f"confirm-{dataset.id}"
    )


def _make(dataset: Dataset, found: Inspection) -> None:
    from fmcore.pipeline import datasets

    made = datasets.without_overlap(dataset.id, accept_problems=True, who=state.who(), inspection=found)
    state.say_next(_("Saved."))
    go("data", data=made.id)


@st.cache_resource(max_entries=4, show_spinner=False)
def _looked(dataset_id: str, fingerprint: str, home: str, near: bool) -> Inspection:
    from fmcore.pipeline import datasets

    return datasets.look_without_overlap(dataset_id, near=near)
