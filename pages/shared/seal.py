"""The seal of the test split: it stays closed until a person opens it, and every opening is counted and shown.

Why: a test set that is looked at while choosing gives figures that are too good (docs/decisions/0003-sealed-test.md).
"""

from __future__ import annotations

import pandas as pd
import streamlit as st

from fmcore.records import Run
from fmcore.report.evidence import REPORT
from fmcore.store import Store
from pages.shared import state, times
from pages.shared.words import _, ngettext

HOW = "report page"


def opened(run: Run, split: str, store: Store, *, how: str) -> bool:
    """Return whether answers to a split may be shown; for a sealed test split draw the seal instead and return False.

    The first time in a session counts as a look.
    """
    seen: list[str] = st.session_state.setdefault("opened-answers", [])
    if split != "test" or run.id in seen:
        return True
    if st.session_state.pop("open-test-of", None) != run.id:
        _ask_to_open(run, store)
        return False
    store.look(run.id, who=state.who(), how=how)
    seen.append(run.id)
    return True


def count_as_opened(run_id: str) -> None:
    """Remember that this session opened the answers to a run's test split in another way, which was counted there."""
    st.session_state.setdefault("opened-answers", []).append(run_id)


def _ask_to_open(run: Run, store: Store) -> None:
    with st.container(border=True):
        st.markdown(_(":material/lock: **The test split is sealed.**"))
        st.markdown(
            _(
                "Choose between models with the validation rows. Open the test split once, when the choice is made: "
                "a test set that is looked at while choosing gives figures that are too good."
            )
        )
        looks(run, store)
        recorded = _("This opening is recorded with your name and the time.")
        st.button(_("Open the test split"), icon=":material/lock_open:", key="open-test", help=recorded, on_click=_wish, args=(run.id,))


def _wish(run_id: str) -> None:
    st.session_state["open-test-of"] = run_id  # before the page is drawn, so that the seal is gone when the figures come


def looks(run: Run, store: Store) -> None:
    """Draw who opened the test split so far."""
    found = store.looks(run.id)
    if not found:
        st.caption(_("Nobody has opened it yet. Each opening is counted."))
        return
    files = sum(look.how == REPORT for look in found)
    n = len(found) - files
    text = ngettext("Opened {n} time so far; every opening is counted.", "Opened {n} times so far; every opening is counted.", n).format(
        n=n
    )
    if files:
        text += " " + ngettext("Shown in {n} report file.", "Shown in {n} report files.", files).format(n=files)
    with st.expander(text, icon=":material/visibility:"):
        frame = pd.DataFrame([{"who": look.who, "when": times.moment(look.when), "how": look.how} for look in found])
        st.dataframe(frame, hide_index=True, column_config={"who": _("Who"), "when": _("When"), "how": _("Where")}, key="looks")
