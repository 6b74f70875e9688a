"""Two data sets side by side: what differs between their texts, labels, splits and problems."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Dataset
from fmcore.store import Store
from pages.shared import address
from pages.shared.data.library_view import title
from pages.shared.data.shelf_rows import frame
from pages.shared.guard import guard
from pages.shared.words import _, plain, shorten


def draw(dataset: Dataset, store: Store) -> None:
    """Draw what differs between this data set and another one, by default its version before."""
    others = {one.id: one for one in store.datasets() if one.id != dataset.id}
    if not others:
        st.info(
            _("There is no other data set to compare with. Save the same name again to make a second version."),
            icon=":material/difference:",
        )
        return
    same_name = [one for one in others.values() if one.name == dataset.name]
    default = max(same_name, key=lambda one: one.version, default=next(iter(others.values()))).id
    names = {one.id: _("{name}, version {version}").format(name=one.name, version=one.version) for one in others.values()}
    other = others[address.select(_("Compare with"), names, "with", default=default, scope=dataset.id) or default]
    with guard():
        _difference(dataset, other)


def _difference(first: Dataset, second: Dataset) -> None:
    from fmcore.data.compare import compare as difference

    found = difference(first, frame(first.id, first.fingerprint), second, frame(second.id, second.fingerprint))
    if first.fingerprint == second.fingerprint:
        st.success(_("The same content."), icon=":material/equal:")
    here, there = title(first), title(second)
    lines = [
        {"what": split, "here": f"{first.rows.get(split, 0):,}", "there": f"{second.rows.get(split, 0):,}"}
        for split in ("train", "validation", "test")
    ]
    lines += [
        {"what": _("labels"), "here": str(len(first.labels)), "there": str(len(second.labels))},
        {"what": _("problems"), "here": str(len(first.problems)), "there": str(len(second.problems))},
        {"what": _("texts only here"), "here": f"{found.only_first:,}", "there": f"{found.only_second:,}"},
    ]
    column = st.column_config.TextColumn
    names = {"what": column(_("What")), "here": column(_short(first, second)), "there": column(_short(second, first))}
    st.dataframe(lines, hide_index=True, height="content", column_config=names, key="difference")
    sentence = _("{shared} texts stand in both; {relabelled} of them have other labels and {moved} stand in another split.")
    st.markdown(sentence.format(shared=f"**{found.shared:,}**", relabelled=f"**{found.relabelled:,}**", moved=f"**{found.moved:,}**"))
    for name, alone in ((here, found.labels_only_first), (there, found.labels_only_second)):
        if alone:
            st.markdown(_("Labels only in {name}: {labels}").format(name=name, labels=plain(", ".join(alone), 400)))
    for name, alone in ((here, found.problems_only_first), (there, found.problems_only_second)):
        if alone:
            st.markdown(_("Problems only in {name}: {kinds}").format(name=name, kinds=plain(", ".join(alone))))
    if found.examples:
        st.markdown(_("Texts with other labels:"))
        table = [{"text": text, "here": mine, "there": theirs} for text, mine, theirs in found.examples]
        st.dataframe(table, hide_index=True, height="content", column_config=names | {"text": column(_("Text"))}, key="relabelled")


def _short(one: Dataset, other: Dataset) -> str:
    return _("version {n}").format(n=one.version) if one.name == other.name else shorten(one.name, 30)
