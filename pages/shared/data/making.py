"""From material to a stored data set: what is wished for, what the check finds, what is saved. Looks once per content and wish."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.records import Dataset
from fmcore.settings import get_settings
from fmcore.store import open_store
from pages.shared.data.material import Material
from pages.shared.words import _

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.data.prepare import Inspection
    from fmcore.data.read import Table
    from fmcore.records import Columns


@dataclass(frozen=True)
class Wish:
    """How the material is to be used: everything that the check depends on."""

    columns: Columns
    seed: int = 0
    validation_share: float = 0.1
    test_share: float = 0.2

    def options(self) -> dict[str, int | float]:
        return {"seed": self.seed, "validation_share": self.validation_share, "test_share": self.test_share}


@st.cache_resource(max_entries=4, show_spinner=False)
def look(key: str, home: str, wish: Wish, _material: Material) -> Inspection:
    """Return what is in the material and what would become of it; once per content and wish."""
    from fmcore.pipeline import datasets

    return datasets.inspect(_material.tables["train"], wish.columns, **_others(_material), **wish.options())


def inspect(material: Material, wish: Wish) -> Inspection:
    """Return the problems and the split. Raises DataError: the columns can't be meant."""
    with st.spinner(_("Checking every row…"), show_time=True):
        return look(material.key, str(get_settings().home), wish, material)


def save(material: Material, wish: Wish, inspection: Inspection, *, name: str, confirmed: bool, who: str) -> tuple[Dataset, bool]:
    """Return the data set as it is stored, and whether it was there already, by whatever name.

    Raises:
        DataError: blocking problems that nobody confirmed.
    """
    from fmcore.pipeline import datasets

    known = {one.id for one in open_store().datasets()}
    added = datasets.add(
        material.tables["train"],
        wish.columns,
        name=name,
        source=material.origin,
        accept_problems=confirmed,
        who=who,
        inspection=inspection,
        **_others(material),
        **wish.options(),
    )
    return added, added.id in known


def _others(material: Material) -> dict[str, Table | pd.DataFrame]:
    return {part: table for part, table in material.tables.items() if part != "train"}
