"""The training examples that the model's own encoder finds nearest to a text, for one run. Draws; compares nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from fmcore import inference
from fmcore.errors import FmcoreError
from fmcore.records import Run
from fmcore.report.colours import colour_of
from pages.shared.guard import guard
from pages.shared.playground.try_answer import Text
from pages.shared.words import _, in_html, ngettext, plain

SECONDS = 1.0
"""How long one look may work on the vectors of the training rows, and how long until the next."""
DOT = "display:inline-block;width:.6rem;height:.6rem;border-radius:50%"
LONGEST = 300
"""Characters of an example."""
UNKNOWN_SHARE = 0.25
"""From this share of a text's pieces on, that the model does not know them is told."""


def draw(run: Run, text: Text, *, pairs: bool, answer: str, labels: Sequence[str]) -> None:
    """Draw the nearest examples, or how far the model is with reading its training rows. The first look makes nobody wait."""
    found = _ask(run, text, pairs=pairs, seconds=0.0)
    if found is None:
        return
    if found["ready"]:
        _rows(found, answer, labels)
    else:
        st.fragment(_wait, run_every=SECONDS)(run, text, pairs, found)


def _wait(run: Run, text: Text, pairs: bool, known: dict[str, Any]) -> None:
    """Draw how far it is, at once as far as known, and then what another look finds."""
    bar = st.empty()
    _bar(bar, known)
    with guard():
        found = _ask(run, text, pairs=pairs, seconds=SECONDS)
        if found is None:
            return
        if found["ready"]:
            st.rerun()
        known.update(found)
        _bar(bar, known)


def _bar(place: DeltaGenerator, known: dict[str, Any]) -> None:
    done, of = known["done"], known["of"]
    said = _("The model reads its training rows, once: {done} of {of}").format(done=f"{done:,}", of=f"{of:,}")
    place.progress(done / max(of, 1), text=said)


def _ask(run: Run, text: Text, *, pairs: bool, seconds: float) -> dict[str, Any] | None:
    try:
        return inference.ask(run.id, "neighbours", texts=[text if pairs else text[0]], seconds=seconds)
    except FmcoreError as refusal:
        st.error(plain(refusal), icon=":material/error:")
        return None


def _rows(found: dict[str, Any], answer: str, labels: Sequence[str]) -> None:
    nearest = found["nearest"][0]
    unknown, pieces = found["unknown"][0], found["tokens"][0]
    if unknown == pieces:
        st.warning(_("The model knows none of these characters, so its answer tells nothing about them."), icon=":material/help:")
    elif unknown >= UNKNOWN_SHARE * pieces:
        said = _("The model knows only {known} of the {n} pieces of this text, so its answer rests on little of it.")
        st.warning(said.format(known=f"{pieces - unknown:,}", n=f"{pieces:,}"), icon=":material/help:")
    same = sum(row["label"] == answer for row in nearest)
    said = ngettext(
        "**Nearest training examples**, by the model’s own view: **{same}** of {n} carries the label that it gave.",
        "**Nearest training examples**, by the model’s own view: **{same}** of {n} carry the label that it gave.",
        len(nearest),
    )
    st.markdown(said.format(same=same, n=len(nearest)))
    st.html(as_html(nearest, labels))
    if found["left_out"]:
        st.caption(_("Looked for among {n} of the training rows, evenly spaced.").format(n=f"{found['of']:,}"))


def as_html(nearest: Sequence[dict[str, Any]], labels: Sequence[str]) -> str:
    """Return the examples as a list, every text escaped, each with its label's colour and how alike it is."""
    return f'<div role="list" style="display:grid;gap:.6rem;font-size:.95rem">{"".join(_row(row, labels) for row in nearest)}</div>'


def _row(row: dict[str, Any], labels: Sequence[str]) -> str:
    dot = f'<span style="{DOT};background:{colour_of(row["label"], labels)}"></span>'
    head = f"{dot} <b><bdi>{in_html(row['label'], 80)}</bdi></b>"
    alike = f'<span style="opacity:.65;font-variant-numeric:tabular-nums">{row["similarity"]:.2f}</span>'
    texts = "<br>".join(f'<span dir="auto">{in_html(text, LONGEST)}</span>' for text in row["texts"])
    return f'<div role="listitem"><div>{head} {alike}</div><div style="overflow-wrap:anywhere">{texts}</div></div>'
