"""Groups from words in the text: whom each text mentions, by the lexicons that ship or by one's own. Draws the choice and no figure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from pages.shared import address, file_pick, uploads
from pages.shared.audit import audit_columns, audit_origin
from pages.shared.guard import guard
from pages.shared.words import _, plain

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers
    from fmcore.audit.lexicon import Lexicon
    from pages.shared.audit.audit_source import Source

PLACE = "lexicon"
LANGUAGES = {"en": "English", "zh": "中文"}
SHORTEST = 12
"""Letters that half of a column's texts must have to be offered; ids are shorter."""


def choose(source: Source) -> Source:
    """Draw whether words make groups, and by which lexicon; return the answers with a column per category where they do."""
    columns = texts(source)
    if not columns:
        return source
    with st.expander(_("Groups from words in the text"), icon=":material/match_word:", expanded=st.query_params.get("terms") == "on"):
        st.caption(
            _(
                "Finds whom each text mentions: women and men, religions, ages, origins, disabilities … in English and Chinese. "
                "Whom a text mentions is not who wrote it."
            )
        )
        on = address.toggle(_("Look for words"), "terms")
        text = None
        if source.run is None:
            text = address.select(_("Column of texts"), columns, "text", default=next(iter(columns)), scope=source.key, width=300)
        _own()
        if on and (text is not None or source.run is not None):
            with guard():
                return _with(source, text)
    return source


def again(source: Source, *, asked: bool) -> Source:
    """Return the answers with the columns of words, where the audit asked for them; draws nothing."""
    columns = texts(source) if asked else {}
    if not columns:
        return source
    chosen = st.query_params.get("text", "")
    with guard():
        return _with(source, None if source.run is not None else chosen if chosen in columns else next(iter(columns)))
    return source


def texts(source: Source) -> dict[str, str]:
    """Return the columns that hold texts, the longest texts first; of a run the one that the model read."""
    if source.run is not None:
        return {"": ""}
    lengths = {}
    for name, column in source.answers.groups.items():
        if audit_columns.is_text(source.answers, name):
            length = float(column.iloc[: audit_columns.HEAD].dropna().astype(str).str.len().median())
            lengths[name] = length
    return {name: name for name in sorted(lengths, key=lengths.__getitem__, reverse=True) if lengths[name] >= SHORTEST}


def _own() -> None:
    from fmcore.audit import lexicon

    help = _(
        "TOML in the format of those that ship; its first lines explain it. It is used instead of them, or added where it says adds = true."
    )
    file_pick.pick(PLACE, _("A lexicon of your own (optional)"), forget=("groups",), help=help, kinds=["toml"])
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("A start for your own:"), width="content")
        for language, title in LANGUAGES.items():
            st.download_button(
                title, lexicon.shipped(language), f"{language}.toml", "application/toml", key=f"lexicon-{language}", on_click="ignore",
                icon=":material/download:", type="tertiary",
            )  # fmt: skip


def _with(source: Source, text: str | None) -> Source:
    from fmcore.audit import lexicon, terms

    upload_id = file_pick.kept(PLACE)
    path = uploads.path(upload_id)
    own = None if path is None else lexicon.read(path.read_bytes(), name=uploads.name(upload_id or ""))
    key = f"{source.key}+terms/{upload_id}/{text}"
    answers = _found(key, source.run and source.run.id, source.split, text, source.answers, own)
    names = tuple(terms.column_name(c) for c in dict.fromkeys(c for one in lexicon.in_force(own) for c in one.groups))
    if not any(len(answers.column(name).values) > 1 for name in names):
        st.caption(":material/info: " + plain(_("No text holds any of these words.")))
    origin = audit_origin.with_words(source.origin, text, None if path is None else upload_id)
    return replace(source, answers=answers, key=key, terms=names, origin=origin)


@st.cache_resource(max_entries=2, show_spinner=_("Looking for words…"))
def _found(key: str, run_id: str | None, split: str | None, text: str | None, _answers: Answers, _own: Lexicon | None) -> Answers:
    from fmcore.audit import lexicon, terms
    from fmcore.pipeline import audit

    if run_id is not None:
        made = audit.with_terms(_answers, run_id, split or "validation", lexicon=_own)
    else:
        made = terms.with_groups(_answers, _answers.groups[text].tolist(), lexicon.in_force(_own))
    return audit_columns.coded(made)
