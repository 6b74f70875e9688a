"""The Demo view: one model for a partner to try by a link, without the rest of the dashboard; what they say of answers is kept."""

from __future__ import annotations

import streamlit as st

from fmcore.store import open_store
from pages.shared import address, times, typed, visitor
from pages.shared.guard import guard
from pages.shared.playground import try_answer, try_edit, try_examples, try_feedback, try_runs
from pages.shared.words import _, plain

store = open_store()
link = visitor.link(store)
if link is None:
    st.title(_("This page is closed"), anchor=False)
    st.markdown(_("The link has run out, was taken back, or was not copied whole. Whoever sent it to you can make a new one."))
    st.stop()

run = store.run(link.run)
pairs = try_runs.reads_pairs(run, store)
try_answer.wake({run.name: run})
st.title(plain(link.title), anchor=False)
st.markdown(_("Try it with your own words. It tells you how sure it is, and when it would rather ask a person."))
if link.settings.examples:
    st.caption(_("Click an example, or write your own:"))
    try_examples.buttons(link.settings.examples)
text = typed.area(_("Your text"), "text", height=130)
pair = typed.area(_("Your second text"), "pair", height=100) if pairs else ""
st.button(_("Answer"), type="primary", icon=":material/send:", width="stretch")
if try_answer.trouble((text, pair), pairs=pairs) is None:
    before = try_edit.before((text, pair))
    with st.container(border=True), guard():
        answered = try_answer.draw(run, (text, pair), pairs=pairs, level=link.settings.level, before=before, is_guest=True)
        if answered is not None:
            name = address.text(_("Your name, if you like"), "name", max_chars=80)
            try_feedback.ask(run, (text, pair), answered, who=name.strip() or _("a visitor"), link=link.id)
elif text.strip():
    st.info(try_answer.trouble((text, pair), pairs=pairs), icon=":material/keyboard:")
until = _("A machine answers here, and it can be wrong. Please do not type in anything that is secret. Open until {when}.")
st.caption(until.format(when=times.moment(link.expires)[:10]))
