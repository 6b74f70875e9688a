"""One model's attention to one text in one of its views, and how the worker is asked for it. Chooses neither model nor text."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from fmcore import inference
from fmcore.records import Run
from pages.shared import address
from pages.shared.explain import attention_view
from pages.shared.explain.explain_pick import Text
from pages.shared.words import _


def number(label: str, name: str, count: int) -> str:
    """Return which layer or head was chosen; they count from 0, as in BertViz and in the literature."""
    return address.select(label, {str(one): str(one) for one in range(count)}, name, default="0", width=90) or "0"


def ask(run: Run, operation: str, text: Text, **asked: Any) -> Any:
    """Return what the model's worker finds out. A text with all it asked is answered once and kept for a while."""
    texts = text if isinstance(text, str) else list(text)
    with st.spinner(_("Asking the model …")):
        return inference.ask(run.id, operation, text=texts, **asked)


def draw(run: Run, text: Text, of: str, view: str, layer: int, head: int) -> None:
    """Draw one view of the run's model, or of the one before it."""
    match view:
        case "heads":
            _heads(run, text, of, layer)
        case "model":
            _model(run, text, of, layer)
        case "neurons":
            found = ask(run, "attention-neurons", text, of=of, layer=layer, head=head)
            attention_view.draw(found, "neurons", f"neurons-{of}")
        case _:
            _rollout(run, text, of)


def _heads(run: Run, text: Text, of: str, layer: int) -> None:
    wanted = [int(one) for one in address.ids("heads", 64) if one.isdecimal()] or None
    found = ask(run, "attention", text, of=of, layer=layer, heads=wanted)
    key = f"heads-{of}"
    attention_view.draw(found, "heads", key, on_heads=partial(_choose_heads, key))


def _choose_heads(key: str) -> None:
    chosen = st.session_state[key].get("heads") or []
    st.query_params["heads"] = ",".join(str(int(one)) for one in chosen)


def _model(run: Run, text: Text, of: str, layer: int) -> None:
    wanted = [int(one) for one in address.ids("heads", 64) if one.isdecimal()]
    found = ask(run, "attention-overview", text, of=of)
    key = f"model-{of}"
    attention_view.draw({**found, "layer": layer, "heads": wanted}, "model", key, on_open=partial(_open, key))
    if wanted:
        st.markdown(_("**Layer {layer}**").format(layer=layer))
        opened = f"opened-{of}"
        attention_view.draw(
            ask(run, "attention", text, of=of, layer=layer, heads=wanted), "heads", opened, on_heads=partial(_choose_heads, opened)
        )


def _open(key: str) -> None:
    chosen = st.session_state[key].get("open")
    if chosen:
        st.session_state["address-layer-"], st.query_params["heads"] = str(int(chosen[0])), str(int(chosen[1]))


def _rollout(run: Run, text: Text, of: str) -> None:
    found = ask(run, "attention-rollout", text, of=of)
    weights, tokens, at = found["weights"], found["tokens"], found["answers_at"]
    best = sorted(range(len(tokens)), key=lambda place: -weights[at, place])[:5]
    list_ = " · ".join(f"{attention_view.shown(tokens[place])} {weights[at, place]:.2f}" for place in best)
    st.text(_("The answer is read from {token}; by rollout its state comes from: {list}").format(token=tokens[at], list=list_))
    levels = np.rint(weights * 255).astype(np.uint8)[None]
    attention_view.draw({**found, "weights": levels, "layer": 0, "heads": [0], "n_heads": 1}, "heads", f"rollout-{of}")
    st.caption(
        _("Rollout multiplies the attention of all layers, averaged over heads, half of each state passed on (Abnar and Zuidema, 2020).")
    )
