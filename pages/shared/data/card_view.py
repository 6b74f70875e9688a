"""The card of a data set in numbers and pictures: rows, labels, lengths, groups, languages, roles and where it lies."""

from __future__ import annotations

import streamlit as st

from fmcore.records import SPLITS, Dataset
from fmcore.settings import get_settings
from pages.shared.data import problems_view, roles_view
from pages.shared.guard import guard
from pages.shared.words import _, plain

CHART = {"displaylogo": False, "displayModeBar": False}


def split_title(split: str) -> str:
    return {"train": _("Training"), "validation": _("Validation"), "test": _("Test")}[split]


def draw(dataset: Dataset) -> None:
    """Draw numbers, labels, lengths and groups."""
    from fmcore.data import shelf
    from fmcore.report import figures

    with st.container(horizontal=True):
        for split in SPLITS:
            st.metric(_("{split} rows").format(split=split_title(split)), f"{dataset.rows.get(split, 0):,}", border=True, width=170)
        st.metric(_("Labels"), f"{len(dataset.labels):,}", border=True, width=120)
    problems_view.confirmation(dataset)
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
