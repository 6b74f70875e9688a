"""Which run and which of its swap tests a page is about; the tests made so far. ``?run=…&test=…`` restores it."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.pipeline import swap_results, swaps
from fmcore.pipeline.swap_settings import OWN_TABLE, settings_of
from fmcore.records import Run, Status
from fmcore.store import Store
from pages.shared import times
from pages.shared.places import link
from pages.shared.runs import run_pick, run_status
from pages.shared.words import _, plain

SHOWN = 12


def choose(store: Store) -> tuple[Run, Run | None]:
    """Return the run and the test to show, None for a new one. Ends the page where the run can't be asked."""
    run = run_pick.from_address(store, _("Swaps"), "swaps", status=Status.DONE, stages=("finetune",))
    if run.spec.stage == swaps.STAGE:  # a link to the test itself
        st.query_params.from_dict({"run": run.parents[0], "test": run.id})
        return store.run(run.parents[0]), run
    try:
        swaps.check(run.id)
    except FmcoreError as refusal:
        st.title(plain(run.name), anchor=False)
        st.info(plain(refusal), icon=":material/block:")
        for parent in run.parents:
            link("swaps", _("Ask {name} instead").format(name=plain(store.run(parent).name)), run=parent)
        if not run.status.is_final:
            link("run", _("Watch the run"), run=run.id)
        st.stop()
    return run, _test(run, store)


def _test(run: Run, store: Store) -> Run | None:
    test_id = st.query_params.get("test")
    if test_id is None:
        return None
    try:
        found = store.run(test_id)
    except FmcoreError as unknown:
        st.warning(plain(unknown), icon=":material/search_off:")
        return None
    if found.spec.stage != swaps.STAGE or found.parents[:1] != (run.id,):
        st.warning(_("{test} is no swap test of this run.").format(test=plain(test_id, 40)), icon=":material/search_off:")
        return None
    return found


def title(test: Run) -> str:
    """Return what a test asked, in words; plain text."""
    settings, words = settings_of(test), str(test.spec.settings.get("words", ""))
    if words == OWN_TABLE:
        what = _("Pairs from a file")
    else:
        own = {"train": _("training sentences"), "validation": _("validation sentences"), "test": _("test sentences")}[settings.split]
        asked = [own] * settings.in_place + [_("neutral sentences")] * settings.templates
        what = ", ".join(asked)
        what = what[:1].upper() + what[1:]
    about = [settings.categories, words.removeprefix("lexicon ") if words.startswith("lexicon ") else ""]
    return " · ".join([what, *(part for part in about if part), _("{n} pairs").format(n=f"{test.spec.settings.get('pairs', 0):,}")])


def head(test: Run) -> None:
    """Draw which test this is, how far it is, and the way to a new one."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(plain(title(test)), anchor=False, width="content")
        run_status.badge(test)
        st.caption(_("asked by {who}, {ago}").format(who=plain(test.who), ago=times.ago(test.when)), width="content")
        st.button(_("New test"), icon=":material/add:", type="tertiary", on_click=_show, args=(None,), key="swaps-new")


def earlier(run: Run, *, but: Run | None = None) -> None:
    """Draw the tests of the run, newest first, each a way to its result."""
    found = [test for test in swap_results.tests(run.id, most=SHOWN + 1) if but is None or test.id != but.id][:SHOWN]
    if not found:
        return
    st.markdown(_("**Tests of this run so far**") if but is None else _("**Other tests of this run**"))
    for test in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            run_status.badge(test)
            st.button(plain(title(test)), type="tertiary", on_click=_show, args=(test.id,), key=f"swaps-{test.id}")
            st.caption(times.ago(test.when), width="content")


def _show(test_id: str | None) -> None:
    if test_id is None:
        st.query_params.pop("test", None)
    else:
        st.query_params["test"] = test_id
