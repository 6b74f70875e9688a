"""What a check found, in sentences: what blocks first, with counts and excerpts. Draws problems; finds none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import Dataset, Problem, Severity
from pages.shared import times
from pages.shared.words import _, ngettext, plain, shorten

if TYPE_CHECKING:
    from fmcore.data.prepare import Inspection

ORDER = (Severity.BLOCKING, Severity.WARNING, Severity.NOTE)
LOOKS = {
    Severity.BLOCKING: (":material/block:", "red"),
    Severity.WARNING: (":material/warning:", "orange"),
    Severity.NOTE: (":material/info:", "gray"),
}
EXAMPLE_CHARACTERS = 300


def severity_title(severity: Severity) -> str:
    return {
        Severity.BLOCKING: _("Makes results meaningless"),
        Severity.WARNING: _("Look at this"),
        Severity.NOTE: _("Good to know"),
    }[severity]


def draw(problems: Sequence[Problem]) -> None:
    """Draw every problem, the worst first."""
    if not problems:
        st.success(_("Nothing to worry about was found."), icon=":material/verified:")
        return
    st.markdown(verdict(problems))
    for problem in sorted(problems, key=lambda one: ORDER.index(one.severity)):
        with st.container(border=True, gap="small"):
            icon, colour = LOOKS[problem.severity]
            with st.container(horizontal=True, vertical_alignment="center"):
                st.badge(severity_title(problem.severity), icon=icon, color=colour)
                st.caption(f"{plain(problem.kind)} · {problem.count:,}", width="content")
            st.markdown(plain(problem.sentence))
            if problem.examples:
                n = len(problem.examples)
                with st.expander(ngettext("{n} example", "{n} examples", n).format(n=n), type="compact"):
                    for example in problem.examples:
                        st.text(shorten(example, EXAMPLE_CHARACTERS))


def verdict(problems: Sequence[Problem]) -> str:
    """Return in one sentence what was found."""
    n = sum(p.severity is Severity.BLOCKING for p in problems)
    if n:
        text = ngettext(
            "**{n}** problem makes results meaningless. Repair the data, or say that you know.",
            "**{n}** problems make results meaningless. Repair the data, or say that you know.",
            n,
        )
        return text.format(n=n)
    return _("Nothing stands in the way. These are worth knowing:")


def is_hopeless(inspection: Inspection) -> bool:
    """Say so and return True where no confirmation could help: there is nothing to learn, or nothing to judge by."""
    from fmcore.data.prepare import HOPELESS

    found = any(problem.kind in HOPELESS for problem in inspection.blocking)
    if found:
        st.error(_("This data can't be used as it is: nothing could be learned or judged. Repair it, or choose other columns."))
    return found


def sizes(inspection: Inspection) -> None:
    """Draw how many rows each split would have, and what would be dropped."""
    titles = {"train": _("Training rows"), "validation": _("Validation rows"), "test": _("Test rows")}
    with st.container(horizontal=True):
        for split, title in titles.items():
            st.metric(title, f"{inspection.rows.get(split, 0):,}", border=True, width=160)
        dropped = sum(inspection.dropped.values())
        if dropped:
            st.metric(
                _("Left out"), f"{dropped:,}", border=True, width=160, help=_("Rows without a text or without a label can't be used.")
            )
    if len(inspection.preview):
        with st.expander(_("Rows that are left out"), type="compact"):
            st.dataframe(inspection.preview, hide_index=True, key="dropped", lazy=False)


def confirmation(dataset: Dataset) -> None:
    """Draw who confirmed which blocking problems, if any."""
    if given := dataset.confirmation:
        text = _("{who} confirmed on {when} that these problems are known: {kinds}.")
        told = text.format(who=given.who, when=times.moment(given.when), kinds=", ".join(given.kinds))
        st.warning(plain(told), icon=":material/gavel:")
