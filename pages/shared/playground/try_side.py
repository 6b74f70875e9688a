"""The answers of one to three models to one text, side by side, each with what people may say of it and its nearest examples."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from fmcore.records import Run
from fmcore.store import Store
from pages.shared import state
from pages.shared.explain.explain_pick import LONGEST_LINK
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.playground import try_answer, try_edit, try_feedback, try_near, try_runs
from pages.shared.playground.try_answer import Text
from pages.shared.words import _, plain


def draw(runs: Mapping[str, Run], store: Store, text: Text, *, level: float) -> None:
    """Draw one card per model, and above them what an edit changed."""
    trouble = try_answer.trouble(text, pairs=try_runs.wants_pairs(runs, store))
    if trouble is not None:
        st.info(trouble, icon=":material/keyboard:")
        return
    before = try_edit.before(text)
    if before is not None:
        try_edit.draw(before, text)
    for (name, run), place in zip(runs.items(), st.columns(len(runs)), strict=True):
        with place.container(border=True), guard():
            if len(runs) > 1:
                st.markdown(f"**{plain(name)}**")
            _card(run, store, text, before, level)


def _card(run: Run, store: Store, text: Text, before: Text | None, level: float) -> None:
    dataset = store.dataset(run.spec.dataset)
    pairs = dataset.columns.text_pair is not None
    answered = try_answer.draw(run, text, pairs=pairs, level=level, before=before)
    if answered is not None:
        if max(map(len, text)) <= LONGEST_LINK:
            named = {"text": text[0], "text1": text[1]} if pairs else {"text": text[0]}
            link("explain", _("Why this answer?"), run=run.id, **{"from": "own"}, **named)
        try_feedback.ask(run, text if pairs else (text[0], ""), answered, who=state.who())
        try_near.draw(run, text, pairs=pairs, answer=answered.label, labels=dataset.labels)
