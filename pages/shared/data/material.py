"""What a new data set is made of: tables that were read, from uploaded files or a public set, and how they were read.

Reads once per content and way of reading, whatever else changes on the page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.errors import DataError
from fmcore.settings import get_settings
from pages.shared import uploads
from pages.shared.words import _

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.data.read import Table
    from fmcore.records import Sentence

HUB_NAME = re.compile(r"[\w-][\w.-]*(/[\w-][\w.-]*)?")
PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Material:
    """Tables to make a data set of. Never changed: they are shared by everybody who looks at the same content."""

    key: str
    """Names the content and how it was read."""
    name: str
    source: str
    tables: Mapping[str, Table | pd.DataFrame]
    """``train`` and, where they have files of their own, ``validation`` and ``test``."""
    notes: tuple[Sentence, ...] = ()
    """What was decided while it was read; tables bring their own besides."""
    others: tuple[str, ...] = ()
    """Names of the files of the other parts."""

    @property
    def origin(self) -> str:
        """Where all of it came from."""
        return ", ".join((self.source, *self.others))

    @property
    def train(self) -> pd.DataFrame:
        table = self.tables["train"]
        return getattr(table, "frame", table)

    def only_train(self) -> Material:
        """Return the same without files for the other parts."""
        return replace(self, key=self.key + " alone", tables={"train": self.tables["train"]}, others=()) if len(self.tables) > 1 else self


@st.cache_resource(max_entries=6, show_spinner=False)
def read(upload_id: str, home: str, encoding: str | None, delimiter: str | None, sheet: str | None) -> Table:
    """Return the uploaded table. ``home`` keeps one FMCORE_HOME's files apart from another's."""
    from fmcore.data.read import read_table

    path = uploads.path(upload_id)
    if path is None:
        raise DataError("The uploaded file is gone. Choose it again.")
    return read_table(path, name=uploads.name(upload_id), encoding=encoding, delimiter=delimiter, sheet=sheet)


@st.cache_resource(max_entries=2, show_spinner=False)
def public(name: str, config: str | None) -> tuple[dict[str, pd.DataFrame], tuple[Sentence, ...]]:
    """Return the parts of a public set by the hub's name for it, and what was decided on the way."""
    from fmcore.data.hub import in_parts, load_public

    return in_parts(load_public(name, config=config))


def from_files(ids: Mapping[str, str], **reading: str | None) -> Material:
    """Return the material in uploaded files, part → upload id.

    Raises:
        DataError: a file can't be read as it is.
    """
    home = str(get_settings().home)
    with st.spinner(_("Reading…"), show_time=True):
        tables = {part: read(upload_id, home, **reading) for part, upload_id in ids.items()}
    name, *others = (uploads.name(ids[part]) for part in PARTS if part in ids)
    title = name.rsplit(".", 1)[0][:200] or name
    return Material(f"{sorted(ids.items())}{sorted(reading.items())}", title, name, tables, others=tuple(others))


def from_public(name: str, config: str | None) -> Material:
    """Return the material in a public set. Raises DataError: the hub can't be reached, or has no such set."""
    if not HUB_NAME.fullmatch(name):  # a folder on this machine is not for a visitor of the page to name
        raise DataError("{name} is not a name on the hub. Names look like stanfordnlp/sst2.", name=name)
    with st.spinner(_("Asking the hub…"), show_time=True):
        frames, notes = public(name, config)
    return Material(f"hub:{name}:{config}", name, f"hub:{name}", frames, notes)
