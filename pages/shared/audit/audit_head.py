"""What an audit is about: whose answers, how many, who asked and when; and the way back to another question."""

from __future__ import annotations

import streamlit as st

from fmcore.audit.records import Audit
from fmcore.errors import StoreError
from fmcore.store import Store
from pages.shared import times
from pages.shared.audit import audit_earlier, audit_fill, audit_marks
from pages.shared.places import link
from pages.shared.words import _, plain


def draw(audit: Audit, store: Store) -> None:
    """Draw the head of a stored audit."""
    groups = ", ".join(by.column for by in audit.spec.groups)
    st.markdown(f"**{plain(audit_earlier.whose(audit, store))}**" + " · " + plain(_("by {groups}").format(groups=groups)))
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


def asked_for(audit: Audit) -> None:
    """Draw what was chosen before looking."""
    spec = audit.spec
    none = "–"
    minimum = _("{rows} rows, {positives} positive, {negatives} negative")
    lines = {
        _("Groups"): ", ".join(by.column for by in spec.groups) + (_(" and their combinations") if spec.intersections else ""),
        _("Measures"): ", ".join(audit_marks.measure(name) for name in spec.asked),
        _("Favourable answer"): spec.favourable or _("each in turn"),
        _("Accepted gap"): _("{points} points").format(points=audit_marks.points(spec.tolerance)),
        _("Within strata of"): spec.control or none,
        _("Smallest group"): minimum.format(rows=spec.minimum_rows, positives=spec.minimum_positives, negatives=spec.minimum_negatives),
        _("Confidence"): f"{spec.level * 100:g} %",
        _("Many questions"): _("Holm’s correction") if spec.correction == "holm" else _("not corrected for"),
        _("Resamples and seed"): f"{spec.replicates:,} · {spec.seed}",
        _("Asked by"): f"{audit.who}, {times.moment(audit.when)}",
        _("Audit"): audit.id,
        _("Fingerprint of the answers"): spec.fingerprint,
    }
    st.markdown("\n".join(f"- {title}: **{plain(value, 200)}**" for title, value in lines.items()))
    if spec.source is not None:
        st.caption(_("The answers are those stored with the run; the fingerprint says whether they are still the same."))
