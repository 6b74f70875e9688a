"""Sentences to click instead of typing: our own for the three fields, and rows of the run's validation split. Asks no model."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmcore.data import shelf
from fmcore.errors import FmcoreError
from fmcore.records import Dataset
from fmcore.settings import get_settings
from fmcore.store import Example
from pages.shared import address, typed
from pages.shared.words import _, plain, storable

CUSTOMERS = (
    "The kettle arrived on Monday with a crack in the lid, and nobody answers my mails.",
    "I sent the jacket back two weeks ago. When will the money be on my account?",
    "Thank you, the new router works and your colleague was very patient with me.",
    "Why is my bill eleven euros higher than last month?",
)
HEALTH = (
    "Woman, 58. Pressure on the chest since this morning, goes into the left arm, cold sweat.",
    "Man, 31. Small cut on the thumb from a kitchen knife, clean, no longer bleeding.",
    "Child, 6. Fever of 39 since yesterday, drinks well, plays in between.",
    "Woman, 44. Wants her blood pressure tablets prescribed again, feels fine.",
)
FINANCE = (
    "I would like to borrow 4,000 euros for a used car. I have had a steady job for seven years and no debts.",
    "Please raise my card limit. Last month two instalments came back because my account was empty.",
    "I need 12,000 euros for new machines; my bakery has made a profit in each of the last five years.",
    "There is a payment of 89 euros on my card that I did not make.",
)
LONGEST = 70
"""Characters of an example on its button."""
NARROWEST = 280
"""Pixels of a button: two in a row on a laptop, one on a phone."""
ROWS = 4


def draw(dataset: Dataset, *, pairs: bool) -> None:
    """Draw the fields to choose from and the chosen one's sentences. Those that we made are single texts."""
    kinds = {"data": _("From its data"), "customers": _("Customer service"), "health": _("Health"), "finance": _("Finance")}
    if pairs:
        buttons(from_rows(dataset))
        return
    kind = address.segmented(_("Examples to click"), kinds, "examples", default=usual(dataset))
    buttons(from_rows(dataset) if kind == "data" else ours(kind))


def usual(dataset: Dataset) -> str:
    """Return the field that a data set is about, where that is known: the samples that ship have one each."""
    samples = {"sample:customer-messages": "customers", "sample:triage-notes": "health", "sample:loan-messages": "finance"}
    return samples.get(dataset.source, "data")


def ours(kind: str) -> list[Example]:
    return [Example(text) for text in {"customers": CUSTOMERS, "health": HEALTH, "finance": FINANCE}[kind]]


def buttons(examples: Sequence[Example]) -> None:
    """Draw one button per example, two in a row where there is room; a click writes it into the fields."""
    if not examples:
        st.caption(_("There are no rows to take examples from."))
        return
    with st.grid(min(2, len(examples)), min_column_width=NARROWEST, gap="small") as grid:
        for number, one in enumerate(examples):
            shown = plain(one.text if one.pair is None else f"{one.text} ⁄ {one.pair}", LONGEST)
            with grid.cell():
                st.button(shown, key=f"example-{number}", on_click=_write, args=(one.text, one.pair), width="stretch")


def _write(text: str, pair: str | None) -> None:
    typed.put("text", storable(text))
    typed.put("pair", storable(pair or ""))


def from_rows(dataset: Dataset) -> list[Example]:
    """Return some validation rows, of as many labels as there are, without saying which is which."""
    try:
        return list(_rows(dataset.id, str(get_settings().home)))
    except FmcoreError:  # the rows are gone; the page says so where it needs them, and is of use without
        return []


@st.cache_data(max_entries=16, show_spinner=False)
def _rows(dataset_id: str, home: str) -> tuple[Example, ...]:
    dataset = shelf.dataset(dataset_id)
    columns, rows = dataset.columns, shelf.rows(dataset_id, "validation")
    rows = rows[rows[columns.text].map(lambda text: bool(text and text.strip()))]
    rows = rows.assign(turn=rows.groupby(columns.label).cumcount()).sort_values("turn", kind="stable").head(ROWS)
    pairs = rows[columns.text_pair] if columns.text_pair else [None] * len(rows)
    return tuple(Example(text, pair) for text, pair in zip(rows[columns.text], pairs, strict=True))
