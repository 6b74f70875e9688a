"""What an audit is about: whose answers, how many, who asked and when; and the way back to another question."""

from __future__ import annotations

import streamlit as st

from fmcore.audit.records import Audit
from fmcore.errors import StoreError
from fmcore.store import Store
from pages.shared import times
from pages.shared.audit import audit_earlier, audit_fill
from pages.shared.places import link
from pages.shared.words import _, plain


def draw(audit: Audit, store: Store) -> None:
    """Draw the head of a stored audit."""
    groups = ", ".join(by.column for by in audit.spec.groups)
    origin = store.origin(audit.id)
    whose = audit_earlier.whose(audit, store) if origin is None else f"{origin.answers.name} · {audit_earlier.whose(audit, store)}"
    st.markdown(f"**{plain(whose, 120)}**" + " · " + plain(_("by {groups}").format(groups=groups)))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.button(
            _("Ask something else"),
            icon=":material/arrow_back:",
            type="tertiary",
            key="ask-else",
            on_click=audit_fill.leave,
            args=(audit.spec,),
        )
        if audit.spec.source is not None and _is_there(store, audit.spec.source):
            link("evaluate", _("Evaluate"), run=audit.spec.source)
            link("swaps", _("Swap names and pronouns"), run=audit.spec.source)
        text = _("{n} rows · {who}, {when} · {id}")
        rows = f"{audit.rows:,}"
        st.caption(plain(text.format(n=rows, who=audit.who, when=times.moment(audit.when), id=audit.id)), width="content")


def _is_there(store: Store, run_id: str) -> bool:
    try:
        return store.run(run_id).deleted is None
    except StoreError:
        return False
