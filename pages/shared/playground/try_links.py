"""Demo links of one run: make one, show it once, see who came, take it back. Knows nothing of what the demo shows."""

from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import urlsplit

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.records import Run
from fmcore.store import DemoSettings, Example, Link, Store
from pages.shared import amounts, state, times
from pages.shared.playground import try_examples
from pages.shared.state import Key
from pages.shared.words import _, ngettext, plain

PARTED = " || "
"""Between the two texts of an example."""
SHOWN: Key[dict[str, str]] = Key("link-shown", dict)
"""Run id → the address of the newest link, to show until the person has it."""


def make(store: Store, run: Run, name: str, *, level: float, pairs: bool) -> None:
    """Draw the form, and the new link once."""
    st.subheader(plain(name), anchor=False)
    examples = [] if pairs else try_examples.ours(kind) if (kind := try_examples.usual(store.dataset(run.spec.dataset))) != "data" else []
    with st.form(f"link-{run.id}"):
        st.markdown(_("A page with this model alone, for people without an account: on a phone too, read-only, no menu, no data."))
        left, right = st.columns([3, 1])
        title = left.text_input(_("Title"), plain_title(run.name), max_chars=100)
        days = right.number_input(_("Open for days"), 1, 366, 14)
        about = _("One per line; the second text after “||”.") if pairs else _("One per line.")
        typed = st.text_area(_("Examples to click"), "\n".join(one.text for one in examples), height=120, help=about)
        said = _("Below a confidence of {level} it says “I’d rather ask a person”, as the slider above says.")
        st.caption(said.format(level=amounts.percent(level)))
        if st.form_submit_button(_("Make the link"), type="primary", icon=":material/add_link:"):
            _add(store, run, title, int(days), DemoSettings(level, read_examples(typed, pairs=pairs)))
    if address := SHOWN.get().get(run.id):
        st.success(_("Here is the link. It is shown only now, so copy it: whoever has it can try the model."), icon=":material/link:")
        st.code(address, language=None, wrap_lines=True)


def plain_title(name: str) -> str:
    return " ".join(name.split())[:100]


def read_examples(typed: str, *, pairs: bool) -> tuple[Example, ...]:
    """Return what stands in the lines, each once; of pairs only those that are whole.

    Example:
        >>> read_examples("one || two", pairs=True)
        (Example(text='one', pair='two'),)
    """
    lines = list(dict.fromkeys(line.strip() for line in typed.splitlines() if line.strip()))
    if not pairs:
        return tuple(Example(line) for line in lines)
    parted = [line.partition(PARTED.strip()) for line in lines]
    return tuple(Example(one.strip(), other.strip()) for one, _mark, other in parted if one.strip() and other.strip())


def _add(store: Store, run: Run, title: str, days: int, settings: DemoSettings) -> None:
    try:
        secret, _link = store.add_link(run.id, title, state.who(), days, settings)
    except FmcoreError as refusal:  # what was typed stays in the form
        st.error(plain(refusal), icon=":material/error:")
        return
    here = urlsplit(st.context.url or "http://localhost:8501")
    SHOWN.set({**SHOWN.get(), run.id: f"{here.scheme}://{here.netloc}/?link={secret}"})


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
