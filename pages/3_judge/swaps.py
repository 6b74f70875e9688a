"""Swaps: the same sentence, said of another person. What is asked of a run, and what its answers did."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Status
from fmcore.store import open_store
from pages.shared.runs import run_origin
from pages.shared.swaps import swaps_answer, swaps_ask, swaps_live, swaps_pick
from pages.shared.words import plain

store = open_store()
run, test = swaps_pick.choose(store)

st.title(plain(run.name), anchor=False)
run_origin.draw(run, store, itself=True)
if test is None:
    swaps_pick.earlier(run)
    swaps_ask.draw(run, store)
    st.stop()

swaps_pick.head(test)
if test.status is Status.DONE:
    swaps_answer.draw(run, test, store)
elif test.status.is_final:
    swaps_live.ended(test)
else:
    swaps_live.watch(test.id, test.status)
swaps_pick.earlier(run, but=test)
