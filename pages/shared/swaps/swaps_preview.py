"""Some of the pairs that a swap test would ask, to read before it starts. Asks no model, opens no sealed sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.pipeline import swaps
from fmcore.pipeline.swap_settings import SwapSettings
from fmcore.records import Run
from fmcore.settings import get_settings
from fmcore.store import open_store
from pages.shared.swaps import swaps_sentences
from pages.shared.words import _, plain

if TYPE_CHECKING:
    from fmcore.audit.swaps.pairs import Pairs

SHOWN = 5


def draw(run: Run, settings: SwapSettings, made_of: Mapping[str, Any], *, key: str) -> None:
    """Draw some pairs, and what was not swapped; a sentence where none can be made."""
    st.subheader(_("Read some of the pairs first"), anchor=False)
    number = int(st.session_state.get("swaps-draw", 0))
    about = settings.model_dump_json(include={"split", "in_place", "templates", "categories", "seed"})
    try:
        made, found = _pairs(run.id, about, key, number, str(get_settings().home), settings, made_of)
    except FmcoreError as refusal:
        st.warning(plain(refusal), icon=":material/block:")
        return
    if not found:
        st.info(_("No sentence that was looked at names exactly one group that can be swapped."), icon=":material/search_off:")
    else:
        said = _("{n} pairs in what was looked at. Does each still read as a person would write it?").format(n=f"{found:,}")
        st.markdown(said)
    if settings.split == "test" and settings.in_place and "table" not in made_of:
        st.caption(_(":material/lock: The test rows stay sealed: these are validation sentences, swapped by the same rules."))
    for row in made.frame.to_dict("records"):
        with st.container(border=True):
            category = plain(row["category"])
            swaps_sentences.pair(row["before"], row["after"], f"{category}: {plain(row['from'])}", f"{category}: {plain(row['to'])}")
    if found > SHOWN:
        st.button(_("Show others"), icon=":material/shuffle:", type="tertiary", on_click=_others, key="swaps-others")
    for note in made.notes:
        st.caption(plain(str(note)))


def _others() -> None:
    st.session_state["swaps-draw"] = int(st.session_state.get("swaps-draw", 0)) + 1


@st.cache_resource(max_entries=32, show_spinner=_("Making pairs…"))
def _pairs(
    run_id: str, about: str, key: str, number: int, home: str, _settings: SwapSettings, _made_of: Mapping[str, Any]
) -> tuple[Pairs, int]:
    return swaps.preview(open_store().run(run_id), _settings, count=SHOWN, draw=number, **_made_of)
