"""Attention on the screen, in the manner of BertViz: head view, model view, neuron view. Draws what it is given, in a component of our own.

The scripts beside this file come with the page; nothing is fetched, and tokens travel as data that only ever becomes text
(docs/decisions/0006-attention-views.md). J. Vig, "A multiscale visualization of attention in the Transformer model", ACL 2019.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fmcore.explain.packet import pack
from fmcore.report.colours import PALETTE
from fmcore.report.text import one_line
from pages.shared import component
from pages.shared.words import _

SCRIPTS = ("frame", "heads", "model", "neurons", "start")
COLOURS = (*PALETTE[:6], "#7F5FB5", "#5B8C2A", "#A0522D", "#008B8B", "#C0392B", "#6C7A89")
"""Of heads, by number; a thirteenth starts again. A number stands beside every colour."""


@functools.cache
def _component() -> Callable[..., Any]:
    folder = Path(__file__).parent / "attention"
    script = "\n".join((folder / f"{name}.js").read_text("utf-8") for name in SCRIPTS)
    style = (folder / "style.css").read_text("utf-8")
    return component.made("fmcommons.attention", html='<div class="attention"></div>', css=style, js=script)


def draw(
    found: Mapping[str, Any], view: str, key: str, *, on_heads: Callable[[], None] | None = None, on_open: Callable[[], None] | None = None
) -> None:
    """Draw what an attention operation found as ``heads``, ``model`` or ``neurons``."""
    _component()(data=packet(found, view), key=key, on_heads_change=on_heads or _nothing, on_open_change=on_open or _nothing)


def _nothing() -> None:
    """Hear nothing."""


def packet(found: Mapping[str, Any], view: str) -> bytes:
    """Return everything that the browser needs to draw one view."""
    arrays = {name: found[name] for name in ("weights", "queries", "keys") if name in found}
    header = {name: value for name, value in found.items() if name not in arrays}
    tokens = [shown(token) for token in found["tokens"]]
    parts = [0, found["second"], len(tokens)] if found.get("second") else [0, len(tokens)]
    more = {"size": found["weights"].shape[-1], "width": found["queries"].shape[-1] if "queries" in found else 0}
    return pack({**header, **more, "tokens": tokens, "parts": parts, "view": view, "colours": COLOURS, "words": words(view)}, arrays)


def shown(token: str) -> str:
    """Return a token as it can be seen: unseen characters as a mark, a space by itself as an open box."""
    return one_line(token) or "␣"


def words(view: str) -> dict[str, Any]:
    """Return what the view says to people."""
    hint = {
        "heads": _("Point at a token, tap it, or choose with the arrow keys, to see where it looks."),
        "model": _("Every head as a small picture: tokens on the left look at tokens on the right. Choose one to open it below."),
        "neurons": "",
    }
    ends = {"a": _("first"), "b": _("second")}
    pairs = [["all-all", _("All")], *([f"{one}-{two}", f"{ends[one]} → {ends[two]}"] for one in "ab" for two in "ab")]
    return {
        "hint": hint[view], "from": _("Tokens that look"), "to": _("Tokens that are looked at"), "heads": _("Heads"), "all": _("All heads"),
        "only": _("Double-click, or Shift and click: only this head"), "sentences": _("Texts"), "pairs": pairs,
        "looks": _("“{token}” looks most at: {list}"), "seen": _("“{token}” is looked at most by: {list}"), "corner": _("Layer"),
        "grid": _("Heads, layer by layer"), "name": _("Layer {layer}, head {head}"),
    }  # fmt: skip
