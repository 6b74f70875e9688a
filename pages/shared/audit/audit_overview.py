"""Every question of an audit on one line, and the choice of the one to see in full."""

from __future__ import annotations

from math import ceil

import pandas as pd
import streamlit as st

from fmcore.audit.records import Audit, Verdict
from fmcore.report.names import finding_title
from pages.shared import address
from pages.shared.audit import audit_marks
from pages.shared.words import _

LONGEST = {"question": 27, "worst": 17, "best": 17}
"""Characters that fit into one line of a column. The widths fill the page at 1280 pixels; at 390 verdict and question are in view."""
THREE_LINES = 66  # streamlit breaks lines in cells from 65 pixels on
FURTHER_LINE = 20


def ask(audit: Audit) -> Verdict:
    """Return the question to show in full; ``?question=`` restores it."""
    by_id = {audit_marks.question_id(one): one for one in audit.verdicts}
    titles = {key: f"{audit_marks.ICON[one.verdict]} {audit_marks.question(one)}" for key, one in by_id.items()}
    chosen = address.select(_("In full"), titles, "question", default=next(iter(by_id)), scope=audit.id)
    return by_id[chosen or next(iter(by_id))]


def draw(audit: Audit) -> None:
    """Draw one line per question: mark, gap with its interval, worst and best group."""
    column = st.column_config
    lines = [_line(one) for one in audit.verdicts]
    needed = max(ceil(len(str(line[name] or "")) / (most - 3)) for line in lines for name, most in LONGEST.items())  # words are not cut
    is_long = any(len(str(line[name] or "")) > most for line in lines for name, most in LONGEST.items())
    st.dataframe(
        pd.DataFrame(lines),
        hide_index=True,
        row_height=THREE_LINES + FURTHER_LINE * max(0, needed - 3) if is_long else None,
        height="content" if len(audit.verdicts) <= (6 if is_long else 12) else 408,
        lazy=False,
        placeholder="–",
        key="audit-overview",
        column_config={
            "verdict": column.TextColumn(_("Verdict"), width=154),
            "question": column.TextColumn(_("Question"), width=196),
            "gap": column.NumberColumn(_("Gap, points"), format="%.1f", width=90),
            "interval": column.TextColumn(_("Interval"), width=100),
            "worst": column.TextColumn(_("Furthest behind"), width=138),
            "best": column.TextColumn(_("Furthest ahead"), width=138),
        },
    )


def _line(one: Verdict) -> dict[str, str | float | None]:
    worst, best = (audit_marks.group(group) for group in one.groups) if one.groups else (None, None)
    has = one.gap.value is not None
    return {
        "verdict": f"{audit_marks.ICON[one.verdict]} {finding_title(one.verdict)}",
        "question": audit_marks.question(one),
        "gap": 100 * one.gap.value if has else None,
        "interval": _("{low} to {high}").format(low=audit_marks.points(one.gap.low), high=audit_marks.points(one.gap.high))
        if has
        else None,
        "worst": worst,
        "best": best,
    }
