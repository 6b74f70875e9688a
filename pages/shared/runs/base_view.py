"""What a checked base model is, in facts, or the one sentence why it can't be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from fmcore.errors import ModelError
from fmcore.models.catalogue import MODELS, Entry
from fmcore.models.check import check_base
from fmcore.records import BaseModel
from pages.shared.words import _, plain

if TYPE_CHECKING:
    import pandas as pd


@st.cache_data(ttl=60, max_entries=64, show_spinner=False)
def checked(name: str) -> BaseModel:
    """Return the checked base model; asked again after a minute, since a folder may change."""
    return check_base(name)


def title(name: str) -> str:
    """Return what people call a base model: its name in the catalogue, a hub name, or a folder's last part."""
    entry = next((one for one in MODELS if one.name == name), None)
    return entry.title if entry else name.rstrip("/").rsplit("/", 1)[-1] if name.startswith("/") else name


def examine(name: str, *, brief: bool = False) -> BaseModel | None:
    """Return the base model and draw its facts, in one line where ``brief``; None after drawing why it can't be used."""
    try:
        with st.spinner(_("Checking the model…"), show_time=True):
            base = checked(name)
    except ModelError as refusal:
        st.error(plain(str(refusal)), icon=":material/block:", title=_("This model can't be used"))
        return None
    if brief:
        text = _("{kind} · {parameters} parameters · reads up to {tokens} tokens")
        st.caption(text.format(kind=plain(base.model_type), parameters=parameters(base.n_parameters), tokens=f"{base.max_length:,}"))
    else:
        facts(base)
    return base


def facts(base: BaseModel) -> None:
    """Draw type, size, longest text, source and the weights' sha256."""
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(plain(title(base.name)), anchor=False)
            st.badge(_("Checked"), icon=":material/verified_user:", color="green")
        with st.container(horizontal=True):
            st.metric(_("Kind"), plain(base.model_type), width=150)
            st.metric(_("Parameters"), parameters(base.n_parameters), width=150)
            st.metric(_("Longest text"), _("{tokens} tokens").format(tokens=f"{base.max_length:,}"), width=170)
            st.metric(_("Source"), source_title(base.source), width=170)
        st.caption(_("sha256 of the weights, kept with every run that starts from them"))
        st.code(base.sha256 or _("computed when the model is downloaded"), language=None, wrap_lines=True)


def source_title(source: str) -> str:
    return {"embedded": _("Installed"), "hub": _("Hub"), "folder": _("Folder")}.get(source, source)


def parameters(n: int | None) -> str:
    """Return a number of parameters as people say it.

    Example:
        >>> parameters(22_713_216), parameters(None)
        ('22.7 M', '–')
    """
    if n is None:
        return "–"
    return f"{n / 1e9:.2f} B" if n >= 1e9 else f"{n / 1e6:.1f} M" if n >= 1e6 else f"{n / 1e3:,.0f} k"


def catalogue(entries: tuple[Entry, ...] = MODELS) -> pd.DataFrame:
    """Return the catalogue as a table."""
    import pandas as pd  # here, because Home asks this module only for titles and should not wait for pandas

    return pd.DataFrame(
        [
            {
                "choose": _("Check"),
                "title": entry.title,
                "about": str(entry.about),
                "parameters": parameters(entry.n_parameters),
                "languages": ", ".join(entry.languages),
                "name": entry.name,
            }
            for entry in entries
        ]
    )
