"""What people say of an answer: right or wrong, what would be right, a comment. What was said is read in :mod:`.try_said`."""

from __future__ import annotations

import hashlib

import streamlit as st

from fmcore.inference import Answered
from fmcore.records import Run
from pages.shared import address, into_view, state
from pages.shared.guard import guard
from pages.shared.playground.try_answer import Text
from pages.shared.state import Key
from pages.shared.words import _, shorten

LONGEST_COMMENT = 2_000
UNKNOWN = "?"
SAID: Key[int] = Key("feedback-said", int)
"""How often this session said something: the fields start anew each time."""
TOLD: Key[dict[str, list[str | bool | int]]] = Key("feedback-told", dict)
"""Run id → the mark of the text that this session spoke about last, whether it called the answer wrong, and how often it spoke by then."""


def ask(run: Run, text: Text, answered: Answered, *, who: str, link: str | None = None) -> None:
    """Draw "That is right" and "This is wrong", and the fields that belong to the latter."""
    mark, place = f"{_of(text)}-{SAID.get()}", f"wrong-{run.id}"
    given = (run, text, answered, who, link)
    with st.container(horizontal=True):
        st.button(_("That is right"), key=f"right-{run.id}", icon=":material/thumb_up:", on_click=_keep, args=(*given, None))
        st.button(_("This is wrong"), key=f"wrong-{run.id}", icon=":material/thumb_down:", on_click=_open, args=(place, mark))
    if st.query_params.get(place) != mark:
        _told(run, text)
        return
    others = {label: shorten(label, 80) for label in answered.scores if label != answered.label} | {UNKNOWN: _("none of these")}
    address.select(_("What would be right?"), others, f"truth-{run.id}", scope=mark, placeholder=_("I don’t know"))
    address.text(_("Why? (if you like)"), f"comment-{run.id}", scope=mark, max_chars=LONGEST_COMMENT)
    st.button(_("Send"), key=f"send-{run.id}", type="primary", on_click=_keep, args=(*given, mark))
    st.caption(_("Kept with your text, your name and the time, for the people who review this model."))
    into_view.end(mark, f"view-{run.id}")


def _told(run: Run, text: Text) -> None:
    """Draw what this session said of the answer to this text, for as long as the text stands."""
    of, was_wrong, n = TOLD.get().get(run.id, ["", False, 0])
    if of != _of(text):
        return
    if was_wrong:
        st.success(_("You said that this is wrong. It is kept for the people who review this model. Thank you."), icon=":material/flag:")
    else:
        st.success(
            _("You said that this is right. It is kept for the people who review this model. Thank you."), icon=":material/thumb_up:"
        )
    into_view.end(f"told-{n}", f"view-{run.id}")


def _of(text: Text) -> str:
    return hashlib.sha256(repr(text).encode()).hexdigest()[:8]


def _open(place: str, mark: str) -> None:
    if st.query_params.get(place) == mark:
        st.query_params.pop(place)
    else:
        st.query_params[place] = mark


def _keep(run: Run, text: Text, answered: Answered, who: str, link: str | None, mark: str | None) -> None:
    """Keep what was said; ``mark`` names the fields of a wrong answer, None says that it was right."""
    with guard():
        right, comment = (None, "") if mark is None else (address.held(f"{name}-{run.id}", mark) for name in ("truth", "comment"))
        state.store().add_feedback(
            run.id, text[0], pair=text[1] or None, answer=answered.label, scores=answered.scores, wrong=mark is not None,
            right=None if right == UNKNOWN else right, comment=comment or "", who=who, link=link,
        )  # fmt: skip
        for name in ("wrong", "truth", "comment"):
            st.query_params.pop(f"{name}-{run.id}", None)
        SAID.set(SAID.get() + 1)
        TOLD.set({**TOLD.get(), run.id: [_of(text), mark is not None, SAID.get()]})
