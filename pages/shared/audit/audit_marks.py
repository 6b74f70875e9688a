"""How the parts of an audit are called and marked wherever they are drawn: findings, measures, groups, questions."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from fmcore.audit import summary
from fmcore.audit.records import Audit, Finding, Group, Verdict
from fmcore.report.names import finding_title, measure_title, question_title, start
from pages.shared import amounts
from pages.shared.words import _, plain

MARKS = {
    Finding.FAIL: (":material/cancel:", "red"),
    Finding.UNCERTAIN: (":material/help:", "orange"),
    Finding.PASS: (":material/check_circle:", "green"),
}
"""Finding → icon and colour; the word stands beside, so that colour is never the only sign."""
ICON = {Finding.FAIL: "✕", Finding.UNCERTAIN: "?", Finding.PASS: "✓"}


def badge(finding: Finding) -> None:
    """Draw a finding as a mark: icon, word and colour."""
    icon, colour = MARKS[finding]
    st.badge(finding_title(finding), icon=icon, color=colour)


def meaning(measure: str) -> str:
    """Return in plain words what a measure asks of each group."""
    return {
        "selection-rate": _("How often each group gets the answer, rightly or not."),
        "tpr": _("Of those who should get the answer, how many do (true positive rate, recall)."),
        "fpr": _("Of those who should not get the answer, how many do all the same (false positive rate, false alarms)."),
        "fnr": _("Of those who should get the answer, how many don’t (false negative rate, misses)."),
        "tnr": _("Of those who should not get the answer, how many rightly don’t (true negative rate)."),
        "ppv": _("Where the answer is given, how often it is right (precision)."),
        "npv": _("Where the answer is not given, how often that is right (negative predictive value)."),
        "fdr": _("Where the answer is given, how often it is wrong (false discovery rate)."),
        "for": _("Where the answer is not given, how often that is wrong (false omission rate)."),
        "accuracy": _("How often the answer is right."),
        "f1": _("Precision and recall in one figure (F1)."),
        "auc": _("How well scores tell within the group who should get the answer (AUC; 0.5 is chance)."),
        "auc-bpsn": _("How well scores tell the group’s negatives from everybody else’s positives."),
        "auc-bnsp": _("How well scores tell the group’s positives from everybody else’s negatives."),
        "ece": _("How far scores are from being true probabilities (calibration error; 0 is perfect)."),
        "equalized-odds": _(
            "Whether of those who should get the answer, and of those who should not, as many do: the wider of the two gaps."
        ),
    }.get(measure, "")


def all_meanings(names: Iterable[str]) -> str:
    """Return the meaning of each measure as a list, for a help text."""
    return "\n".join(f"- **{measure(name)}**: {meaning(name)}" for name in names)


def measure(name: str) -> str:
    """Return a measure's name with a capital first letter."""
    return start(measure_title(name))


def group(one: Group) -> str:
    return " · ".join(one.values())


def question(one: Verdict) -> str:
    """Return a question in words, not escaped."""
    return question_title(one)


def question_id(one: Verdict) -> str:
    """Return a short name for a question that is the same in every audit that asks it."""
    import hashlib

    asked = (one.measure, one.label, one.by, sorted(one.within.items()), one.kind)
    asked += tuple(sorted(group.items()) for group in one.pair)  # nothing where any two groups are compared: links from before hold
    return hashlib.sha256(repr(asked).encode("utf-8", "backslashreplace")).hexdigest()[:8]


def tally(audit: Audit) -> str:
    """Return in one sentence how many questions passed, failed or can't be answered; Markdown."""
    return f"**{plain(summary.counted(audit))}**"


def points(share: float | None) -> str:
    """Return a gap in percentage points.

    Example:
        >>> points(0.2141), points(None)
        ('21.4', '–')
    """
    return amounts.number(None if share is None else 100 * share, 1)
