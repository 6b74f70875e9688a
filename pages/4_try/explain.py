"""Explain one answer: which text, and then where the model looks, which words speak for its answer, and how far to believe that."""

from __future__ import annotations

import streamlit as st

from fmcore import inference
from fmcore.pipeline.runs import WITH_ANSWERS
from fmcore.records import Status
from fmcore.store import open_store
from pages.shared import address
from pages.shared.explain import explain_attention, explain_edits, explain_groups, explain_pick, explain_steps, explain_trust, explain_words
from pages.shared.places import link
from pages.shared.runs import run_origin, run_pick
from pages.shared.words import _, plain

store = open_store()
run = run_pick.from_address(store, _("Explain"), "explain", status=Status.DONE)
dataset = store.dataset(run.spec.dataset)

st.title(plain(run.name), anchor=False)
run_origin.draw(run, store, itself=run.status is Status.DONE)
if run.status is not Status.DONE:
    st.info(_("This run is not done, so there is no model to explain."), icon=":material/hourglass_empty:")
    link("run", _("Watch the run"), run=run.id)
    st.stop()
if run.spec.stage != "finetune":
    st.info(_("This run keeps no model, so there is nothing to explain."), icon=":material/visibility_off:")
    for parent in run.parents:
        link("explain", _("Explain {name} instead").format(name=plain(store.run(parent).name)), run=parent)
    if run.spec.stage in WITH_ANSWERS:
        link("evaluate", _("Read its figures"), run=run.id)
    st.stop()

inference.wake(run.id)
views = {
    "words": (_("Words"), explain_words.draw),
    "trust": (_("Trust"), explain_trust.draw),
    "edits": (_("Edits"), explain_edits.draw),
    "groups": (_("Groups"), explain_groups.draw),
    "attention": (_("Attention"), explain_attention.draw),
    "steps": (_("Step by step"), explain_steps.draw),
}
view = address.segmented(_("Explanation"), {name: title for name, (title, _draw) in views.items()}, "view", default="words")
text = "" if view == "groups" else explain_pick.choose(run, dataset, store)  # groups are compared over all rows
if text is not None:
    views[view][1](run, text, store)
