"""One uploaded file per place on a page: offer to upload, or show what lies there. The address holds the upload's id; reads no file."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from fmcore.settings import get_settings
from pages.shared import uploads
from pages.shared.guard import guard
from pages.shared.words import _, plain

KINDS = ["csv", "tsv", "txt", "jsonl", "ndjson", "json", "parquet", "xlsx"]
LARGEST_SHOWN = 476
"""Megabytes of 1,048,576 bytes; from half a gigabyte on the browser writes "1GB"."""


def pick(place: str, label: str, *, forget: Sequence[str] = (), help: str | None = None, kinds: Sequence[str] = KINDS) -> str | None:
    """Return the id of the file in this place, or None while there is none.

    ``forget``: what stands in the address and means nothing for another file. ``kinds``: endings of its name.
    """
    found = kept(place)
    if found is None:
        most = min(get_settings().max_upload_mb, LARGEST_SHOWN)
        key = f"upload-{place}"
        st.file_uploader(label, type=list(kinds), key=key, help=help, on_change=_keep, args=(place,), max_upload_size=most)
        return None
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.markdown(f":material/draft: **{plain(uploads.name(found))}**", width="content")
        st.caption(size(found), width="content")
        more = {"on_click": _drop, "args": (place, tuple(forget))}
        st.button(_("Another file"), key=f"another-{place}", type="tertiary", icon=":material/swap_horiz:", **more)
    return found


def kept(place: str) -> str | None:
    """Return the id of the file that the address names for this place, where it still lies there."""
    upload_id = st.query_params.get(f"file-{place}")
    return upload_id if uploads.path(upload_id) else None


def size(upload_id: str) -> str:
    """Return how large the file is, in words."""
    path = uploads.path(upload_id)
    size = path.stat().st_size if path else 0
    return f"{size / 1e6:,.1f} MB" if size >= 1e5 else f"{size / 1e3:,.1f} kB" if size >= 100 else _("{n} bytes").format(n=size)


def _keep(place: str) -> None:
    file = st.session_state.get(f"upload-{place}")
    if file is not None:
        with guard():  # an error in a callback would leave the page empty
            st.query_params[f"file-{place}"] = uploads.keep(file.name, file.getbuffer())


def _drop(place: str, forget: tuple[str, ...]) -> None:
    for name in (f"file-{place}", *forget):
        st.query_params.pop(name, None)
