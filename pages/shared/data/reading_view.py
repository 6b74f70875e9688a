"""How a file is read: what was found out, the choices where a person knows better, and its first rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import address, uploads
from pages.shared.words import _, ngettext, plain

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.data.read import Table

PREVIEW_ROWS = 20


def ask(upload_id: str) -> dict[str, str | None]:
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


def preview(frame: pd.DataFrame) -> None:
    """Draw how large a table is and its first rows."""
    rows = ngettext("**{n}** row", "**{n}** rows", len(frame)).format(n=f"{len(frame):,}")
    columns = ngettext("**{n}** column", "**{n}** columns", frame.shape[1]).format(n=frame.shape[1])
    st.markdown(_("{rows} and {columns}.").format(rows=rows, columns=columns))
    st.dataframe(frame.head(PREVIEW_ROWS), hide_index=True, height=214, key="preview", lazy=False)
