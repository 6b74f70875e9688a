"""The library of data sets: a line for each, two of them side by side, and the way out of it."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Dataset
from fmcore.store import RunQuery, Store
from pages.shared import address, state, times
from pages.shared.data.shelf_rows import frame
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.words import _, ngettext, plain, shorten

MOST = 50
"""Lines drawn at once; the search finds the rest."""


def draw(store: Store) -> None:
    """Draw the library, newest first; where it is empty, what to do about it."""
    if not store.datasets():
        st.markdown(
            _("A data set is a file of texts with labels, checked and split into rows to learn from, to choose by and to judge by.")
        )
        st.info(_("There is none yet. Bring a file of your own, or start with a sample."), icon=":material/table_view:")
        with st.container(horizontal=True):
            link("add", _("Add data"))
            link("add", _("Look at the samples"), icon=":material/science:", **{"from": "sample"})
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(_("Search"), key="search", bind="query-params", placeholder=_("name or id"), type="search", live=True)
        link("add", _("**Add data**"))
    found = store.datasets(search=words or "")
    if not found:
        st.info(_("No data set has these words in its name."), icon=":material/search_off:")
    for dataset in found[:MOST]:
        _line(dataset)
    if len(found) > MOST:
        st.caption(_("{n} more; search to find them.").format(n=len(found) - MOST))


def title(dataset: Dataset) -> str:
    """Return name and version as Markdown."""
    return plain(_("{name}, version {version}").format(name=dataset.name, version=dataset.version))


def _line(dataset: Dataset) -> None:
    with st.container(border=True, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{title(dataset)}**", width="content")  # no link's label: those never wrap, and a phone would cut it
            if dataset.confirmation:
                st.badge(_("problems confirmed"), icon=":material/gavel:", color="orange")
            link("data", _("Open"), icon=":material/arrow_forward:", data=dataset.id)
        rows = sum(dataset.rows.values())
        parts = [
            ngettext("{n} row", "{n} rows", rows).format(n=f"{rows:,}"),
            ngettext("{n} label", "{n} labels", len(dataset.labels)).format(n=len(dataset.labels)),
            ngettext("{n} group column", "{n} group columns", len(dataset.columns.groups)).format(n=len(dataset.columns.groups)),
            _("added {ago} by {who}").format(ago=times.ago(dataset.when), who=dataset.who),
        ]
        st.caption(plain(" · ".join(parts)))


def compare(dataset: Dataset, store: Store) -> None:
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


def delete(dataset: Dataset, store: Store) -> None:
    """Draw the way to delete a data set, or the sentence that says which runs need it."""
    used = store.runs(RunQuery(dataset=dataset.id, limit=1)).total + store.runs(RunQuery(dataset=dataset.id, limit=1, deleted=True)).total
    with st.popover(_("Delete"), icon=":material/delete:"):
        if used:
            text = ngettext("{n} run uses this data set, so it stays.", "{n} runs use this data set, so it stays.", used)
            st.markdown(text.format(n=used))
            return
        st.markdown(_("No run uses it. Its rows and its card are removed for good."))
        st.button(_("Delete for good"), key="delete", icon=":material/delete_forever:", on_click=_delete, args=(dataset.id,))


def _delete(dataset_id: str) -> None:
    from fmcore.pipeline import datasets

    with guard():
        datasets.remove(dataset_id, who=state.who())
        state.say_next(_("Deleted."))
        st.query_params.clear()
