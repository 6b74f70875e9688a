"""The head of one data set: its name, where it came from, what was done to it, and what can be done with it."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Dataset
from fmcore.store import RunQuery, Store
from pages.shared import state, times
from pages.shared.data import library_view
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.words import _, ngettext, plain


def head(dataset: Dataset, store: Store) -> None:
    """Draw the name, where it came from and what can be done with it."""
    st.title(library_view.title(dataset), anchor=False)
    told = _("{source} · added {ago} by {who} · {id}").format(
        source=dataset.source, ago=times.ago(dataset.when), who=dataset.who, id=dataset.id
    )
    st.caption(plain(told))
    if again := st.query_params.get("again"):
        _was_there(dataset, again)
    _changes(dataset)
    with st.container(horizontal=True, vertical_alignment="center"):
        link("finetune", _("**Fine-tune on this**"), data=dataset.id)
        _download(dataset)
        _delete(dataset, store)


def _was_there(dataset: Dataset, name: str) -> None:
    """Say that what was to be saved under a name is this very set."""
    if name == dataset.name:
        text = _("This very content was here already, so nothing was added.")
    else:
        text = _("What you were about to save as “{name}” is this very set: the same content under another name. Nothing was added.")
    st.info(text.format(name=plain(name, 80)), icon=":material/content_copy:")


def _changes(dataset: Dataset) -> None:
    """Draw what was done to the rows on a person's wish, and which set this one was made from."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for change in dataset.changes:
            st.markdown(":material/content_cut: " + plain(change), width="content")
        if dataset.parent:
            link("data", _("Made from {id}").format(id=dataset.parent), icon=":material/history:", data=dataset.parent)


def _download(dataset: Dataset) -> None:
    with guard():
        st.download_button(
            _("Data card"),
            data=lambda: _markdown(dataset).encode(),  # made when it is asked for
            file_name=f"data-card-{dataset.id}.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
        )


def _markdown(dataset: Dataset) -> str:
    from fmcore.data import shelf
    from fmcore.report import data_card

    return data_card.markdown(dataset, shelf.profile(dataset.id))


def _delete(dataset: Dataset, store: Store) -> None:
    """Draw the way to delete a data set, or the sentence that says which runs need it."""
    listed, binned = (store.runs(RunQuery(dataset=dataset.id, limit=1, deleted=deleted)).total for deleted in (False, True))
    with st.popover(_("Delete"), icon=":material/delete:"):
        if listed:
            text = ngettext("{n} run uses this data set, so it stays.", "{n} runs use this data set, so it stays.", listed)
            st.markdown(text.format(n=f"{listed:,}"))
            return
        if binned:
            text = ngettext("{n} run in the bin uses it. Empty the bin first.", "{n} runs in the bin use it. Empty the bin first.", binned)
            st.markdown(text.format(n=f"{binned:,}"))
            link("runs", _("Open the bin"), icon=":material/delete:", bin="true")
            return
        st.markdown(_("No run uses it. Its rows and its card are removed for good."))
        st.button(_("Delete for good"), key="delete", icon=":material/delete_forever:", on_click=_remove, args=(dataset.id,))


def _remove(dataset_id: str) -> None:
    from fmcore.pipeline import datasets

    with guard():
        datasets.remove(dataset_id, who=state.who())
        state.say_next(_("Deleted."))
        st.query_params.clear()
