"""Home: the pipeline with what is there and what comes next, the demo, and the newest runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from fmcore.records import Dataset, Status
from fmcore.store import Store, open_store
from pages.shared.guard import guard
from pages.shared.home import demo_view, place_view, recent_view, stages_view
from pages.shared.places import link
from pages.shared.words import _, ngettext

SECONDS = 5.0
"""Between two looks at what is there, while something is going on."""


def summary(datasets: Sequence[Dataset], counts: Mapping[Status, int]) -> str:
    """Return what is there in one sentence."""
    runs = sum(counts.values())
    done = counts.get(Status.DONE, 0)
    text = _("{datasets} and {runs} so far, {done} of them done.") if done else _("{datasets} and {runs} so far.")
    return text.format(
        datasets=ngettext("**{n}** data set", "**{n}** data sets", len(datasets)).format(n=len(datasets)),
        runs=ngettext("**{n}** run", "**{n}** runs", runs).format(n=f"{runs:,}"),
        done=f"**{done:,}**",
    )


def greet(store: Store) -> None:
    """Draw what this is for, or what is there by now."""
    datasets, counts = store.datasets(), store.count_runs()
    if datasets or any(counts.values()):
        st.markdown(summary(datasets, counts))
        return
    st.markdown(_("Bring a file of labelled text, fine-tune a foundation model on it, and read what it can do and how sure that is."))
    st.markdown(_("Nothing is here yet. The demo shows the whole way in a few minutes, with a small set of made-up messages."))


def overview(store: Store) -> None:
    """Draw the stages and the newest runs."""
    with guard():
        st.subheader(_("The way"), anchor=False)
        stages_view.draw(store, store.datasets(), store.count_runs())
        recent_view.draw(store)


store = open_store()
st.title(_("From your data to a decision"), anchor=False)
greet(store)
with st.container(horizontal=True, vertical_alignment="center"):
    demo_view.button()
    link("add", _("Add your own data"))
with guard():
    demo_view.watch(store)
counts = store.count_runs()
is_busy = counts.get(Status.RUNNING, 0) + counts.get(Status.QUEUED, 0) > 0
st.fragment(overview, run_every=SECONDS if is_busy else None)(store)
place_view.draw(store)
