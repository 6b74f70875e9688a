"""The whole audit as files to take away: a page that needs nothing else, a table, a document. Computes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable

import pandas as pd
import streamlit as st

from fmcore.audit.records import Audit
from fmcore.data.export import spreadsheet_safe
from fmcore.report.names import by_title
from fmcore.store import Store
from pages.shared import address
from pages.shared.audit import audit_earlier, audit_marks, audit_rates
from pages.shared.words import _


def downloads(audit: Audit, store: Store) -> None:
    """Offer the audit as a page that needs nothing else, its figures by group as CSV, and all of it as JSON."""
    title = address.text(
        _("Title of the file"), "title", scope=audit.id, placeholder=_("whose answers, by which columns"), width=420, max_chars=120,
        help=_("Stands at the head of the HTML file, for those who get it without this page."),
    )  # fmt: skip
    with st.container(horizontal=True):
        look = {"on_click": "ignore", "icon": ":material/download:"}
        st.download_button(
            _("The audit as a file (HTML)"), _html(audit, store, title), f"{audit.id}.html", "text/html", key="audit-html", **look
        )
        st.download_button(_("All figures by group (CSV)"), _csv(audit), f"{audit.id}.csv", "text/csv", **look)
        st.download_button(_("The whole audit (JSON)"), _json(audit, store), f"{audit.id}.json", "application/json", **look)


def figures(audit: Audit) -> pd.DataFrame:
    """Return every figure of every group, each with the column that its group is of and, where only equals were compared, theirs."""
    frame, found = audit_rates.rows(audit, list(audit.by_group)), audit.by_group
    named = {
        "within_column": [by_title(tuple(one.within)) for one in found],
        "within": [audit_marks.group(one.within) for one in found],
        "group_column": [by_title(tuple(one.group)) for one in found],
    }
    return pd.concat([pd.DataFrame(named), frame], axis=1)


def _csv(audit: Audit) -> Callable[[], bytes]:
    return lambda: spreadsheet_safe(figures(audit)).to_csv(index=False).encode()


def _html(audit: Audit, store: Store, title: str) -> Callable[[], bytes]:
    def made() -> bytes:
        from fmcore.report import audit_file

        whose = "" if audit.spec.source is None else audit_earlier.whose(audit, store)
        return audit_file.page(audit, store.origin(audit.id), whose=whose, title=title).encode("utf-8", "backslashreplace")

    return made


def _json(audit: Audit, store: Store) -> Callable[[], bytes]:
    def made() -> bytes:
        from fmcore.report import audit_file

        found = audit_file.document(audit, store.origin(audit.id))
        return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8", "backslashreplace")

    return made
