"""Audit: how differently groups of people are served. The question is put first; then the verdict, and what it rests on."""

from __future__ import annotations

import streamlit as st

from fmcore.errors import StoreError
from fmcore.store import open_store
from pages.shared import address, seal
from pages.shared.audit import (
    audit_ask,
    audit_asked,
    audit_beside,
    audit_earlier,
    audit_explore,
    audit_files,
    audit_groups,
    audit_head,
    audit_people,
    audit_reference,
    audit_sizes,
    audit_source,
    audit_terms,
    audit_verdict,
)
from pages.shared.guard import guard
from pages.shared.words import _, plain

store = open_store()
st.title(_("Audit"), anchor=False)

found = None
if asked := st.query_params.get("audit"):
    try:
        found = store.audit(asked)
    except StoreError as unknown:
        st.error(plain(unknown), icon=":material/search_off:")

if found is None:
    st.markdown(
        _("Are groups of people served alike? Say first what matters; then see whether the answers keep to it, and how sure that is.")
    )
    st.subheader(_("1 · Which answers"), anchor=False)
    source = audit_source.choose(store)
    if source is None:
        audit_earlier.newest(store)
        st.stop()
    st.subheader(_("2 · Which groups"), anchor=False)
    whom = st.container()  # drawn above what may add columns to choose from
    source = audit_terms.choose(audit_people.choose(source))
    with whom:
        groups, crossed = audit_groups.choose(source)
        ready = bool(groups) and audit_sizes.draw(source, groups, crossed)
        groups = audit_reference.choose(source, groups, crossed) if ready else groups
    st.subheader(_("3 · What is asked"), anchor=False)
    spec, accepted = audit_ask.choose(source, groups, crossed)
    audit_ask.button(source, spec, store, ready=ready, accepted=accepted)
    audit_earlier.draw(source, store)
    st.stop()

audit_head.draw(found, store)
views = {"verdict": _("Verdict"), "asked": _("What was asked"), "explore": _("Explore"), "beside": _("Side by side")}
match address.segmented(_("Show"), views, "show", default="verdict", scope=found.id, label_visibility="collapsed"):
    case "verdict":
        audit_verdict.draw(found)
        audit_files.downloads(found, store)
    case "asked":
        audit_asked.draw(found, store)
    case "beside":
        audit_beside.draw(found, store)
    case "explore":
        with guard():
            source = audit_source.again(found, store)
            if source is not None and (source.run is None or seal.opened(source.run, source.split, store, how=audit_source.HOW)):
                audit_explore.draw(source, found)
