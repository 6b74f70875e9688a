"""What a model says to one text: the answer in a sentence, how sure, and the scores behind it. Chooses no model and no text."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from fmcore import inference
from fmcore.errors import DataError, FmcoreError
from fmcore.inference import Answered
from fmcore.records import Run
from pages.shared import amounts
from pages.shared.playground import try_bars, try_edit
from pages.shared.words import _, plain

LONGEST = 100_000
"""Characters of one text on a page; files of any size are for the command line."""
Text = tuple[str, str]


def wake(runs: Mapping[str, Run]) -> None:
    """Let the models be made ready while the person still types."""
    for run in runs.values():
        try:
            inference.wake(run.id)
        except FmcoreError:  # whoever asks for an answer reads why there is none
            return


def trouble(text: Text, *, pairs: bool) -> str | None:
    """Return why these texts can't be answered, or None."""
    wanted = text if pairs else text[:1]
    if not all(one.strip() for one in wanted):
        return _("Type or paste both texts, or click an example.") if pairs else _("Type or paste a text, or click an example.")
    longest = max(map(len, wanted))
    if longest > LONGEST:
        said = _("This text has {n} characters; the page takes up to {most}. Shorten it, or put it into a file.")
        return said.format(n=f"{longest:,}", most=f"{LONGEST:,}")
    return None


def ask(run: Run, texts: list[Text], *, pairs: bool) -> list[Answered]:
    """Return the model's answers.

    Raises:
        FmcoreError: the model is gone, or does not answer.
    """
    return inference.answer(run.id, [text if pairs else text[0] for text in texts])


def draw(run: Run, text: Text, *, pairs: bool, level: float, before: Text | None = None, is_guest: bool = False) -> Answered | None:
    """Ask and draw; return the answer, or None after saying why there is none. A guest reads nothing of where things lie."""
    try:
        found = ask(run, [text] if before is None else [text, before], pairs=pairs)
    except FmcoreError as refusal:
        hidden = is_guest and not isinstance(refusal, DataError)  # what is wrong with the text itself, a guest should know
        said = _("The model can’t answer at the moment. Please tell whoever sent you the link.") if hidden else plain(refusal)
        st.error(said, icon=":material/error:")
        return None
    answered, was = found[0], found[1] if len(found) > 1 else None
    say(answered, level)
    if was is not None:
        st.markdown(try_edit.moved(was, answered))
    try_bars.draw(answered.scores, try_edit.scores(was))
    if answered.cut:
        st.warning(_("The text is longer than the model reads: only its first {n} tokens count.").format(n=f"{answered.tokens:,}"))
    return answered


def say(answered: Answered, level: float) -> None:
    """Draw the answer as a sentence, and what its confidence means."""
    label, sure = plain(answered.label, 80), amounts.percent(answered.confidence)
    if answered.confidence < level:
        st.markdown(f"### :orange[:material/support_agent:] {_('I’d rather ask a person')}", anchors=False)
        said = _("My best guess is **{label}**, but its confidence of **{sure}** is below {level}.")
    else:
        st.markdown(f"### :primary[:material/label:] {label}", anchors=False)
        said = _("My answer is **{label}**, with a confidence of **{sure}**.")
    st.markdown(said.format(label=label, sure=sure, level=amounts.percent(level)) + " " + honest(answered))


def honest(answered: Answered) -> str:
    """Return what the confidence means."""
    if not answered.calibrated:
        return _("How often answers this sure are right was not measured (it is not calibrated), so its confidence may be too high.")
    if answered.confidence >= 0.995:
        said = _("On texts like those it was tested with, nearly all answers as sure as this one should be right (it is calibrated).")
    else:
        said = _("On texts like those it was tested with, about {n} of 100 answers as sure as this one should be right (it is calibrated).")
    return said.format(n=f"{answered.confidence * 100:.0f}") + " " + _("About any other kind of text this says nothing.")
