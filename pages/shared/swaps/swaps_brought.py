"""What a person brings to a swap test: pairs of sentences in a file, or words of their own. Reads files; asks no model."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit import lexicon
from fmcore.settings import get_settings
from pages.shared import address, file_pick, uploads
from pages.shared.data import material, reading_view
from pages.shared.guard import guard
from pages.shared.words import _, plain

if TYPE_CHECKING:
    import pandas as pd

LANGUAGES = {"en": _("English"), "zh": _("Chinese")}


@dataclass(frozen=True, eq=False)
class Brought:
    """Pairs of sentences in two columns of a table."""

    key: str
    frame: pd.DataFrame
    before: str
    after: str


def pairs() -> Brought | None:
    """Return the uploaded pairs; None until there is a file that can be read and two columns are chosen."""
    upload = file_pick.pick("pairs", _("File with pairs of sentences"), forget=("before", "after", "encoding", "delimiter", "way"))
    if upload is None:
        st.caption(
            _(
                "CSV, Excel, JSON or Parquet: one column with the sentence before the swap, one with it after. Columns named "
                "**category**, **from**, **to** and **item** are used where there are any."
            )
        )
        return None
    with guard():
        reading = reading_view.ask(upload)
        table = material.read(upload, str(get_settings().home), **reading)
        names = {name: name for name in table.frame.columns}
        left, right = st.columns(2)
        with left:
            before = address.select(_("Before the swap"), names, "before", default=_likely(names, "before", 0), scope=upload)
        with right:
            after = address.select(_("After the swap"), names, "after", default=_likely(names, "after", 1), scope=upload)
        if before and after:
            return Brought(f"{upload}{sorted(reading.items())}{before}|{after}", table.frame, before, after)
    return None


def _likely(names: dict[str, str], wanted: str, place: int) -> str:
    return wanted if wanted in names else list(names)[min(place, len(names) - 1)]


@dataclass(frozen=True, eq=False)
class Words:
    """The words to swap by."""

    key: str = ""
    own: lexicon.Lexicon | None = None
    """A person's own; None: those that ship."""
    is_usable: bool = True
    """Whether nothing is wrong with a list that was uploaded."""


def words() -> Words:
    """Return the words chosen; where an uploaded list can't be used, a sentence says why."""
    with st.expander(_("Own words"), icon=":material/dictionary:", expanded=file_pick.kept("words") is not None):
        st.markdown(
            _(
                "Names, pronouns and terms come from lists that ship with FM Commons. To use your own, download a list, change it and "
                "upload it. Its first lines explain the format; with `adds = true` it is used in addition."
            )
        )
        with st.container(horizontal=True):
            for language, name in LANGUAGES.items():
                path = Path(lexicon.__file__).parent / "lexicons" / f"{language}.toml"
                st.download_button(
                    _("The list in {language}").format(language=name), path.read_bytes, path.name, "application/toml",
                    on_click="ignore", icon=":material/download:", key=f"words-{language}",
                )  # fmt: skip
        upload = file_pick.pick("words", _("Your list (TOML)"), kinds=["toml"], forget=("categories",))
        path = uploads.path(upload)
        if upload is None or path is None:
            return Words()
        with guard():
            own = lexicon.read(path.read_bytes(), name=uploads.name(upload))
            lexicon.in_force(own)
            template = _("In addition to the lists that ship: {words}.") if own.adds else _("Instead of the lists that ship: {words}.")
            listed = "; ".join(f"{category} ({', '.join(groups)})" for category, groups in own.groups.items())
            st.caption(template.format(words=plain(listed, 400)))
            return Words(upload, own)
    return Words(upload, is_usable=False)
