"""BertViz's own head view of one text as one file, for those who know it: made by BertViz, mended to be safe and to need no network.

As it comes, BertViz asks a network for require.js, jQuery and d3, and writes tokens into a script, where ``</script>`` in a text ends it
and what follows runs. Here the scripts are those of XStatic-jQuery and XStatic-D3, and no token holds a ``<``. Runs in the worker.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from fmcore.errors import ModelError
from fmcore.explain.attention import Text, read
from fmcore.explain.loaded import Loaded

MOST_TOKENS = 96
"""BertViz draws a line for every head and pair of tokens: a browser takes no more."""
_MARK, _REPLACED = "\ue000", "\ufffd"
_REMOTE = re.compile(r'<script src="https://[^"]*"></script>')
_POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
_REQUIRE = """
const require = { config: () => {} };
const requirejs = (names, start) => start(window.jQuery, window.d3);
"""


def page(loaded: Loaded, *, text: Text, of: str = "run") -> dict[str, Any]:
    """Return ``html``: BertViz's head view, every layer and head.

    Raises:
        ModelError: the text is longer than BertViz can draw.
    """
    found = read(loaded, text, of)
    if len(found.tokens) > MOST_TOKENS:
        raise ModelError(
            "BertViz draws texts of up to {most} tokens, and this one has {found}. The head view here has no such limit.",
            most=MOST_TOKENS,
            found=len(found.tokens),
        )
    return {"html": html(found.tokens, [(layer / 255).round(4) for layer in found.weights], second=found.second)}


def html(tokens: Sequence[str], layers: Sequence[Any], *, second: int | None = None) -> str:
    """Return the page of attention (heads, n, n) per layer. Nothing of it is fetched, and no token can end its script."""
    import torch
    from bertviz import head_view

    safe = [token.replace(_MARK, _REPLACED).replace("<", _MARK) for token in tokens]
    attention = [torch.as_tensor(layer)[None] for layer in layers]
    made = head_view(attention, safe, sentence_b_start=second, html_action="return").data
    made, n_replaced = _REMOTE.subn("", made)
    if n_replaced != 1:
        raise ModelError("BertViz's page is not what this version expects, so it is not handed out.")
    escaped = made.replace("\\ue000", "\\u003c")  # json.dumps wrote the mark like this, and nothing else
    policy = f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    return f'<!doctype html><meta charset="utf-8">{policy}<title>BertViz</title><script>{scripts()}</script>{escaped}'


def scripts() -> str:
    """Return jQuery, d3 and what stands in for require.js, as one script."""
    parts = [_file("jquery", "jquery.min.js"), _file("d3", "d3.js"), _REQUIRE]
    return "\n;".join(parts).replace("</script", "<\\/script")


def _file(package: str, name: str) -> str:
    found = find_spec(f"xstatic.pkg.{package}")
    if found is None or found.origin is None:
        raise ModelError("The package XStatic-{package} is not installed. Run make run, which installs it.", package=package)
    return (Path(found.origin).parent / "data" / name).read_text(encoding="utf-8")
