"""Questions of the explanation views to the model's worker, each asked once and kept for a while. Draws nothing but the wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from fmcore import inference
from fmcore.explain.records import Attribution, Search, Trust
from fmcore.records import Run, from_json
from pages.shared.words import _, plain

Text = str | tuple[str, str]
METHODS = {
    "integrated-gradients": _("Integrated gradients"),
    "gradient-input": _("Gradient × input"),
    "occlusion": _("Occlusion"),
    "attention-rollout": _("Attention rollout"),
}


def attribution(run: Run, text: Text, method: str, label: str | None) -> Attribution:
    """Return how much each word speaks for the answer, or for a label."""
    return from_json(Attribution, _ask(run, "attribution", texts=[_plain(text)], method=method, labels=label and [label])[0])


def trust(run: Run, texts: list[Text], method: str, label: str | None) -> Trust:
    """Return how far the method can be believed, for one text or over many."""
    labels = None if label is None else [label] * len(texts)
    return from_json(
        Trust, _watched(run.id, run.ended, "faithfulness", {"texts": [*map(_plain, texts)], "method": method, "labels": labels})
    )


def edits(run: Run, text: Text, wanted: str | None) -> Search:
    """Return the smallest edits that turn the answer."""
    return from_json(Search, _watched(run.id, run.ended, "counterfactuals", {"text": _plain(text), "wanted": wanted}))


def _plain(text: Text) -> str | list[str]:
    return text if isinstance(text, str) else list(text)


def _ask(run: Run, operation: str, **asked: Any) -> Any:
    with st.spinner(_("Asking the model …")):
        return _kept(run.id, run.ended, operation, asked)


@st.cache_data(max_entries=64, ttl=3600, show_spinner=False)
def _watched(run_id: str, ended: str | None, operation: str, asked: dict[str, Any]) -> Any:
    """Return the same of a question that may take a minute, with a bar that tells how far the worker is."""
    with bar() as draw:
        return inference.ask(run_id, operation, timeout=300, watch=lambda share, said: draw(share, plain(str(said))), **asked)


@contextmanager
def bar() -> Iterator[Callable[[float, str], object]]:
    """Give what draws how far the model is, 0 to 1 and a sentence; at the end nothing of it is left."""
    place = st.empty()
    try:
        place.progress(0.0, text=_("Asking the model …"))
        yield lambda share, said: place.progress(min(1.0, share), text=said)
    finally:
        place.empty()


@st.cache_data(max_entries=64, ttl=3600, show_spinner=False)
def _kept(run_id: str, ended: str | None, operation: str, asked: dict[str, Any]) -> Any:
    return inference.ask(run_id, operation, timeout=300, **asked)
