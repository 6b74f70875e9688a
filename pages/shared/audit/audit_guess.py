"""Which answer people hope for, where nobody said: named, and one click away from the other. Draws; what is likely the engine knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from fmcore.audit.records import Audit
from fmcore.records import Sentence
from pages.shared import address
from pages.shared.audit import audit_fill
from pages.shared.words import _, plain

LONGEST = 40  # characters of an answer on a button


def likely(labels: Sequence[str]) -> str | None:
    """Return the one of two answers whose word says that people hope for it; None where neither or both do, or there are more."""
    from fmcore.audit.answers import WORDS_OF_HOPE

    found = [label for label in labels if label.casefold() in WORDS_OF_HOPE]
    return found[0] if len(labels) == 2 and len(found) == 1 else None


def filled_in(labels: Sequence[str], taken: str) -> None:
    """Say that an answer was filled in because of its word, beside the button that takes the other."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(_("“{label}” was filled in because the word says so.").format(label=plain(taken, LONGEST)), width="content")
        _button(_other(labels, taken), address.put, ("favourable", _other(labels, taken)))


def draw(audit: Audit, guess: Sentence) -> None:
    """Draw under a verdict which answer was taken, beside the button that leads to the same question about the other."""
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="guess"):
        st.markdown(":material/contrast: " + plain(guess))
        if audit.spec.favourable is not None:
            other = _other(audit.labels, audit.spec.favourable)
            _button(other, audit_fill.leave, (replace(audit.spec, favourable=other),))


def _other(labels: Sequence[str], taken: str) -> str:
    return next(label for label in labels if label != taken)


def _button(other: str, then: object, values: tuple[object, ...]) -> None:
    title = _("People hope for “{label}”").format(label=plain(other, LONGEST))
    st.button(title, icon=":material/swap_horiz:", type="tertiary", key="hope-for-other", on_click=then, args=values)  # type: ignore[arg-type]
