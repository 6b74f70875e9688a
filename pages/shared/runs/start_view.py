"""The start of a run: which data and base model, who waits before it, and one run per wish however often the button is hit."""

from __future__ import annotations

import hashlib
import json
import secrets
import time

import streamlit as st

from fmcore import jobs
from fmcore.errors import JobError, StoreError
from fmcore.models.catalogue import MODELS
from fmcore.pipeline.runs import require_finetuned
from fmcore.records import BaseModel, Dataset, Run, RunSpec, to_json
from fmcore.store import Store
from pages.shared import address, state
from pages.shared.places import go, link
from pages.shared.runs import base_view, run_pick
from pages.shared.words import _, plain

SAME_WISH_SECONDS = 5.0
"""Clicks within this time are one wish: the second of a double click reaches the server after the first has started the run."""


def cloned(store: Store) -> Run | None:
    """Return the run of ``?clone=`` whose choices are the starting point, or None."""
    run_id = st.query_params.get("clone")
    if run_id is None:
        return None
    try:
        run = store.run(run_id)
    except StoreError:
        st.warning(plain(run_pick.gone(run_id)), icon=":material/content_copy:")
        return None
    try:
        require_finetuned(run, "clone")
    except JobError as refusal:
        st.warning(plain(refusal), icon=":material/content_copy:")
        return None
    return run


def scope_of(clone: Run | None) -> str:
    """Return what keeps the choices for one cloned run apart from those for another."""
    return clone.id if clone else "new"


def choose_data(store: Store, clone: Run | None) -> Dataset | None:
    """Return the data set chosen; None after saying that there is none."""
    datasets = {one.id: one for one in store.datasets()}
    if not datasets:
        st.info(_("A run needs data with labels, and there is none yet."), icon=":material/table_view:")
        link("add", _("**Add data**"))
        return None
    titles = {one.id: _("{name}, version {version}").format(name=one.name, version=one.version) for one in datasets.values()}
    default = clone.spec.dataset if clone and clone.spec.dataset in datasets else next(iter(datasets))
    dataset = datasets[address.select(_("Data set"), titles, "data", default=default, scope=scope_of(clone)) or default]
    st.caption(
        _("{rows} training rows · {labels} labels").format(rows=f"{dataset.rows.get('train', 0):,}", labels=len(dataset.labels)),
    )
    if dataset.needs_confirmation:
        st.warning(_("This data set has problems that make results meaningless. Read and confirm them first."), icon=":material/gavel:")
        link("data", _("Open its card"), data=dataset.id)
    return dataset


def choose_base(clone: Run | None) -> BaseModel | None:
    """Return the checked base model chosen; None after saying why it can't be used."""
    default = clone.spec.base.name if clone else "embedded"
    names = {entry.name: entry.title for entry in MODELS} | {
        one: base_view.title(one) for one in (default, st.query_params.get("base")) if one
    }
    name = address.select(
        _("Base model"),
        names,
        "base",
        default=default,
        free=True,
        scope=scope_of(clone),
        help=_("Pick one, or type a hub name or a folder on this machine."),
    )
    return base_view.examine(name or default, brief=True)


def warn_of_length(spec: RunSpec) -> None:
    """Say so when the longest text asked for is more than the base model reads."""
    if spec.settings["max_length"] > spec.base.max_length:
        text = _("This base model reads {most} tokens at most; longer texts are cut there.")
        st.caption(":material/content_cut: " + text.format(most=f"{spec.base.max_length:,}"))


def start(spec: RunSpec, name: str, clone: Run | None) -> None:
    """Queue the run and go to its page; the same wish again, as in a triple click, leads to the same run."""
    run = jobs.submit(spec, name=name, who=state.who(), key=wish(spec, name), parents=(clone.id,) if clone else ())
    go("run", run=run.id)


def wish(spec: RunSpec, name: str) -> str:
    """Return the key of what is asked for: new when the last one was used a while ago, the same for clicks in a row."""
    nonce, used = st.session_state.get("start-wish", ("", 0.0))
    if time.time() - used > SAME_WISH_SECONDS:
        nonce = secrets.token_hex(8)
    st.session_state["start-wish"] = (nonce, time.time())
    content = hashlib.sha256(json.dumps([to_json(spec), name], sort_keys=True).encode()).hexdigest()
    return f"{nonce}-{content[:16]}"
