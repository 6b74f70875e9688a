"""A stored audit as a board member reads it: what follows first, then each question with its picture, then what it rests on.

Draws an Audit; computes nothing and changes nothing.
"""

from __future__ import annotations

import streamlit as st

from fmcore.audit import summary, verdict
from fmcore.audit.records import Audit, Finding
from pages.shared.audit import audit_guess, audit_marks, audit_overview, audit_question
from pages.shared.words import _, ngettext, plain

SHOWN_WHOLE = 3
"""Questions up to which all are drawn one below the other; of more, one is chosen."""


def draw(audit: Audit) -> None:
    """Draw what follows, the questions, the four-fifths line, and what was left out."""
    st.markdown(f"### {audit_marks.tally(audit)}", anchors=False)
    guess = summary.guessed(audit)
    if guess is not None:
        audit_guess.draw(audit, guess)
    line = summary.impact(audit.four_fifths)
    if line is not None:
        st.markdown(f"#### {plain(line)}", anchors=False)
    worst = audit.verdicts[0] if audit.verdicts else None
    if worst is not None and worst.verdict is Finding.FAIL and len(audit.verdicts) > 1 and worst.fact is not None:
        st.markdown(plain(worst.fact))
    corrected(audit)
    mirrored = summary.mirrored(audit)
    if mirrored is not None:
        st.caption(":material/swap_horiz: " + plain(mirrored))
    if len(audit.verdicts) > 1:
        audit_overview.draw(audit)
    chosen = audit.verdicts
    if len(chosen) > SHOWN_WHOLE:
        chosen = (audit_overview.ask(audit),)
    for one in chosen:
        audit_question.draw(audit, one, f"q-{audit_marks.question_id(one)}")
    four_fifths(audit)
    left_out(audit)
    for note in (note for note in audit.notes if note != guess):
        st.caption(":material/info: " + plain(note))


def corrected(audit: Audit) -> None:
    """Say how many comparisons were made at once, and what was done about it; of questions that could be compared at all."""
    n = verdict.count(summary.answerable(audit))
    spec = audit.spec
    if n > 1 and spec.correction == "holm":
        text = _(
            "{n} different comparisons were made at once, so each interval was made wider (Holm’s correction): chance alone would fail "
            "one of them in at most {percent} of 100 audits."
        )
        st.caption(text.format(n=n, percent=f"{100 - spec.level * 100:.3g}"))
    elif n > 1:
        text = _("{n} different comparisons were made at once and nothing was corrected for it: chance alone fails some of them.")
        st.caption(":material/warning: " + text.format(n=n))


def four_fifths(audit: Audit) -> None:
    """Draw disparate impact: how often each group gets the answer, against four fifths of the most favoured one."""
    if not audit.four_fifths:
        return
    st.subheader(
        _("Disparate impact: the four-fifths line"),
        anchor=False,
        help=_("A rule of thumb from US employment law (29 CFR 1607.4): being chosen less than 80 % as often deserves a look. "
            "The line is the law’s and not yours, so it is held apart from the questions above, at a level of its own."),
    )  # fmt: skip
    for one in audit.four_fifths[:SHOWN_WHOLE]:
        audit_question.draw(audit, one, f"ff-{audit_marks.question_id(one)}")
    rest = audit.four_fifths[SHOWN_WHOLE:]
    if rest:
        with st.expander(ngettext("{n} more", "{n} more", len(rest)).format(n=len(rest))):
            for one in rest:
                st.markdown(f"{audit_marks.MARKS[one.verdict][0]} **{plain(audit_marks.question(one))}** {plain(one.sentence)}")


def left_out(audit: Audit) -> None:
    """Name the groups that were too small to compare, and by which questions."""
    if not audit.left_out:
        return
    names = {audit_marks.group(one.group) for one in audit.left_out}
    text = ngettext("{n} group was left out of a question", "{n} groups were left out of a question", len(names)).format(n=len(names))
    with st.expander(text, icon=":material/group_remove:"):
        spec = audit.spec
        wanted = _("A group needs {rows} rows, {positives} positive and {negatives} negative ones, as the question has it.")
        st.caption(wanted.format(rows=spec.minimum_rows, positives=spec.minimum_positives, negatives=spec.minimum_negatives))
        lines = [
            {
                "group": audit_marks.group(one.group),
                "measure": audit_marks.measure(one.measure),
                "label": one.label,
                "rows": one.rows,
                "positives": one.positives,
                "negatives": one.negatives,
            }
            for one in audit.left_out
        ]
        titles = {"group": _("Group"), "measure": _("Measure"), "label": _("Answer"), "rows": _("Rows")}
        titles |= {"positives": _("Positive"), "negatives": _("Negative")}
        st.dataframe(lines, hide_index=True, column_config=titles, placeholder="–", key="left-out")
