"""The report of one run: the answer first, then pictures, tables and every single row."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Status
from fmcore.store import open_store
from fmcore.tasks import get_task
from pages.shared import address, items_view, report_download, report_view, run_pick, run_view, seal, state
from pages.shared.places import link
from pages.shared.words import _, plain

store = open_store()
run = run_pick.from_address(store, _("Evaluate"), "evaluate", status=Status.DONE)
dataset = store.dataset(run.spec.dataset)

st.title(plain(run.name), anchor=False)
run_view.lineage(run, store, itself=run.status is Status.DONE)
if run.status is not Status.DONE:
    st.info(_("This run is not done, so there are no figures yet."), icon=":material/hourglass_empty:")
    link("run", _("Watch the run"), run=run.id)
    st.stop()

report_download.draw(run)
splits = {"validation": _("Validation"), "test": _(":material/lock: Test")}
views = {"figures": _("Figures"), "confusion": _("Confusion"), "learning": _("Learning"), "rows": _("Row by row")}
with st.container(horizontal=True, vertical_alignment="bottom"):
    split = address.segmented(_("Rows"), splits, "split", default="validation")
    view = address.segmented(_("Show"), views, "view", default="figures")

evaluation = seal.evaluation_of(run, split, store)
if evaluation is None:
    st.stop()
report_view.answer(evaluation, get_task(run.spec.task).headline)
match view:
    case "figures":
        report_view.draw_metrics(evaluation.metrics, "overall")
        st.subheader(_("Per label"), anchor=False)
        report_view.draw_metrics(evaluation.per_class, "classes", by_class=True)
    case "confusion":
        report_view.confusion(evaluation, "confusion", dark=state.is_dark())
    case "learning":
        report_view.learning(run.name, store.progress(run.id), "learning")
    case "rows":
        items_view.draw(run, dataset, split, "items")
