"""A new demo link of one run: its form, and its address, shown once. Knows nothing of what the demo shows."""

from __future__ import annotations

from urllib.parse import urlsplit

import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.records import Run
from fmcore.store import DemoSettings, Example, Store
from pages.shared import amounts, state
from pages.shared.playground import try_examples
from pages.shared.state import Key
from pages.shared.words import _, plain

PARTED = " || "
"""Between the two texts of an example."""
LOCAL = ("localhost", "127.0.0.1", "::1")
PORT = 8600
"""Of the second dashboard that others reach; any free one would do."""
SHOWN: Key[dict[str, str]] = Key("link-shown", dict)
"""Run id → the address of the newest link, to show until the person has it."""


def make(store: Store, run: Run, name: str, *, level: float, pairs: bool) -> None:
    """Draw the form, and the new link once."""
    st.subheader(plain(name), anchor=False)
    examples = [] if pairs else try_examples.ours(kind) if (kind := try_examples.usual(store.dataset(run.spec.dataset))) != "data" else []
    with st.form(f"link-{run.id}"):
        st.markdown(_("A page with this model alone, for whoever has the link: on a phone too, read-only, no menu, no data."))
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
        if urlsplit(address).hostname in LOCAL:
            said = _(
                "This address opens on this computer alone. For others, start a second dashboard that serves links and nothing else, with "
                "the command below, and write this machine’s name and port {port} in the place of {here}."
            )
            st.warning(said.format(port=PORT, here=f"`{urlsplit(address).netloc}`"), icon=":material/lan:")
            st.code(f"STREAMLIT_SERVER_ADDRESS=0.0.0.0 FMCORE_ONLY_LINKS=true make run PORT={PORT}", language="bash", wrap_lines=True)


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
