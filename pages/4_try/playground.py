"""Playground: one to three models answer what a person types, pastes or uploads, and say when they would rather ask a person."""

from __future__ import annotations

import streamlit as st

from fmcore.store import open_store
from pages.shared import address, typed
from pages.shared.guard import guard
from pages.shared.playground import try_answer, try_batch, try_examples, try_level, try_links, try_links_made, try_runs, try_said, try_side
from pages.shared.words import _

store = open_store()
st.title(_("Playground"), anchor=False)
runs = try_runs.choose(store)
if not runs:
    st.stop()
try_answer.wake(runs)
first = next(iter(runs.values()))
dataset = store.dataset(first.spec.dataset)
pairs = try_runs.wants_pairs(runs, store)

views = {"text": _("One text"), "file": _("A file"), "said": _("What people said"), "share": _("Demo links")}
match address.segmented(_("Show"), views, "view", default="text"):
    case "text":
        text = typed.area(_("Your text"), "text", height=120, placeholder=_("Type or paste, then press Answer"))
        pair = typed.area(_("Your second text"), "pair", height=100) if pairs else ""
        st.button(_("Answer"), type="primary", icon=":material/send:")
        try_examples.draw(dataset, pairs=pairs)
        try_side.draw(runs, store, (text, pair), level=try_level.ask(runs, store))
    case "file":
        try_batch.draw(runs, pairs=pairs, level=try_level.ask(runs, store))
    case "said":
        for name, run in runs.items():
            try_said.overview(store, run, name)
    case "share":
        level = try_level.ask(runs, store)
        for name, run in runs.items():
            with guard():
                try_links.make(store, run, name, level=level, pairs=try_runs.reads_pairs(run, store))
                try_links_made.overview(store, run)
