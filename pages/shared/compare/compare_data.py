"""The paired comparison that the views of Compare draw, computed once per set of runs; the seal of their test rows. Draws nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import streamlit as st

from fmcore.evaluation.compare import Comparison
from fmcore.pipeline import compare
from fmcore.records import Run
from pages.shared import seal, state
from pages.shared.evaluate import evaluate_data
from pages.shared.words import _

METRICS = ("macro-f1", "accuracy", "balanced-accuracy", "mcc", "loss")
HOW = "compare page"


def opened(runs: Sequence[Run], split: str) -> str | None:
    """Return what names this opening; for sealed test rows draw the seal instead and return None. Validation is always open."""
    if split != "test":
        return ""
    kept: dict[str, str] = st.session_state.setdefault("opened-comparisons", {})
    key = ",".join(sorted(run.id for run in runs))
    if key not in kept and not st.session_state.pop("open-comparison", False):
        with st.container(border=True):
            st.markdown(_(":material/lock: **The test rows of these runs are sealed.**"))
            st.markdown(
                _("Choose with the validation rows. Opening counts one look at the test rows for each of the {n} runs.").format(n=len(runs))
            )
            st.button(_("Open the test rows of all of them"), icon=":material/lock_open:", key="open-compared", on_click=_wish)
        return None
    if key not in kept:
        kept[key] = f"{state.who()} {datetime.now(UTC).isoformat()}"
        for run in runs:
            seal.count_as_opened(run.id)  # the comparison itself counts the look
    return kept[key]


def _wish() -> None:
    st.session_state["open-comparison"] = True


def result(runs: Sequence[Run], split: str, opening: str) -> Comparison:
    """Return all pairs on the same rows; on test read once per opening, since every reading is a counted look.

    Raises:
        DataError: they did not answer the same rows, or with other labels.
        JobError: one is not done.
    """
    return _result(tuple(run.id for run in runs), split, tuple(evaluate_data.version(run, split) for run in runs), opening)


@st.cache_resource(max_entries=16, show_spinner=_("Comparing row by row…"))
def _result(run_ids: tuple[str, ...], split: str, versions: tuple[str, ...], opening: str) -> Comparison:
    return compare.comparison(run_ids, split, metrics=METRICS, who=state.who(), how=HOW)
