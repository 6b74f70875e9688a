"""The pipeline as a row of cards: each stage that is built, what is there, and its next step. Draws counts; computes no figure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from fmcore.models.catalogue import MODELS
from fmcore.pipeline.runs import WITH_ANSWERS
from fmcore.records import Dataset, Status
from fmcore.store import RunQuery, Store
from pages.shared.places import PLACES, link
from pages.shared.words import _, ngettext

NARROWEST = 160
"""Pixels of the narrowest card: four stand in a row on a laptop, two on a phone."""


def draw(store: Store, datasets: Sequence[Dataset], counts: Mapping[Status, int]) -> None:
    """Draw one card per built stage, in order."""
    stages = [
        ("data", _data),
        ("models", _models),
        ("finetune", _finetune),
        ("evaluate", _evaluate),
        ("audit", _audit),
        ("playground", _try),
        ("explain", _explain),
        ("runs", _runs),
    ]
    built = [(name, fill) for name, fill in stages if PLACES[name].is_built]
    with st.grid(len(built), min_column_width=NARROWEST, border=True, gap="small") as grid:
        for number, (name, fill) in enumerate(built, 1):
            with grid.cell():
                arrow = " :gray[›]" if number < len(built) else ""
                st.markdown(f":primary[{PLACES[name].icon}] **{number} · {_(PLACES[name].title)}**{arrow}")
                fill(store, datasets, counts)


def _card(count: int, what: str, detail: str) -> None:
    st.markdown(f"### {count:,} {what}", anchors=False)
    st.caption(detail)


def _data(_store: Store, datasets: Sequence[Dataset], _counts: Mapping[Status, int]) -> None:
    rows = sum(sum(one.rows.values()) for one in datasets)
    _card(len(datasets), ngettext("set", "sets", len(datasets)), _("{rows} rows, checked and split").format(rows=f"{rows:,}"))
    if datasets:
        link("data", _("Open"), icon=":material/arrow_forward:")
    else:
        link("add", _("Add data"), icon=":material/arrow_forward:")


def _models(_store: Store, _datasets: Sequence[Dataset], _counts: Mapping[Status, int]) -> None:
    _card(len(MODELS), _("models"), _("to start from, one of them built in"))
    link("models", _("Choose"), icon=":material/arrow_forward:")


def _finetune(_store: Store, datasets: Sequence[Dataset], counts: Mapping[Status, int]) -> None:
    running, queued = counts.get(Status.RUNNING, 0), counts.get(Status.QUEUED, 0)
    _card(running, _("running"), _("{n} in the queue").format(n=queued))
    if datasets:
        link("finetune", _("Start a run"), icon=":material/arrow_forward:")
    else:
        st.caption(_("Needs data first"))


def _evaluate(store: Store, _datasets: Sequence[Dataset], counts: Mapping[Status, int]) -> None:
    done = counts.get(Status.DONE, 0)
    _card(done, ngettext("report", "reports", done), _("figures with their intervals"))
    newest = store.runs(RunQuery(status=Status.DONE, stages=WITH_ANSWERS, limit=1)).runs if done else []
    if newest:
        link("evaluate", _("Read it"), icon=":material/arrow_forward:", run=newest[0].run.id)
    else:
        st.caption(_("Comes with the first finished run"))


def _audit(store: Store, _datasets: Sequence[Dataset], counts: Mapping[Status, int]) -> None:
    made = store.count_audits()
    _card(made, ngettext("audit", "audits", made), _("are people served alike?"))
    link("audit", _("Ask"), icon=":material/arrow_forward:")


def _try(store: Store, _datasets: Sequence[Dataset], _counts: Mapping[Status, int]) -> None:
    models = store.runs(RunQuery(status=Status.DONE, stages=("finetune",), limit=1)).total
    _card(models, ngettext("model", "models", models), _("to try on words of your own"))
    if models:
        link("playground", _("Try it"), icon=":material/arrow_forward:")
    else:
        st.caption(_("Comes with the first finished run"))


def _explain(store: Store, _datasets: Sequence[Dataset], _counts: Mapping[Status, int]) -> None:
    newest = store.runs(RunQuery(status=Status.DONE, stages=("finetune",), limit=1))
    count = newest.total
    _card(count, ngettext("model", "models", count), _("where it looks, which words count"))
    if newest.runs:
        link("explain", _("See why"), icon=":material/arrow_forward:", run=newest.runs[0].run.id)
    else:
        st.caption(_("Comes with the first finished run"))


def _runs(_store: Store, _datasets: Sequence[Dataset], counts: Mapping[Status, int]) -> None:
    total = sum(counts.values())
    _card(
        total,
        ngettext("run", "runs", total),
        _("{n} stopped or failed").format(n=counts.get(Status.STOPPED, 0) + counts.get(Status.FAILED, 0)),
    )
    if total:
        link("runs", _("Compare") if total > 1 else _("Open"), icon=":material/arrow_forward:")
    else:
        st.caption(_("The history starts with the first"))
