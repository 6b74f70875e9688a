"""What people say of an answer: right or wrong, what would be right, a comment; and all that was said of a run, to read and to download."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import streamlit as st

from fmcore.inference import Answered
from fmcore.records import Run
from fmcore.store import Store
from pages.shared import address, state, times
from pages.shared.guard import guard
from pages.shared.playground.try_answer import Text
from pages.shared.state import Key
from pages.shared.words import _, plain, shorten, storable

MOST = 1_000
"""Rows of the table; the download has them all."""
LONGEST_COMMENT = 2_000
UNKNOWN = "?"
SAID: Key[int] = Key("feedback-said", int)
"""How often this session said something: the fields start anew each time."""


def ask(run: Run, text: Text, answered: Answered, *, who: str, link: str | None = None) -> None:
    """Draw "That is right" and "This is wrong", and the fields that belong to the latter."""
    mark, place = f"{hashlib.sha256(repr(text).encode()).hexdigest()[:8]}-{SAID.get()}", f"wrong-{run.id}"
    given = (run, text, answered, who, link)
    with st.container(horizontal=True):
        st.button(_("That is right"), key=f"right-{run.id}", icon=":material/thumb_up:", on_click=_keep, args=(*given, None))
        st.button(_("This is wrong"), key=f"wrong-{run.id}", icon=":material/thumb_down:", on_click=_open, args=(place, mark))
    if st.query_params.get(place) != mark:
        return
    others = {label: shorten(label, 80) for label in answered.scores if label != answered.label} | {UNKNOWN: _("none of these")}
    address.select(_("What would be right?"), others, f"truth-{run.id}", scope=mark, placeholder=_("I don’t know"))
    address.text(_("Why? (if you like)"), f"comment-{run.id}", scope=mark, max_chars=LONGEST_COMMENT)
    st.button(_("Send"), key=f"send-{run.id}", type="primary", on_click=_keep, args=(*given, mark))
    st.caption(_("Kept with your text, your name and the time, for the people who review this model."))


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
        state.say_next(_("Kept for review. Thank you."))


def overview(store: Store, run: Run, name: str) -> None:
    """Draw how much was said, all of it as a table, and the download."""
    st.subheader(plain(name), anchor=False)
    total, wrong = store.count_feedback(run.id), store.count_feedback(run.id, wrong=True)
    if not total:
        st.info(_("Nobody has said anything of this model’s answers yet. Send a demo link, or try it yourself."), icon=":material/forum:")
        return
    said = _("**{wrong}** of {n} answers that people spoke about were called wrong. They chose what to try, so this is no accuracy.")
    st.markdown(said.format(wrong=f"{wrong:,}", n=f"{total:,}"))
    titles = {link.id: link.title for link in store.links(run.id)}
    lines = [
        {
            "when": times.moment(one.when), "who": one.who, "wrong": "✕" if one.wrong else "✓", "answer": one.answer,
            "right": one.right or "", "text": storable(one.text if one.pair is None else f"{one.text} ⁄ {one.pair}"),
            "comment": storable(one.comment), "confidence": one.scores.get(one.answer), "link": titles.get(one.link or "", one.link or ""),
        }
        for one in store.feedback(run.id, limit=MOST)
    ]  # fmt: skip
    column = st.column_config
    config = {
        "when": column.TextColumn(_("When"), width=140),
        "who": column.TextColumn(_("Who"), width=110),
        "wrong": column.TextColumn(_("Right?"), width=60, alignment="center"),
        "answer": column.TextColumn(_("Answer"), width=110),
        "right": column.TextColumn(_("Would be right"), width=110),
        "text": column.TextColumn(_("Text"), width=360),
        "comment": column.TextColumn(_("Comment"), width=220),
        "confidence": column.ProgressColumn(_("Confidence"), min_value=0.0, max_value=1.0, format="%.2f", width=110),
        "link": column.TextColumn(_("Through"), width=130),
    }
    st.dataframe(lines, hide_index=True, height="content" if len(lines) <= 12 else 460, column_config=config, key=f"feedback-{run.id}")
    st.download_button(
        _("Download as CSV"), as_csv(run.id), f"{run.id}-feedback.csv", "text/csv", on_click="ignore", icon=":material/download:",
        key=f"feedback-csv-{run.id}",
    )  # fmt: skip


def as_csv(run_id: str) -> Callable[[], bytes]:
    """Return what makes the CSV of all that was said."""

    def make() -> bytes:
        from fmcore.report.feedback import as_csv

        store = state.store()
        return as_csv(store.feedback(run_id, limit=store.count_feedback(run_id)))

    return make
