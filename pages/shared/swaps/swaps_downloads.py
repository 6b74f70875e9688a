"""The result of a swap test to take away: everything as JSON, every pair with both answers as CSV."""

from __future__ import annotations

import json

import streamlit as st

from fmcore.audit.swaps.records import SwapAudit
from fmcore.data.export import spreadsheet_safe
from fmcore.pipeline import swap_results
from fmcore.records import Run
from pages.shared.words import _


def draw(test: Run, found: SwapAudit) -> None:
    """Draw both buttons; the files are made when one is pressed."""
    with st.container(horizontal=True):
        for form, title, mime, make in (
            ("json", _("Result (JSON)"), "application/json", lambda: as_json(test, found)),
            ("csv", _("Every pair (CSV)"), "text/csv", lambda: as_csv(test)),
        ):
            name = f"{test.parents[0]}-swaps-{test.id}.{form}"
            st.download_button(title, make, name, mime, on_click="ignore", icon=":material/download:", key=f"swaps-{form}")
    st.caption(_("In the CSV, cells that a spreadsheet would run as a formula start with an apostrophe."))


def as_json(test: Run, found: SwapAudit) -> bytes:
    """Return what ``python -m fmcore swaps --json`` prints."""
    whole = {"run": test.parents[0], "swaps": test.id, "status": test.status.value, **found.to_json()}
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def as_csv(test: Run) -> bytes:
    """Return every pair with the scores of both answers, safe for spreadsheets.

    Raises:
        DataError: the stored answers are gone or were changed.
    """
    return spreadsheet_safe(swap_results.answered(test.id)).to_csv(index=False).encode("utf-8-sig")
