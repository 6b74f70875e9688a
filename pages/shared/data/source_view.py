"""Where new data comes from: an uploaded file, a sample, a public set. Draws the choice, how the file was read, and its first rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import address, file_pick, state, uploads
from pages.shared.data import material
from pages.shared.data.material import Material
from pages.shared.guard import guard
from pages.shared.places import go
from pages.shared.words import _, ngettext, plain

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.data.read import Table

PREVIEW_ROWS = 20
ABOUT_THE_FILE = ("text", "pair", "label", "id", "groups", "split", "unit", "way", "encoding", "delimiter", "name", "checked")
"""What stands in the address and means nothing for another file."""


def samples() -> None:
    """Draw the sets that ship with FM Commons, each with the one button that adds it."""
    from fmcore.data.samples import SAMPLES

    st.markdown(_("Made for FM Commons: every message is invented, and every set has a bias planted in it that a later audit should find."))
    for sample in SAMPLES.values():
        with st.container(border=True):
            st.markdown(f"**{plain(sample.title)}**")
            st.markdown(plain(sample.about))
            if st.button(_("Add this set"), key=f"sample-{sample.name}", icon=":material/add:"):
                with guard(), st.spinner(_("Reading and checking…"), show_time=True):
                    from fmcore.pipeline import datasets

                    dataset = datasets.add_sample(sample.name, who=state.who())
                    go("data", data=dataset.id)


def from_file() -> Material | None:
    """Return what was uploaded; None until there is a file that can be read."""
    train = file_pick.pick("train", _("File with labelled text"), forget=ABOUT_THE_FILE)
    if train is None:
        st.caption(_("CSV, TSV, JSON, JSON lines, Parquet or Excel. The first row names the columns. It stays on this machine."))
        return None
    reading = ask_reading(train)
    ids = {"train": train} | {part: one for part in ("validation", "test") if (one := file_pick.kept(part))}
    with guard():
        found = material.from_files(ids, **reading)
        told(found.tables["train"])
        notes(*found.tables.values())
        return found
    return None


def own_files() -> None:
    """Draw the places for files that hold the validation and the test rows."""
    left, right = st.columns(2)
    with left:
        file_pick.pick("validation", _("Validation file"))
    with right:
        file_pick.pick("test", _("Test file"))
    st.caption(_("With the same columns and the same encoding. A part without a file is drawn from the first file."))


def from_public() -> Material | None:
    """Return a public set by name; None until there is one."""
    left, right = st.columns([2, 1])
    name = left.text_input(_("Name on the hub"), key="hub", bind="query-params", placeholder="stanfordnlp/sst2", icon=":material/cloud:")
    config = right.text_input(_("Part of it, if it has several"), key="config", bind="query-params", placeholder=_("none"))
    if not name.strip():
        st.caption(_("Needs the internet. Only plain tables are read; sets that bring code of their own are refused."))
        return None
    with guard():
        found = material.from_public(name.strip(), config.strip() or None)
        for part, table in found.tables.items():
            st.caption(_("{part}: {rows} rows").format(part=plain(part), rows=f"{len(table):,}"))
        for note in found.notes:
            st.caption(":material/info: " + plain(note))
        return found
    return None


def preview(found: Material) -> None:
    """Draw the first rows as they were read."""
    preview_of(found.train)


def preview_of(frame: pd.DataFrame) -> None:
    """Draw how large a table is and its first rows."""
    rows = ngettext("**{n}** row", "**{n}** rows", len(frame)).format(n=f"{len(frame):,}")
    columns = ngettext("**{n}** column", "**{n}** columns", frame.shape[1]).format(n=frame.shape[1])
    st.markdown(_("{rows} and {columns}.").format(rows=rows, columns=columns))
    st.dataframe(frame.head(PREVIEW_ROWS), hide_index=True, height=214, key="preview", lazy=False)


def ask_reading(upload_id: str) -> dict[str, str | None]:
    """Draw how the file is to be read; automatic unless the person says otherwise."""
    from fmcore.data.read import DELIMITERS, ENCODINGS

    titles = {",": _("comma ,"), ";": _("semicolon ;"), "\t": _("tab"), "|": _("bar |")}
    # Ids of their own: white space in an address is lost.
    names = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
    delimiters = {name: titles[sign] for name, sign in names.items() if sign in DELIMITERS}
    name = uploads.name(upload_id).lower()
    with st.expander(_("How the file is read"), icon=":material/settings_ethernet:"):
        left, middle, right = st.columns(3)
        with left:
            encoding = address.select(
                _("Encoding"), {one: one for one in ENCODINGS}, "encoding", placeholder=_("found out from the file"), scope=upload_id
            )
        with middle:
            delimiter = address.select(
                _("Columns are parted by"), delimiters, "delimiter", placeholder=_("found out from the file"), scope=upload_id
            )
        sheet = None
        if name.endswith(".xlsx"):
            sheet = right.text_input(_("Sheet"), key="sheet", bind="query-params", placeholder=_("the first one"))
    return {"encoding": encoding, "delimiter": names.get(delimiter or ""), "sheet": (sheet or "").strip() or None}


def told(table: Table) -> None:
    """Say how a file was read."""
    kinds = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs"), "|": _("bars")}
    if table.encoding and table.delimiter:
        text = _("Read as {format} in {encoding}, columns parted by {delimiter}.")
    elif table.encoding:
        text = _("Read as {format} in {encoding}.")
    else:
        text = _("Read as {format}.")
    delimiter = kinds.get(table.delimiter or "", plain(table.delimiter))
    said = text.format(format=table.format.upper(), encoding=plain(table.encoding), delimiter=delimiter)
    st.caption(f":material/check: {said}")


def notes(*tables: Table) -> None:
    """Say what was decided while reading, each thing once."""
    for note in dict.fromkeys(str(note) for one in tables for note in one.notes):
        st.caption(":material/info: " + plain(note))
