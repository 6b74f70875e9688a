"""What is accepted and what it takes to tell, set before anyone looks: tolerance, strata, smallest groups, confidence."""

from __future__ import annotations

from typing import TypedDict

import streamlit as st

from fmcore.audit.records import AuditSpec, GroupBy
from pages.shared import address, address_numbers
from pages.shared.audit import audit_reference, audit_sizes
from pages.shared.audit.audit_source import Source
from pages.shared.words import _, ngettext, plain

USUAL = AuditSpec(())
MANY = 20
"""Questions from which on most can't be answered with usual rows: the level of each is the shared one divided by so many."""
MOST_TOLD = 400
"""Questions from which on a person is told that they are too many to learn anything."""
LEVELS = {"0.9": "90 %", "0.95": "95 %", "0.99": "99 %"}


class Finer(TypedDict):
    minimum_rows: int
    minimum_positives: int
    minimum_negatives: int
    level: float
    correction: str
    replicates: int
    seed: int


def choose(source: Source, groups: tuple[GroupBy, ...]) -> tuple[float | None, str | None]:
    """Return the widest accepted gap, 0 to 1, None until the person says one; and the column whose values are compared apart."""
    left, right = st.columns(2, vertical_alignment="bottom")
    with left:
        points = address_numbers.unset(
            _("Accepted gap (points of 100)"), 0.0, 99.0, "tolerance", step=1.0, format="%g", placeholder=_("yours to choose, such as 5"),
            help=_("How far the worst-served group may lie behind the best-served one, set before you see a figure. 10: 60 % beside 70 %."),
        )  # fmt: skip
    taken = {by.column for by in groups}
    answers = source.answers
    columns = {name: name for name in answers.groups if name not in taken and not audit_sizes.is_too_fine(answers, name)}
    with right:
        control = address.select(
            _("Compare only within"), columns, "control", scope=source.key, placeholder=_("everybody together"),
            help=_("A column that explains a gap fairly, such as the region or the product: groups are compared within each value."),
        )  # fmt: skip
    return None if points is None else round(points / 100, 6), control


def finer() -> Finer:
    """Draw what experts may change and return it."""
    with st.expander(_("Smallest groups, confidence, seed"), icon=":material/tune:"):
        st.caption(_("A group below these is left out by name, never averaged in."))
        columns = st.columns(3, vertical_alignment="bottom")
        with columns[0]:
            rows = address_numbers.number(_("Rows"), 1, 100_000, "rows", default=USUAL.minimum_rows, step=1)
            level = address.segmented(_("Confidence"), LEVELS, "level", default="0.95")
        with columns[1]:
            positives = address_numbers.number(
                _("Rows that should get the answer"), 1, 100_000, "positives", default=USUAL.minimum_positives, step=1
            )
            replicates = address_numbers.number(_("Resamples"), 200, 20_000, "resamples", default=USUAL.replicates, step=100)
        with columns[2]:
            negatives = address_numbers.number(_("Rows that should not"), 1, 100_000, "negatives", default=USUAL.minimum_negatives, step=1)
            seed = address_numbers.number(_("Seed"), 0, 2**31 - 1, "seed", default=USUAL.seed, step=1)
        uncorrected = address.toggle(
            _("Don’t correct for many questions"),
            "uncorrected",
            help=_("Without Holm’s correction, chance alone fails some of many questions."),
        )
    return Finer(
        minimum_rows=int(rows), minimum_positives=int(positives), minimum_negatives=int(negatives), level=float(level),
        correction="none" if uncorrected else "holm", replicates=int(replicates), seed=int(seed),
    )  # fmt: skip


def told(source: Source, spec: AuditSpec) -> None:
    """Say how many questions this is, and where that or the tolerance leaves little to learn."""
    from fmcore.audit.measures import MEASURES, SAME

    labels = len(source.answers.labels) if spec.favourable is None else 1
    per_grouping = sum(
        1 if name in MEASURES and not MEASURES[name].per_label else labels for name in {SAME.get(name, name) for name in spec.asked}
    )
    strata = 1 if spec.control is None else min(len(source.answers.column(spec.control).values), 20)
    n = per_grouping * audit_reference.comparisons(source, spec) * strata
    text = ngettext("This asks {n} question.", "This asks {n} questions at once.", n).format(n=n)
    st.caption(text if n < 2 else text + " " + _("The more are asked, the more evidence each needs."))
    if n > MOST_TOLD:
        text = _("So many questions at once leave little hope of an answer. Choose fewer groups or measures.")
        st.warning(text, icon=":material/filter_alt:")
    elif n > MANY:
        text = _("Of so many, most will likely stay open. To ask fewer: {fewer}.")
        st.caption(":material/filter_alt: " + text.format(fewer=_fewer(spec)))
    if spec.tolerance == 0:
        st.caption(_("A tolerance of 0 can be failed but never passed: no data show that there is no gap at all."))


def _fewer(spec: AuditSpec) -> str:
    """Return the two ways to ask fewer questions that save most."""
    ways = {
        _("compare everybody together instead of within {column}").format(column=plain(spec.control or "", 40)): spec.control is not None,
        _("leave the combinations out"): spec.intersections,
        _("hold no group against a reference"): any(by.reference is not None for by in spec.groups),
        _("choose fewer measures"): len(spec.asked) > 1,
        _("choose fewer columns"): len(spec.groups) > 1,
    }
    return _(" or ").join([way for way, is_open in ways.items() if is_open][:2])
