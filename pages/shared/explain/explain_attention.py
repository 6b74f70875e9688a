"""Where a model looks: head view, model view, neuron view and rollout of one text, after fine-tuning, before it, or both side by side."""

from __future__ import annotations

import streamlit as st

from fmcore import inference
from fmcore.explain.bertviz_page import MOST_TOKENS
from fmcore.records import Run
from fmcore.store import Store
from pages.shared import address
from pages.shared.explain import attention_one
from pages.shared.explain.attention_one import ask, number
from pages.shared.explain.explain_pick import Text
from pages.shared.places import link
from pages.shared.words import _

MODELS = ("base", "run")


def draw(run: Run, text: Text, store: Store) -> None:
    """Draw the view that the address asks for."""
    about = ask(run, "attention-about", text)
    views = {"heads": _("Head view"), "model": _("Model view"), "neurons": _("Neuron view"), "rollout": _("Rollout")}
    sides = {"run": _("After fine-tuning"), "base": _("Before"), "both": _("Side by side")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = address.segmented(_("Show"), views, "show", default="heads")
        side = address.segmented(_("Model"), sides, "of", default="run")
        layer = int(number(_("Layer"), "layer", about["n_layers"])) if view != "rollout" else 0
        head = int(number(_("Head"), "head", about["n_heads"])) if view == "neurons" else 0
    if about["cut"]:
        st.caption(_("The model reads the first {n} tokens of this text; the rest is not shown.").format(n=about["n_tokens"]))
    shown = MODELS if side == "both" else (side,)
    places = st.columns(2, gap="medium") if side == "both" else [st.container()]
    for of, place in zip(shown, places, strict=True):
        with place:
            if side == "both":
                st.markdown(f"**{sides[of]}**")
            attention_one.draw(run, text, of, view, layer, head)
    honest(run)
    _download(run, text, about["n_tokens"])


def honest(run: Run) -> None:
    """Say what attention is not, and where to look for the rest."""
    st.caption(
        _(
            "Attention shows where a head looks, not why the model answers as it does: a head can look at words that change nothing "
            "(Jain and Wallace, 2019). For the words that speak for the answer see Words, for how far to believe them see Trust."
        )
    )
    with st.container(horizontal=True):
        link("explain", _("Words"), run=run.id, view="words")
        link("explain", _("Trust"), run=run.id, view="trust")


def _download(run: Run, text: Text, n_tokens: int) -> None:
    """Offer BertViz's own page of the same text, made when it is asked for; nothing where it would be more than a browser can draw."""
    if n_tokens <= MOST_TOKENS:
        texts = text if isinstance(text, str) else list(text)
        st.download_button(
            _("Download as a BertViz page"),
            lambda: inference.ask(run.id, "attention-bertviz", text=texts)["html"],
            f"{run.id}-bertviz.html",
            "text/html",
            on_click="ignore",
            icon=":material/download:",
            help=_("BertViz's own head view, every layer and head, in one file that needs no network."),
            key="bertviz",
        )
