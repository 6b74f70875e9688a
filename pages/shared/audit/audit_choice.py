"""What is looked at while exploring: one grouping, one measure, one answer, and a second column to cross with. Starts from the audit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from fmcore.audit.records import Audit, AuditSpec, GroupBy
from pages.shared import address
from pages.shared.audit import audit_ask, audit_groups, audit_marks, audit_sizes
from pages.shared.audit.audit_source import Source
from pages.shared.words import _

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers

USUAL, FEWEST, DRAWN = 1000, 200, 200_000
"""Resamples: as in an audit, the fewest, and how many groups times resamples are drawn without a wait."""


def choose(source: Source, audit: Audit) -> AuditSpec | None:
    """Draw the choices, starting from the audit's most serious question, and return what they ask; None until there is a column."""
    answers, asked, scope = source.answers, audit.spec, f"{source.key}{audit.id}"
    first = audit.verdicts[0] if audit.verdicts else None
    columns = {name: name for name in answers.groups}
    titles = {name: audit_marks.measure(name) for name in audit_ask.measures_of(answers)}
    labels = {label: label for label in answers.labels}
    by = first.by[0] if first is not None and first.by[0] in columns else None
    measure_first = first.measure if first is not None and first.measure in titles else "selection-rate"
    label_first = next((one.label for one in audit.verdicts if one.label in labels), asked.favourable)
    places = st.columns(4, vertical_alignment="bottom")
    with places[0]:
        column = address.select(_("Group by"), columns, "by", default=by, scope=scope)
    with places[1]:
        measure = address.select(_("Measure"), titles, "measure", default=measure_first, scope=scope, help=audit_marks.all_meanings(titles))
    with places[2]:
        default = label_first if label_first in labels else answers.labels[-1]
        label = address.select(_("Answer"), labels, "label", default=default, scope=scope)
    with places[3]:
        others = {name: name for name in columns if name != column and not audit_sizes.is_too_fine(answers, name)}
        second = address.select(_("Crossed with"), others, "crossing", scope=f"{scope}{column}", placeholder=_("nothing"))
    if column is None or measure is None:
        st.info(_("Choose a column to group by."), icon=":material/group:")
        return None
    groups = tuple(audit_groups.cut(source, name) for name in (column, second) if name)
    return AuditSpec(
        groups, favourable=label, measures=(measure,), intersections=second is not None, tolerance=asked.tolerance,
        minimum_rows=asked.minimum_rows, minimum_positives=asked.minimum_positives, minimum_negatives=asked.minimum_negatives,
        level=asked.level, correction="none", replicates=_replicates(answers, groups),
    )  # fmt: skip


def _replicates(answers: Answers, groups: Sequence[GroupBy]) -> int:
    """Return how many resamples answer at once: fewer for very many groups, where each is drawn for each."""
    n = math.prod(len(answers.column(by.column).values) if by.kind != "bins" else len(by.edges) or by.bins for by in groups)
    return min(USUAL, max(FEWEST, DRAWN // n))
