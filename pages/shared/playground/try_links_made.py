"""The demo links that there are of one run: which are open, who came by them, and taking one back. Makes none."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.records import Run
from fmcore.store import Link, Store
from pages.shared import state, times
from pages.shared.playground.try_links import SHOWN
from pages.shared.words import _, ngettext, plain


def overview(store: Store, run: Run) -> None:
    """Draw the links that there are, the newest first."""
    found = store.links(run.id)
    if not found:
        return
    st.markdown(ngettext("**{n}** link so far", "**{n}** links so far", len(found)).format(n=len(found)))
    for link in found:
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(f"**{plain(link.title)}**", width="content")
            _badge(link)
            st.caption(ngettext("{n} visit", "{n} visits", link.visits).format(n=f"{link.visits:,}"), width="content")
            until = _("until {when}, made by {who}").format(when=times.moment(link.expires)[:10], who=plain(link.who, 40))
            st.caption(until, width="content")
            if is_open(link) and st.button(_("Revoke"), key=f"revoke-{link.id}", type="tertiary", icon=":material/link_off:"):
                ask_revoke(link, store)


def is_open(link: Link) -> bool:
    return link.revoked is None and datetime.fromisoformat(link.expires) > datetime.now(UTC)


def _badge(link: Link) -> None:
    if link.revoked:
        st.badge(_("Revoked"), icon=":material/link_off:", color="red")
    elif is_open(link):
        st.badge(_("Open"), icon=":material/link:", color="green")
    else:
        st.badge(_("Expired"), icon=":material/schedule:", color="gray")


@st.dialog(_("Take this link back?"), icon=":material/link_off:")
def ask_revoke(link: Link, store: Store) -> None:
    st.markdown(_("Whoever opens **{title}** from now on reads that it is closed. This can’t be undone.").format(title=plain(link.title)))
    if st.button(_("Revoke the link"), type="primary", key="revoke-yes"):
        try:
            store.revoke_link(link.id, state.who())
        except FmcoreError as refusal:
            st.error(plain(refusal), icon=":material/error:")
            return
        SHOWN.set({})
        st.rerun()
