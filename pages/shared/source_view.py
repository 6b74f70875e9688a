"""Where new data comes from: an uploaded file, a sample, a public set. Draws the choice, how the file was read, and its first rows."""

from __future__ import annotations

import streamlit as st

from fmcore.settings import get_settings
from pages.shared import address, material, state, uploads
from pages.shared.guard import guard
from pages.shared.material import Material
from pages.shared.places import go
from pages.shared.words import _, ngettext, plain

KINDS = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx"]
PREVIEW_ROWS = 20
ABOUT_THE_FILE = ("text", "pair", "label", "id", "groups", "split", "unit", "way", "encoding", "delimiter", "name", "checked")
"""What stands in the address and means nothing for another file."""
LARGEST_SHOWN = 476
"""Megabytes of 1,048,576 bytes; from half a gigabyte on the browser writes "1GB"."""


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
    train = _upload("train", _("File with labelled text"))
    if train is None:
        st.caption(_("CSV, TSV, JSON, JSON lines, Parquet or Excel. The first row names the columns. It stays on this machine."))
        return None
    reading = _reading(train)
    ids = {"train": train} | {part: one for part in ("validation", "test") if (one := _kept(part))}
    with guard():
        found = material.from_files(ids, **reading)
        _told(found)
        return found
    return None


def own_files() -> None:
    """Draw the places for files that hold the validation and the test rows."""
    left, right = st.columns(2)
    with left:
        _upload("validation", _("Validation file"))
    with right:
        _upload("test", _("Test file"))
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
        return found
    return None


def preview(found: Material) -> None:
    """Draw the first rows as they were read."""
    rows, columns = found.train.shape
    text = ngettext("**{rows}** row and **{columns}** columns.", "**{rows}** rows and **{columns}** columns.", rows)
    st.markdown(text.format(rows=f"{rows:,}", columns=columns))
    st.dataframe(found.train.head(PREVIEW_ROWS), hide_index=True, height=214, key="preview", lazy=False)


def _kept(part: str) -> str | None:
    upload_id = st.query_params.get(f"file-{part}")
    return upload_id if uploads.path(upload_id) else None


def _upload(part: str, label: str) -> str | None:
    kept = _kept(part)
    if kept is None:
        most = min(get_settings().max_upload_mb, LARGEST_SHOWN)
        st.file_uploader(label, type=KINDS, key=f"upload-{part}", on_change=_keep, args=(part,), max_upload_size=most)
        return None
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/draft: **{plain(uploads.name(kept))}**", width="content")
        st.caption(_size(kept), width="content")
        st.button(_("Another file"), key=f"another-{part}", type="tertiary", icon=":material/swap_horiz:", on_click=_drop, args=(part,))
    return kept


def _keep(part: str) -> None:
    file = st.session_state.get(f"upload-{part}")
    if file is not None:
        st.query_params[f"file-{part}"] = uploads.keep(file.name, file.getbuffer())


def _drop(part: str) -> None:
    for name in (f"file-{part}", *(ABOUT_THE_FILE if part == "train" else ())):
        st.query_params.pop(name, None)


def _size(upload_id: str) -> str:
    path = uploads.path(upload_id)
    size = path.stat().st_size if path else 0
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB" if size >= 100 else _("{n} bytes").format(n=size)


def _reading(upload_id: str) -> dict[str, str | None]:
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


def _told(found: Material) -> None:
    """Say how the first file was read."""
    table = found.tables["train"]
    kinds = {",": _("commas"), ";": _("semicolons"), "\t": _("tabs"), "|": _("bars")}
    if table.encoding and table.delimiter:
        text = _("Read as {format} in {encoding}, columns parted by {delimiter}.")
    elif table.encoding:
        text = _("Read as {format} in {encoding}.")
    else:
        text = _("Read as {format}.")
    st.caption(
        ":material/check: "
        + text.format(
            format=table.format.upper(), encoding=plain(table.encoding), delimiter=kinds.get(table.delimiter, plain(table.delimiter))
        )
    )
    for note in dict.fromkeys(str(note) for one in found.tables.values() for note in one.notes):
        st.caption(":material/info: " + plain(note))
