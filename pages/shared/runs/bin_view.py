"""The bin of runs: put in, take out, remove for good. A question stands before what can't be undone at once."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.pipeline import runs as pipeline_runs
from fmcore.records import Run
from fmcore.store import RunQuery, Store
from pages.shared import amounts, state
from pages.shared.words import _, ngettext, plain


def acts(chosen: list[Run], store: Store) -> None:
    """Draw what can be done with runs that lie in the bin."""
    if st.button(_("Restore"), icon=":material/restore_from_trash:", disabled=not chosen, key="runs-restore"):
        _restore(chosen, store)
    if st.button(_("Remove for good"), icon=":material/delete_forever:", disabled=not chosen, key="runs-purge"):
        ask_purge([run.id for run in chosen], [])
    if st.button(_("Empty the bin"), icon=":material/delete_sweep:", type="tertiary", key="runs-empty"):
        ask_purge(*store.purgeable_runs())


def enter(store: Store) -> None:
    """Draw the way to the runs that were put aside; nothing where there are none."""
    count = store.runs(RunQuery(deleted=True, limit=1)).total
    if count:
        said = ngettext("{n} run in the bin", "{n} runs in the bin", count).format(n=f"{count:,}")
        st.button(said, icon=":material/delete:", type="tertiary", on_click=_show, args=(True,), key="runs-bin")


def leave() -> None:
    """Draw the way back from an empty bin."""
    st.button(_("Back to the runs"), icon=":material/arrow_back:", on_click=_show, args=(False,))


def _show(bin: bool) -> None:
    st.session_state["bin"] = bin


@st.dialog(_("Put into the bin?"), icon=":material/delete:")
def ask_delete(run_ids: list[str], names: list[str], store: Store) -> None:
    st.markdown(_("They leave the list and can be restored from the bin at any time. Nothing is erased."))
    for name in names:
        st.markdown(f"- {plain(name)}")
    if st.button(_("Put into the bin"), type="primary", key="delete-yes"):
        try:
            store.delete_runs(run_ids, who=state.who())
        except FmcoreError as error:
            st.error(plain(str(error)))
            return
        _forget_selection()
        st.rerun()


@st.dialog(_("Remove for good?"), icon=":material/delete_forever:")
def ask_purge(run_ids: list[str], kept: list[str]) -> None:
    """Ask before runs in the bin are removed for good; ``kept``: those that stay because other runs were made from them."""
    if not run_ids:
        _say_none_may_go(len(kept))
        return
    size = amounts.megabytes(pipeline_runs.bin_bytes(run_ids) / 1e6)
    text = ngettext(
        "**{n}** run goes with its model, answers and figures ({size}); its audits stay on record. Nobody can bring it back.",
        "**{n}** runs go with their models, answers and figures ({size}); their audits stay on record. Nobody can bring them back.",
        len(run_ids),
    )
    st.markdown(text.format(n=f"{len(run_ids):,}", size=size))
    if kept:
        text = ngettext("{n} run stays: others were made from it.", "{n} runs stay: others were made from them.", len(kept))
        st.caption(text.format(n=f"{len(kept):,}"))
    st.caption(_("That it was done, when and by whom stays on record."))
    with st.container(horizontal=True):
        if st.button(_("Remove for good"), type="primary", key="purge-yes"):
            try:
                pipeline_runs.purge(run_ids, who=state.who())
            except FmcoreError as error:
                st.error(plain(str(error)))
                return
            _forget_selection()
            st.rerun()
        if st.button(_("Keep them"), key="purge-no"):
            st.rerun()


def _say_none_may_go(kept: int) -> None:
    text = ngettext(
        "The run in the bin can't go: others outside the bin were made from it.",
        "None of the {n} runs in the bin can go: others outside the bin were made from them.",
        kept,
    )
    st.markdown(text.format(n=f"{kept:,}"))
    st.caption(_("Put those into the bin as well; then all can go together."))
    if st.button(_("Close"), key="purge-no"):
        st.rerun()


def _restore(chosen: list[Run], store: Store) -> None:
    try:
        store.restore_runs([run.id for run in chosen], who=state.who())
    except FmcoreError as error:
        st.error(plain(str(error)))
        return
    _forget_selection()
    st.rerun()


def _forget_selection() -> None:
    """Let the list start without ticks: they are about rows that are gone."""
    st.session_state["runs-generation"] = st.session_state.get("runs-generation", 0) + 1
