"""Where a run came from: its data, its base model, the runs that it was made from. Links only."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Run
from fmcore.store import Store
from pages.shared.places import link
from pages.shared.runs.base_view import title as base_title
from pages.shared.words import _, in_link


def draw(run: Run, store: Store, *, itself: bool = False) -> None:
    """Draw where the run came from: data, base model, the runs that it continues, each with a link; ``itself``: the run's own page too."""
    dataset = store.dataset(run.spec.dataset)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        link("data", _("{name}, version {version}").format(name=in_link(dataset.name), version=dataset.version), data=dataset.id)
        if run.spec.base.source != "none":
            link("models", in_link(base_title(run.spec.base.name)), base=run.spec.base.name)
        if itself:
            link("run", _("How it went"), run=run.id)
        for parent in run.parents:
            kinds = {"finetune": _("changed from {run}"), "swaps": _("asks {run}"), "explanations": _("explains {run}")}
            said = kinds.get(run.spec.stage, _("to be compared with {run}"))
            link("run", said.format(run=in_link(store.run(parent).name)), icon=":material/content_copy:", run=parent)
    if run.deleted:
        st.caption(_(":material/delete: This run lies in the bin. *Runs* has it below its list, to be restored."))
