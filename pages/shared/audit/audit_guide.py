"""The guided choice: questions in plain words, and what they lead to, with the reasons. Draws; the rules are fmcore.audit.guide's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import address
from pages.shared.audit import audit_marks
from pages.shared.words import _, ngettext, plain

if TYPE_CHECKING:
    from fmcore.audit.guide import Situation


def ask(label: str | None, *, has_probabilities: bool, needs_label: bool) -> tuple[str, ...]:
    """Draw the questions and return the measures that they lead to; none until all are answered.

    ``needs_label``: the question above these, which answer people hope for, must be answered too.
    """
    from fmcore.audit import guide

    told = _situation(label)
    found = guide.advise(told, label=label, has_probabilities=has_probabilities)
    if not found:
        n = (label is None and needs_label) + (told.decision, told.by_alarm, told.by_miss, told.trusts_targets).count(None)
        text = ngettext("{n} of these questions is open; what to compare follows from the answers.",
                        "{n} of these questions are open; what to compare follows from the answers.", n)  # fmt: skip
        st.caption(":material/arrow_upward: " + text.format(n=n))
        return ()
    with st.container(border=True, gap="small", key="advice"):
        st.markdown(_("**So this is compared:**"))
        for one in found:
            name = plain(audit_marks.measure(one.measure))
            st.markdown(f":material/check: **{name}.** {plain(one.reason)}", help=audit_marks.meaning(one.measure) or None)
    return tuple(one.measure for one in found)


def _situation(label: str | None) -> Situation:
    from fmcore.audit.guide import Decision, Harmed, Situation

    name = _("“{label}”").format(label=plain(label, 40)) if label else _("an answer")
    people = {
        Harmed.PERSON: _("the person it is about"),
        Harmed.OTHERS: _("others, who rely on it"),
        Harmed.NOBODY: _("nobody in particular"),
    }
    decisions = {
        Decision.CHANCE: _("somebody gets something they want, or not: a job, a loan, a refund"),
        Decision.BURDEN: _("somebody is checked, watched or refused, or is spared that"),
        Decision.SORTING: _("a case goes to a desk, a topic or an urgency"),
        Decision.ADVICE: _("a person reads it and decides"),
    }
    targets = {"yes": _("yes, as far as we know"), "no": _("no, or nobody knows")}
    left, right = st.columns(2)
    with left:
        decision = _pick(_("What follows from the answer?"), decisions, "decision")
        alarm = _pick(_("Who is harmed where {label} is given wrongly? (a false alarm)").format(label=name), people, "alarm")
    with right:
        trusted = _pick(_("Are the targets, what counts as right, free of unfairness themselves?"), targets, "fair")
        miss = _pick(_("Who is harmed where {label} is wrongly not given? (a miss)").format(label=name), people, "miss")
    return Situation(
        Decision(decision) if decision else None,
        Harmed(alarm) if alarm else None,
        Harmed(miss) if miss else None,
        None if trusted is None else trusted == "yes",
    )


def _pick(label: str, titles: dict[str, str], name: str) -> str | None:
    return address.select(label, {str(one): title for one, title in titles.items()}, name, placeholder=_("choose"))


def experts(names: Sequence[str]) -> tuple[str, ...]:
    """Draw the direct choice among these measures and return it."""
    titles = {name: audit_marks.measure(name) for name in names}
    chosen = address.several(
        _("Measures"),
        titles,
        "measures",
        default=[name for name in ("selection-rate", "equalized-odds") if name in titles],
        placeholder=_("choose one or several"),
        help=audit_marks.all_meanings(names),
    )
    return tuple(chosen)
