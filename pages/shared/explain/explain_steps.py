"""One head's attention, step by step: the formula with the part in view lit up, its matrices, and how close they are to the model's own."""

from __future__ import annotations

from typing import Any

import streamlit as st

from fmcore.records import Run
from fmcore.report import attention_figures as figures
from fmcore.store import Store
from pages.shared import address, state
from pages.shared.chart import CHART
from pages.shared.explain.attention_one import ask, number
from pages.shared.explain.explain_attention import honest
from pages.shared.explain.explain_pick import Text
from pages.shared.words import _

FORMULA = {
    "x": r"X \in \mathbb{R}^{%(n)d \times %(width)d}",
    "qkv": r"Q,K,V = X\,W_{Q,K,V} + b_{Q,K,V}",
    "scores": r"S = Q\,K^\top / \sqrt{%(d)d}",
    "weights": r"A = \operatorname{softmax}(S)",
    "mixed": r"Z = A\,V",
    "output": r"O = [Z_0 \dots Z_{%(last)d}]\,W_O + b_O",
}
LIT, DIM = r"\colorbox{#0F6B70}{$\textcolor{white}{\;%s\;}$}", r"\textcolor{gray}{%s}"


def draw(run: Run, text: Text, store: Store) -> None:
    """Draw the step that the address asks for."""
    about = ask(run, "attention-about", text)
    steps = {"x": "X", "qkv": "Q, K, V", "scores": "QKᵀ/√d", "weights": "softmax", "mixed": "· V", "output": _("output")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = int(number(_("Layer"), "layer", about["n_layers"]))
        head = int(number(_("Head"), "head", about["n_heads"]))
        of = address.segmented(_("Model"), {"run": _("After fine-tuning"), "base": _("Before")}, "of", default="run")
    step = address.segmented(_("Step"), steps, "step", default="x")
    found = ask(run, "attention-steps", text, layer=layer, head=head, of=of)
    left, right = st.columns([3, 5], gap="medium")
    with left:
        st.latex(formula(found, step))
        st.markdown(meaning(step, found))
        checked(found["difference"], found["close"])
    with right:
        pictures(found, step)
    honest(run)


def formula(found: dict[str, Any], step: str) -> str:
    """Return the whole formula as KaTeX, the line of this step lit up."""
    sizes = {"n": len(found["tokens"]), "width": found["x"].shape[1], "d": found["q"].shape[1], "last": found["n_heads"] - 1}
    lines = [(LIT if name == step else DIM) % (line % sizes) for name, line in FORMULA.items()]
    return r"\small\begin{gathered}" + r" \\[0.7em] ".join(lines) + r"\end{gathered}"


def meaning(step: str, found: dict[str, Any]) -> str:
    """Return in plain words what happens in this step."""
    causal = _(" A token may not look at those after it: these places are empty.") if found["causal"] else ""
    return {
        "x": _("Every token comes in as a row of numbers: what the layers below made of it."),
        "qkv": _("Each row becomes a query (what the token asks for), a key (what it offers) and a value (what it hands over)."),
        "scores": _("Each query is multiplied with each key: the higher the number, the better the two fit.") + causal,
        "weights": _("Each row becomes shares that add up to 1: how much the token looks at each other one. This is the attention."),
        "mixed": _("Each token takes that share of each value: its row is now a mixture of the tokens that it looked at."),
        "output": _("The mixtures of all heads, side by side, become the layer's output through one more matrix."),
    }[step]


def pictures(found: dict[str, Any], step: str) -> None:
    """Draw the matrices of one step."""
    tokens, dark = found["tokens"], state.is_dark()
    match step:
        case "qkv":
            shown = [figures.signed(found[name], tokens, name.upper(), dark=dark) for name in ("q", "k", "v")]
        case "scores":
            shown = [figures.signed(found["scores"], tokens, "QKᵀ/√d", columns=tokens, dark=dark)]
        case "weights":
            shown = [figures.shares(found["weights"], tokens, "softmax(QKᵀ/√d)", dark=dark)]
        case "mixed":
            shown = [figures.signed(found["mixed"], tokens, "A·V", dark=dark)]
        case _:
            shown = [figures.signed(found[step], tokens, {"x": "X", "output": "O"}[step], dark=dark)]
    for place, figure in enumerate(shown):
        st.plotly_chart(figure, key=f"step-{step}-{place}", config=CHART)


def checked(difference: dict[str, float], close: bool) -> None:
    """Say how far these numbers are from those that the model itself computed."""
    text = _("Largest difference from the model's own numbers: softmax {weights}, · V {mixed}, output {output}.")
    text = text.format(**{name: f"{value:.1e}" for name, value in difference.items()})
    if close:
        st.success(text, icon=":material/check:")
    else:
        st.warning(text, icon=":material/warning:")
