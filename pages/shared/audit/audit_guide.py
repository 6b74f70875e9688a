"""The guided choice: questions in plain words, and what they lead to, with the reasons. Draws; the rules are fmcore.audit.guide's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.report import asked_words
from pages.shared import address
from pages.shared.audit import audit_marks
from pages.shared.words import _, ngettext, plain

if TYPE_CHECKING:
    from fmcore.audit.situation import Situation


def ask(label: str | None, *, has_probabilities: bool, needs_label: bool) -> tuple[tuple[str, ...], Situation]:
    """Draw the questions and return the measures that they lead to, none until all are answered; and what was said.

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
        return (), told
    with st.container(border=True, gap="small", key="advice"):
        st.markdown(_("**So this is compared:**"))
        for one in found:
            name = plain(audit_marks.measure(one.measure))
            st.markdown(f":material/check: **{name}.** {plain(one.reason)}", help=audit_marks.meaning(one.measure) or None)
    return tuple(one.measure for one in found), told


def _situation(label: str | None) -> Situation:
    from fmcore.audit.situation import Decision, Harmed, Situation

    asked, people = asked_words.questions(plain(label, asked_words.LONGEST) if label else None), asked_words.people()
    targets = {"yes" if trusts else "no": title for trusts, title in asked_words.targets().items()}
    left, right = st.columns(2)
    with left:
        decision = _pick(asked["decision"], asked_words.decisions(), "decision")
        alarm = _pick(asked["by_alarm"], people, "alarm", help=_("Field’s term: a false positive of this answer, or false alarm."))
    with right:
        trusted = _pick(asked["trusts_targets"], targets, "fair")
        miss = _pick(asked["by_miss"], people, "miss", help=_("Field’s term: a false negative of this answer, or miss."))
    return Situation(
        Decision(decision) if decision else None,
        Harmed(alarm) if alarm else None,
        Harmed(miss) if miss else None,
        None if trusted is None else trusted == "yes",
    )


def _pick(label: str, titles: Mapping[str, str], name: str, *, help: str | None = None) -> str | None:
    return address.select(label, {str(one): title for one, title in titles.items()}, name, placeholder=_("choose"), help=help)


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
