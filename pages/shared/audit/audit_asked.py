"""What was asked, put down before anyone looked: where the answers came from, what the person said, what was chosen. Draws the record."""

from __future__ import annotations

import streamlit as st

from fmcore.audit.records import Audit
from fmcore.report import asked_words
from fmcore.store import Store
from pages.shared import times
from pages.shared.audit import audit_marks
from pages.shared.words import _, plain


def draw(audit: Audit, store: Store) -> None:
    """Draw all of it as one list."""
    spec = audit.spec
    origin = store.origin(audit.id)
    none = "–"
    minimum = _("{rows} rows, {positives} positive, {negatives} negative")
    lines = asked_words.came_from(origin) | {
        _("Groups"): ", ".join(by.column for by in spec.groups) + (_(" and their combinations") if spec.intersections else ""),
        **asked_words.held_against(spec),
        **asked_words.told(spec.told, spec.favourable),
        _("Measures"): ", ".join(audit_marks.measure(name) for name in spec.asked),
        _("Favourable answer"): asked_words.hoped_for(audit),
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
    st.markdown(
        "\n".join(f"- {plain(title)}{'' if title.endswith('?') else ':'} **{plain(value, 200)}**" for title, value in lines.items())
    )
    if spec.source is not None:
        st.caption(_("The answers are those stored with the run; the fingerprint says whether they are still the same."))
    elif origin is None:
        st.caption(_("Where the table lay was not kept with this audit; the fingerprint says whether another holds the same answers."))
