"""Evaluate one run: the answer first, then pictures, tables and every single row."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Status
from fmcore.store import open_store
from fmcore.tasks import get_task
from pages.shared import address, seal
from pages.shared.evaluate import (
    evaluate_answer,
    evaluate_confidence,
    evaluate_confusion,
    evaluate_curve,
    evaluate_data,
    evaluate_metrics,
    evaluate_slices,
    evaluate_worth,
    items_view,
    report_download,
)
from pages.shared.places import link
from pages.shared.runs import run_curves, run_origin, run_pick
from pages.shared.words import _, plain

store = open_store()
run = run_pick.from_address(store, _("Evaluate"), "evaluate", status=Status.DONE)
dataset = store.dataset(run.spec.dataset)

st.title(plain(run.name), anchor=False)
run_origin.draw(run, store, itself=run.status is Status.DONE)
if run.status is not Status.DONE:
    st.info(_("This run is not done, so there are no figures yet."), icon=":material/hourglass_empty:")
    link("run", _("Watch the run"), run=run.id)
    st.stop()

splits = {"validation": _("Validation"), "test": _(":material/lock: Test")}
views = {
    "figures": _("Figures"),
    "confusion": _("Confusion"),
    "confidence": _("Confidence"),
    "parts": _("Weak parts"),
    "rows": _("Row by row"),
    "worth": _("Worth it?"),
    "learning": _("Learning"),
}
with st.container(horizontal=True, vertical_alignment="bottom"):
    split = address.segmented(_("Rows"), splits, "split", default="validation")
    link("audit", run=run.id)
    if run.spec.stage == "finetune":  # a baseline keeps no model that could be asked
        link("swaps", run=run.id)
    report_download.draw(run)
view = address.segmented(_("Show"), views, "view", default="figures")

if not seal.opened(run, split, store, how="report page"):
    st.stop()
if split == "test":
    seal.looks(run, store)
found = evaluate_data.evaluation(run, split, dataset.labels)
evaluate_answer.draw(found, get_task(run.spec.task).headline, whole=view == "figures")
match view:
    case "figures":
        evaluate_metrics.draw(found)
    case "confusion":
        evaluate_confusion.draw(run, dataset, found)
    case "confidence":
        evaluate_confidence.draw(run, dataset, split)
    case "parts":
        evaluate_slices.draw(run, dataset, split)
    case "rows":
        items_view.draw(run, dataset, split, "items")
    case "worth":
        evaluate_worth.draw(run, split)
        evaluate_curve.draw(run, split)
    case "learning":
        run_curves.draw({run.name: store.progress(run.id)}, "learning")
