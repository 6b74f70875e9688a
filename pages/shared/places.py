"""Every page, in the order of the pipeline, and links between them. A page whose file does not exist yet is on show nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from pages.shared.words import _

PAGES = Path(__file__).resolve().parent.parent


def N_(text: str) -> str:  # marks a title for the catalogue of translations; put into words where it is shown
    return text


@dataclass(frozen=True)
class Place:
    """One page."""

    file: str
    title: str
    icon: str
    section: str = ""
    in_menu: bool = True

    @property
    def path(self) -> Path:
        return PAGES / self.file

    @property
    def is_built(self) -> bool:
        return self.path.is_file()


PREPARE, TRAIN, JUDGE, TRY = N_("Prepare"), N_("Train"), N_("Judge"), N_("Try")
PLACES: dict[str, Place] = {
    "home": Place("0_home/home.py", N_("Home"), ":material/home:"),
    "data": Place("1_prepare/data.py", N_("Data"), ":material/table_view:", PREPARE),
    "add": Place("1_prepare/add_data.py", N_("Add data"), ":material/upload_file:", PREPARE),
    "models": Place("2_train/models.py", N_("Models"), ":material/deployed_code:", TRAIN),
    "finetune": Place("2_train/finetune.py", N_("Fine-tune"), ":material/tune:", TRAIN),
    "runs": Place("2_train/runs.py", N_("Runs"), ":material/list_alt:", TRAIN),
    "run": Place("2_train/run.py", N_("Run"), ":material/monitoring:", TRAIN, in_menu=False),
    "evaluate": Place("3_judge/evaluate.py", N_("Evaluate"), ":material/fact_check:", JUDGE),
    "report": Place("3_judge/report.py", N_("Report"), ":material/fact_check:", JUDGE, in_menu=False),
    "audit": Place("3_judge/audit.py", N_("Audit"), ":material/balance:", JUDGE),
    "swaps": Place("3_judge/swaps.py", N_("Swaps"), ":material/swap_horiz:", JUDGE),
    "compare": Place("3_judge/compare.py", N_("Compare"), ":material/compare_arrows:", JUDGE),
    "playground": Place("4_try/playground.py", N_("Playground"), ":material/science:", TRY),
    "explain": Place("4_try/explain.py", N_("Explain"), ":material/visibility:", TRY),
}


def menu() -> dict[str, list[st.Page]]:
    """Return the built pages by section, for ``st.navigation``."""
    sections: dict[str, list[st.Page]] = {}
    for name, place in PLACES.items():
        if place.is_built:
            visibility = "visible" if place.in_menu else "hidden"
            page = st.Page(place.path, title=_(place.title), icon=place.icon, default=name == "home", visibility=visibility)
            sections.setdefault(_(place.section) if place.section else "", []).append(page)
    return sections


def link(name: str, label: str | None = None, *, icon: str | None = None, width: str = "content", **address: str) -> None:
    """Draw a link to a page, with its address (``run="…"``); nothing when that page is not built yet. The label is Markdown."""
    place = PLACES[name]
    if place.is_built:
        st.page_link(place.path, label=label or _(place.title), icon=icon or place.icon, width=width, query_params=address or None)


def go(name: str, **address: str) -> None:
    """Leave for another page at once."""
    st.switch_page(PLACES[name].path, query_params=address or None)
