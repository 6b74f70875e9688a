"""Which words speak for an answer: the text in two colours, how well the numbers add up, and the same text in another run."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.explain.records import Attribution
from fmcore.records import Dataset, Run
from fmcore.report import explain_figures, explain_words
from fmcore.store import Store
from pages.shared import address
from pages.shared.chart import CHART
from pages.shared.compare.compare_pick import unique_names
from pages.shared.explain import explain_ask, explain_beside, explain_keep
from pages.shared.words import _, plain

Text = str | tuple[str, str]


def draw(run: Run, text: Text, store: Store) -> None:
    """Draw the words of one text, for the answer given or for any other class."""
    dataset = store.dataset(run.spec.dataset)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        method, label = choose(dataset)
        other = explain_beside.choose(run, store)
    found = explain_ask.attribution(run, text, method, label)
    st.markdown(said(found))
    st.html(str(explain_words.words(found) + explain_words.legend(looks=found.is_look)))
    st.caption(how(found))
    names = [*unique_names([run] if other is None else [run, other]).values()]
    beside = None if other is None else explain_ask.attribution(other, text, method, found.label)
    if beside is not None and other is not None:
        st.markdown(_("**The same text in {run}:** {said}").format(run=plain(names[1]), said=said(beside)))
        st.html(str(explain_words.words(beside)))
    if found.words:
        st.plotly_chart(explain_figures.words(found, beside, names=(names[0], names[-1])), key="explain-words", config=CHART)
        with st.expander(_("Every word as a number")):
            _table(found)
    explain_keep.draw(run)


def choose(dataset: Dataset) -> tuple[str, str | None]:
    """Return which method and which label; None is the answer given."""
    method = address.select(_("Method"), explain_ask.METHODS, "method", default="integrated-gradients", width=210)
    labels = {label: label for label in dataset.labels}
    label = address.select(_("For which answer"), labels, "label", default=None, placeholder=_("the answer given"), width=210)
    return method or "integrated-gradients", label


def said(found: Attribution) -> str:
    """Return in a sentence what the model answers, and which words speak for the label most.

    Example:
        >>> said(Attribution("m", ("no",), "bad", "bad", 0.75, ("no",), ((0, 0, 2),), (1.0,), (True,), 0.0, "[MASK]"))
        'The model answers **bad**. Probability of **bad**: 0.750. Speak for it most: **no** (+1.00).'
    """
    order = sorted(range(len(found.words)), key=lambda n: -found.scores[n])
    strongest = [n for n in order[:3] if found.scores[n] > 0]
    text = _("The model answers **{answer}**. Probability of **{label}**: {p}.").format(
        answer=plain(found.answer, 60), label=plain(found.label, 60), p=f"{found.probability:.3f}"
    )
    if found.is_look:
        named = ", ".join(f"**{plain(found.words[n], 40)}** ({found.scores[n]:.2f})" for n in strongest)
        return f"{text} " + _("Looked at most: {words}.").format(words=named)
    named = ", ".join(f"**{plain(found.words[n], 40)}** ({found.scores[n]:+.2f})" for n in strongest)
    return f"{text} " + (_("Speak for it most: {words}.").format(words=named) if named else _("No word speaks for it."))


def how(found: Attribution) -> str:
    """Return what the numbers are, what they are counted from, and how well they add up."""
    if found.is_look:
        return _(
            "Numbers are shares of what the answer is read from, by attention alone: where the model looks, the same for every answer, "
            "and neither for nor against one. Trust tells whether hiding these words moves the answer."
        )
    parts = [
        _("Numbers are log-odds of the label, against the text with every word hidden by {token}.").format(token=plain(found.hidden_by))
    ]
    if found.total is not None and found.error is not None:
        parts.append(
            _(
                "They add up to {total}, of which {steps} points of the path ({rule}) had missed {error} before it was shared out "
                "(completeness error)."
            ).format(total=f"{found.total:+.3f}", error=f"{100 * found.error:.2g} %", steps=found.steps, rule=plain(found.rule))
        )
    unseen = found.seen.count(False)
    if unseen:
        parts.append(_("{n} words are not seen by the model and stand pale.").format(n=unseen))
    return " ".join(parts)


def _table(found: Attribution) -> None:
    frame = pd.DataFrame({"word": found.words, "score": found.scores, "seen": found.seen})
    config = {"word": _("Word"), "score": st.column_config.NumberColumn(_("Score"), format="%+.4f"), "seen": _("Seen")}
    st.dataframe(frame, hide_index=True, column_config=config, key="explain-words-table")
