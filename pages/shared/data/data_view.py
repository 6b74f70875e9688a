"""The card of one data set: what is in it, what was found, its rows. Draws the profile that was made when it was added."""

from __future__ import annotations

import streamlit as st

from fmcore.records import Dataset
from fmcore.settings import get_settings
from fmcore.store import Store
from pages.shared import address, times
from pages.shared.data import library_view, overlap_view, problems_view, roles_view
from pages.shared.data.shelf_rows import frame
from pages.shared.guard import guard
from pages.shared.places import link
from pages.shared.words import _, ngettext, plain

CHART = {"displaylogo": False, "displayModeBar": False}
SHOWN_ROWS = 1_000
SPLITS = ("train", "validation", "test")


def split_title(split: str) -> str:
    return {"train": _("Training"), "validation": _("Validation"), "test": _("Test")}[split]


def head(dataset: Dataset, store: Store) -> None:
    """Draw the name, where it came from and what can be done with it."""
    st.title(library_view.title(dataset), anchor=False)
    told = _("{source} · added {ago} by {who} · {id}").format(
        source=dataset.source, ago=times.ago(dataset.when), who=dataset.who, id=dataset.id
    )
    st.caption(plain(told))
    _changes(dataset)
    with st.container(horizontal=True, vertical_alignment="center"):
        link("finetune", _("**Fine-tune on this**"), data=dataset.id)
        _download(dataset)
        library_view.delete(dataset, store)


def _download(dataset: Dataset) -> None:
    with guard():
        st.download_button(
            _("Data card"),
            data=lambda: _markdown(dataset).encode(),  # made when it is asked for
            file_name=f"data-card-{dataset.id}.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
        )


def _markdown(dataset: Dataset) -> str:
    from fmcore.data import shelf
    from fmcore.report import data_card

    return data_card.markdown(dataset, shelf.profile(dataset.id))


def card(dataset: Dataset) -> None:
    """Draw numbers, labels, lengths and groups."""
    from fmcore.data import shelf
    from fmcore.report import figures

    with st.container(horizontal=True):
        for split in SPLITS:
            st.metric(_("{split} rows").format(split=split_title(split)), f"{dataset.rows.get(split, 0):,}", border=True, width=170)
        st.metric(_("Labels"), f"{len(dataset.labels):,}", border=True, width=120)
    confirmation(dataset)
    with guard():
        profile = shelf.profile(dataset.id)
        left, right = st.columns(2, gap="medium")
        with left:
            st.subheader(_("Labels"), anchor=False)
            st.plotly_chart(figures.label_counts(profile["labels"]), key="labels", config=CHART)
        with right:
            st.subheader(_("Length in words"), anchor=False)
            st.plotly_chart(figures.lengths(profile["words"]), key="lengths", config=CHART)
        _groups(profile.get("groups", {}))
        _languages(profile.get("languages", {}))
    st.subheader(_("Roles and origin"), anchor=False)
    st.markdown(roles_view.told(dataset.columns))
    drawn = _("What came without a split of its own was drawn with seed {seed}.").format(seed=dataset.split_seed)
    st.markdown(drawn if dataset.split_seed is not None else _("The split came with the data."))
    st.caption(_("Fingerprint of rows, roles and split"))
    st.code(dataset.fingerprint, language=None, wrap_lines=True)
    st.caption(_("Its rows and its card lie in"))
    st.code(str(get_settings().datasets() / dataset.id), language=None, wrap_lines=True)


def _changes(dataset: Dataset) -> None:
    """Draw what was done to the rows on a person's wish, and which set this one was made from."""
    with st.container(horizontal=True, vertical_alignment="center"):
        for change in dataset.changes:
            st.markdown(":material/content_cut: " + plain(change), width="content")
        if dataset.parent:
            link("data", _("Made from {id}").format(id=dataset.parent), icon=":material/history:", data=dataset.parent)


def confirmation(dataset: Dataset) -> None:
    """Draw who confirmed which blocking problems, if any."""
    if given := dataset.confirmation:
        text = _("{who} confirmed on {when} that these problems are known: {kinds}.")
        told = text.format(who=given.who, when=times.moment(given.when), kinds=", ".join(given.kinds))
        st.warning(plain(told), icon=":material/gavel:")


def _groups(groups: dict) -> None:
    if not groups:
        return
    st.subheader(_("Groups"), anchor=False)
    for place, (column, found) in zip(st.columns(min(2, len(groups))) * len(groups), groups.items(), strict=False):
        with place:
            st.markdown(f"**{plain(column)}**")
            sizes = [
                {"group": value, **{split: found["splits"][split].get(value, 0) for split in SPLITS}} for value in found["splits"]["train"]
            ]
            names = {split: st.column_config.NumberColumn(split_title(split), format="localized") for split in SPLITS} | {
                "group": _("Group")
            }
            st.dataframe(sizes, hide_index=True, height="content" if len(sizes) < 10 else 300, column_config=names, key=f"group-{column}")
            if found.get("missing"):
                st.caption(_("{n} rows say nothing here.").format(n=f"{found['missing']:,}"))


def _languages(languages: dict) -> None:
    least = 0.01 * max(1, languages.get("sampled", 0))  # below a hundredth it is mostly short texts taken for another language
    counts = sorted(((code, n) for code, n in languages.get("counts", {}).items() if n >= least), key=lambda item: -item[1])[:5]
    if counts:
        told = ", ".join(f"{code} {n / max(1, languages['sampled']):.0%}" for code, n in counts)
        st.caption(plain(_("Languages in a sample of {n} texts: {told}").format(n=f"{languages['sampled']:,}", told=told)))


def problems(dataset: Dataset) -> None:
    """Draw what the check found when the set was added."""
    confirmation(dataset)
    overlap_view.of_stored(dataset)
    problems_view.draw(dataset.problems)


def rows(dataset: Dataset) -> None:
    """Draw the rows, filtered by split, label and words."""
    left, middle, right = st.columns([1, 1, 2], vertical_alignment="bottom")
    with left:
        split = address.select(_("Split"), {one: split_title(one) for one in SPLITS}, "part", placeholder=_("all"), scope=dataset.id)
    with middle:
        label = address.select(_("Label"), {one: one for one in dataset.labels}, "label", placeholder=_("all"), scope=dataset.id)
    words = right.text_input(_("Text contains"), key="words", bind="query-params", type="search", live=True)
    with guard():
        found = frame(dataset.id, dataset.fingerprint)
        if split:
            found = found[found["fmc_split"] == split]
        if label:
            found = found[found[dataset.columns.label] == label]
        if words:
            found = found[found[dataset.columns.text].fillna("").str.contains(words, case=False, regex=False)]
        if not len(found):
            st.info(_("No row matches."), icon=":material/search_off:")
            return
        shown = min(len(found), SHOWN_ROWS)
        told = ngettext("{n} row matches.", "{n} rows match.", len(found)).format(n=f"{len(found):,}")
        st.caption(told if shown == len(found) else _("{told} The first {shown} are shown.").format(told=told, shown=f"{shown:,}"))
        names = {"fmc_id": _("Id"), "fmc_split": _("Split"), dataset.columns.text: st.column_config.TextColumn(width="large")}
        if dataset.columns.id:  # it is the same as fmc_id
            names[dataset.columns.id] = None
        st.dataframe(found.head(SHOWN_ROWS), hide_index=True, height=520, column_config=names, key="rows", lazy=False)
