"""Where new data comes from: an uploaded file, a sample, a public set."""

from __future__ import annotations

import streamlit as st

from pages.shared import file_pick, state
from pages.shared.data import material, reading_view
from pages.shared.data.material import Material
from pages.shared.guard import guard
from pages.shared.places import go
from pages.shared.words import _, plain

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
    reading = reading_view.ask(train)
    ids = {"train": train} | {part: one for part in ("validation", "test") if (one := file_pick.kept(part))}
    with guard():
        found = material.from_files(ids, **reading)
        reading_view.told(found.tables["train"])
        reading_view.notes(*found.tables.values())
        return found
    return None


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
