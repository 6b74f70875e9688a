"""A question's figures as a table, group by group. Computes nothing."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.audit.records import Audit, GroupFigure, Verdict
from fmcore.report import audit_figures
from fmcore.report.names import method_title
from pages.shared import amounts
from pages.shared.audit import audit_marks
from pages.shared.words import _


def table(audit: Audit, one: Verdict, key: str) -> None:
    """Draw a question's groups with value, interval, rows and method."""
    figures = audit_figures.figures_of(audit, one)
    if not figures:
        return
    with st.expander(_("The same as a table"), key=key):
        frame = rows(audit, figures)
        column = st.column_config
        share = {name: column.NumberColumn(title, format="percent") for name, title in _ends().items()}
        hidden = [] if frame["note"].any() else ["note"]
        st.dataframe(
            frame.drop(columns=[*hidden, "measure", "label"]),
            hide_index=True,
            placeholder="–",
            key=f"{key}-rows",
            lazy=False,
            column_config=share
            | {
                "group": _("Group"),
                "rows": column.NumberColumn(_("Rows"), format="localized"),
                "n": column.NumberColumn("n", format="localized", help=_("Rows that the figure rests on.")),
                "method": _("Interval by"),
                "note": _("Note"),
            },
        )


def _ends() -> dict[str, str]:
    return {"value": _("Value"), "low": _("From"), "high": _("To")}


def rows(audit: Audit, figures: list[GroupFigure]) -> pd.DataFrame:
    """Return group, rows, measure, answer, value, low, high, n, method and, where there is no value, why."""
    sizes = {_key(one.group, one.within): one.rows for one in audit.counts}
    return pd.DataFrame(
        [
            {
                "group": audit_marks.group(one.group),
                "rows": sizes.get(_key(one.group, one.within)),
                "measure": audit_marks.measure(one.measure),
                "label": one.label,
                "value": one.estimate.value,
                "low": one.estimate.low,
                "high": one.estimate.high,
                "n": one.estimate.n,
                "method": method_title(one.estimate.method),
                "note": amounts.no_value(one.estimate) if one.estimate.value is None else "",
            }
            for one in figures
        ]
    )


def _key(group: dict, within: dict) -> tuple:
    return tuple(sorted(group.items())), tuple(sorted(within.items()))
