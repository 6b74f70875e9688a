"""What a new swap test asks: whose sentences, which categories, which change is acceptable; then some of the pairs, and the start."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from fmcore import jobs
from fmcore.audit import lexicon
from fmcore.pipeline import swaps
from fmcore.pipeline.swap_settings import SwapSettings
from fmcore.records import Run
from fmcore.store import Store
from pages.shared import address, forms, state
from pages.shared.guard import guard
from pages.shared.places import go
from pages.shared.runs import queue_view
from pages.shared.swaps import swaps_brought, swaps_preview
from pages.shared.words import _

FIELDS = SwapSettings.model_fields


def draw(run: Run, store: Store) -> None:
    """Draw the choices, some of the pairs, and the button that starts."""
    st.subheader(_("Ask the same of another person"), anchor=False)
    st.markdown(
        _(
            "One word for a person is replaced by another, and nothing else: **she** becomes **he**, **Muslim** becomes **Christian**. "
            "The model answers both sentences. A model that is fair in this sense gives the same answer."
        )
    )
    asked = address.segmented(_("What is asked"), _kinds(), "ask", default="own")
    brought, words = None, swaps_brought.Words()
    if asked == "pairs":
        brought = swaps_brought.pairs()
        given: dict[str, Any] = {"split": "test", "in_place": True, "templates": False, "categories": ""}
    else:
        given = {"in_place": asked != "templates", "templates": asked != "own"} | _choices(run, store, asked)
        words = swaps_brought.words()
        given["categories"] = _categories(words)
    given["favourable"] = _favourable(run, store)
    settings = forms.form(SwapSettings, given=given)
    if words.is_usable and (asked != "pairs" or brought is not None):
        made_of = _made_of(words, brought)
        swaps_preview.draw(run, settings, made_of, key=f"{words.key}|{brought.key if brought else ''}")
        _start(run, store, settings, made_of)


def _kinds() -> dict[str, str]:
    return {
        "own": _("Sentences of the data"),
        "templates": _("Neutral sentences of ours"),
        "both": _("Both"),
        "pairs": _("Pairs from a file"),
    }


def _choices(run: Run, store: Store, asked: str) -> dict[str, Any]:
    """Return whose sentences; for templates they only tell the language."""
    if asked == "templates":
        return {"split": "validation"}
    rows = store.dataset(run.spec.dataset).rows
    titles = {"validation": _("Validation"), "test": _(":material/lock: Test"), "train": _("Training")}
    known = {split: title for split, title in titles.items() if rows.get(split)}
    field = FIELDS["split"]
    first = next(iter(known), "validation")
    return {"split": address.segmented(_(field.title or ""), known, "sentences", default=first, help=_(field.description or ""))}


def _categories(words: swaps_brought.Words) -> str:
    names = dict.fromkeys(category for one in lexicon.in_force(words.own) for category in one.groups) if words.is_usable else {}
    field, titles = FIELDS["categories"], {name: name.replace("-", " ") for name in names}
    return ", ".join(address.several(_(field.title or ""), titles, "categories", scope=words.key, placeholder=_("all of them")))


def _favourable(run: Run, store: Store) -> str | None:
    labels, field = store.dataset(run.spec.dataset).labels, FIELDS["favourable"]
    return address.select(
        _(field.title or ""), dict(zip(labels, labels, strict=True)), "favourable", width=320, scope=run.id,
        placeholder=_("choose the answer that people hope for"), help=_("Gives the scores a direction: up is good for the person."),
    )  # fmt: skip


def _made_of(words: swaps_brought.Words, brought: swaps_brought.Brought | None) -> Mapping[str, Any]:
    if brought is not None:
        return {"table": brought.frame, "before": brought.before, "after": brought.after}
    return {"lexicon": words.own}


def _start(run: Run, store: Store, settings: SwapSettings, made_of: Mapping[str, Any]) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        begin = st.button(_("Start the test"), type="primary", icon=":material/play_arrow:", key="swaps-start")
        with st.container():
            queue_view.before(store)
    if begin:
        with guard(), st.spinner(_("Making the pairs…"), show_time=True):
            test = swaps.start(run.id, settings, who=state.who(), **made_of)  # in the same words the same test: a triple click is one
            jobs.ensure_supervisor()
            go("swaps", run=run.id, test=test.id)
