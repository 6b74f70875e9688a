"""Who has rows enough to be compared, and how it is said who has not. Knows how many; computes no figure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fmcore.audit.measures import Counts, Measure, title
from fmcore.audit.naming import found_within, named
from fmcore.audit.records import AuditSpec, Group, LeftOut
from fmcore.records import Sentence, say
from fmcore.stats.group_figures import F1


def has_enough(how: Measure, counts: Counts, spec: AuditSpec) -> np.ndarray:
    """Return which groups can be compared, (G,) bool."""
    return (getattr(counts, how.basis) >= minimum(how, spec)) & (how.whole(counts) > 0)


def minimum(how: Measure, spec: AuditSpec) -> int:
    """Return how many rows of the kind that a measure rests on a group must have."""
    return {
        "rows": spec.minimum_rows,
        "positives": spec.minimum_positives,
        "answered": spec.minimum_positives,
        "negatives": spec.minimum_negatives,
        "unanswered": spec.minimum_negatives,
    }[how.basis]


def left_out(groups: Sequence[Group], within: Group, measure: str, label: str | None, counts: Counts, enough: np.ndarray) -> list[LeftOut]:
    """Return the groups that are too small for a measure, each with the sentence that says so."""
    left = []
    for index in np.flatnonzero(~enough).tolist():
        rows, positives, negatives = (int(values[index]) for values in (counts.rows, counts.positives, counts.negatives))
        sentence = found_within(
            "{group} was left out of {measure}: too few rows to compare ({rows}, of them {positives} positive and {negatives} negative).",
            within, group=named(groups[index]), measure=title(measure), rows=rows, positives=positives, negatives=negatives,
        )  # fmt: skip
        if label is None:
            sentence = found_within("{group} was left out of {measure}: too few rows to compare ({rows}).", within,
                                    group=named(groups[index]), measure=title(measure), rows=rows)  # fmt: skip
            positives = negatives = 0
        left.append(LeftOut(groups[index], measure, label, rows, positives, negatives, sentence, within))
    return left


def too_few(groups: Sequence[Group], how: Measure, counts: Counts, label: str | None, spec: AuditSpec) -> Sentence:
    """Return what it takes to compare two groups, and what the largest ones have."""
    sizes = getattr(counts, how.basis).tolist()
    largest = sorted(zip(sizes, groups, strict=True), key=lambda pair: -pair[0])[:5]
    seen = ", ".join(f"{named(group)} ({size})" for size, group in largest)
    what = {
        "rows": say("Need two groups of {least} rows or more to compare; found {seen}.", least=minimum(how, spec), seen=seen),
        "positives": say("Need two groups with {least} or more rows whose target is {label}; found {seen}.",
                         least=minimum(how, spec), label=label or "", seen=seen),
        "negatives": say("Need two groups with {least} or more rows whose target is another than {label}; found {seen}.",
                         least=minimum(how, spec), label=label or "", seen=seen),
        "answered": say("Need two groups with {least} or more rows answered with {label}; found {seen}.",
                        least=minimum(how, spec), label=label or "", seen=seen),
        "unanswered": say("Need two groups with {least} or more rows answered with another than {label}; found {seen}.",
                          least=minimum(how, spec), label=label or "", seen=seen),
    }  # fmt: skip
    return what[how.basis]


def lacks(how: Measure, label: str | None) -> Sentence:
    """Return why a group has no figure at all."""
    lacking = {
        "rows": "The group has no rows.",
        "positives": "The group has no rows whose target is {label}.",
        "negatives": "The group has no rows whose target is another than {label}.",
        "answered": "The group has no rows answered with {label}.",
        "unanswered": "The group has no rows answered with another than {label}.",
    }
    if how.kind == F1:
        return say("The group has no rows whose target or answer is {label}.", label=label or "")
    return Sentence(lacking[how.basis], {} if how.basis == "rows" else {"label": label or ""})
