"""What is asked, put down before anyone looks: which answer, which measures and why, how wide a gap is accepted; and the button."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit.records import Audit, AuditSpec, GroupBy
from fmcore.store import Store
from pages.shared import address, seal, state
from pages.shared.audit import audit_guess, audit_guide, audit_limits
from pages.shared.audit.audit_source import HOW, Source
from pages.shared.guard import guard
from pages.shared.words import _

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers


def choose(source: Source, groups: tuple[GroupBy, ...], crossed: bool) -> tuple[AuditSpec, bool]:
    """Draw the choice and return what it asks, without measures while the guide's questions are open; and whether a gap was accepted."""
    ways = {"guide": _("Guide me"), "expert": _("I choose the measures")}
    way = address.segmented(_("How to choose"), ways, "way", default="guide", label_visibility="collapsed")
    label, told = _label(source, way), None
    if way == "guide":
        has_probabilities = bool(source.answers.scores) and source.answers.are_probabilities
        measures, told = audit_guide.ask(label, has_probabilities=has_probabilities, needs_label=len(source.answers.labels) <= 2)
    else:
        measures = audit_guide.experts(measures_of(source.answers))
    tolerance, control = audit_limits.choose(source, groups)
    accepted = audit_limits.USUAL.tolerance if tolerance is None else tolerance
    spec = AuditSpec(
        groups, favourable=label, measures=measures, intersections=crossed, tolerance=accepted, control=control, told=told,
        **audit_limits.finer(),
    )  # fmt: skip
    return spec, tolerance is not None


def _label(source: Source, way: str) -> str | None:
    labels = source.answers.labels
    likely = audit_guess.likely(labels)
    help = _("The answer people hope for: approved, refunded, not flagged. What is compared is how groups fare with it.")
    chosen = address.select(
        _("Which answer do people hope for?") if way == "guide" else _("Answer that counts as positive"),
        {label: label for label in labels},
        "favourable",
        default=likely,
        scope=source.key,
        placeholder=_("choose the favourable answer") if len(labels) <= 2 else _("none in particular: each answer in turn"),
        help=help,
        width=420,
    )
    if chosen is not None and chosen == likely:
        audit_guess.filled_in(labels, chosen)
    return chosen


def measures_of(answers: Answers) -> tuple[str, ...]:
    """Return the measures that these answers allow."""
    from fmcore.audit.measures import EQUALIZED_ODDS, MEASURES, SCORED

    scored = (name for name in SCORED if answers.scores and (name != "ece" or answers.are_probabilities))
    return (*MEASURES, EQUALIZED_ODDS, *scored)


def button(source: Source, spec: AuditSpec, store: Store, *, ready: bool, accepted: bool) -> None:
    """Draw the button that makes the audit, stores it and opens it; disabled with the reason while something is lacking."""
    lacking = _lacking(source, spec, ready, accepted)
    if lacking:
        st.caption(":material/pending: " + " ".join(lacking))
    else:
        audit_limits.told(source, spec)
    if source.split == "test":
        st.caption(":material/lock: " + _("Making the audit opens the test split; that is recorded with your name and the time."))
    if st.button(_("Make the audit"), type="primary", icon=":material/balance:", key="make-audit", disabled=bool(lacking)):
        with guard(), st.spinner(_("Counting…")):
            st.query_params["audit"] = make(source, spec, store).id
            st.rerun()


def make(source: Source, spec: AuditSpec, store: Store) -> Audit:
    """Return the stored audit; one of the test split counts as a look."""
    from fmcore.pipeline import audit

    if source.run is not None:
        spec = replace(spec, source=source.run.id, split=source.split)
        if source.split == "test":
            store.look(source.run.id, who=state.who(), how=HOW)
            seal.count_as_opened(source.run.id)
    return audit.keep(source.answers, spec, origin=source.origin, who=state.who())


def _lacking(source: Source, spec: AuditSpec, ready: bool, accepted: bool) -> list[str]:
    said = []
    if not spec.groups:
        said.append(_("Choose whom to compare."))
    elif not ready:
        said.append(_("These groups can’t be compared."))
    if spec.favourable is None and len(source.answers.labels) <= 2:
        said.append(_("Say which answer people hope for."))
    if not spec.measures:
        said.append(_("Say what matters, or choose a measure."))
    if not accepted:
        said.append(_("Say how wide a gap you accept."))
    return said
