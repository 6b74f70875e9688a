"""A verdict in plain words: what was seen in two groups, what follows and how sure it is, who was left out. Decides nothing."""

from __future__ import annotations

from dataclasses import replace

from fmcore.audit.gaps import Question, extremes
from fmcore.audit.measures import title
from fmcore.audit.naming import found_within, named, seen_within
from fmcore.audit.records import Finding, Gap
from fmcore.records import Sentence, say

PASSES = (
    "Pass: the widest gap in {measure}, between {worst} and {best}, is {gap} points and, allowing for chance, none is wider than {high}; "
    "{limit} were accepted beforehand."
)
PASSES_PAIR = (
    "Pass: the gap in {measure} between {worst} and {best} is {gap} points and, allowing for chance, at most {high}; {limit} were accepted "
    "beforehand."
)
FAILS = (
    "Fail: the gap in {measure} between {worst} and {best} is {gap} points and, allowing for chance, at least {low}; "
    "only {limit} were accepted beforehand."
)
UNCLEAR = (
    "Not enough evidence: the gap in {measure} between {worst} and {best} is {gap} points but, allowing for chance, could be anything "
    "from {low} to {high}, and {limit} were accepted. With rows like these, only a true gap of {smallest} points or more would "
    "reliably be found too wide; if the gap is as wide as it looks, about {needed} more rows of the same mix would settle it."
)
NEAR = (
    "Not enough evidence: the gap in {measure} between {worst} and {best} is {gap} points but, allowing for chance, could be anything "
    "from {low} to {high}. With rows like these, only a true gap of {smallest} points or more would reliably be found too wide; this one "
    "lies so near to the {limit} that were accepted that more rows would hardly settle it."
)
RATIO = {
    Finding.PASS: (
        "Pass: {worst} gets the answer {gap} % as often as {best} and, allowing for chance, at least {low} %; the four-fifths line is "
        "{limit} %."
    ),
    Finding.FAIL: (
        "Fail: {worst} gets the answer {gap} % as often as {best} and, allowing for chance, at most {high} %; the four-fifths line is "
        "{limit} %."
    ),
    Finding.UNCERTAIN: (
        "Not enough evidence: {worst} gets the answer {gap} % as often as {best} but, allowing for chance, it could be anything from "
        "{low} to {high} %; the four-fifths line is {limit} %."
    ),
}
FACTS = {
    "selection-rate": "The answer is {label} for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "tpr": "Among those who are truly {label}, the answer says so for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "fpr": "Among those who are truly not {label}, the answer says {label} for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "fnr": "Among those who are truly {label}, the answer misses it for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "tnr": "Among those who are truly not {label}, the answer says so for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "ppv": "Where the answer is {label}, it is right for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "npv": "Where the answer is another than {label}, that is right for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "fdr": "Where the answer is {label}, it is wrong for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "for": "Where the answer is another than {label}, that is wrong for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "accuracy": "The answer is right for {of_worst} % of {worst} and for {of_best} % of {best}.",
    "f1": "The F1 of {label} is {of_worst} % for {worst} and {of_best} % for {best}.",
    "auc": "Scores put {label} above the others in {of_worst} % of pairs from {worst} and in {of_best} % of pairs from {best}.",
    "auc-bpsn": "Scores put {label} from elsewhere above the others of {worst} in {of_worst} % of pairs, of {best} in {of_best} %.",
    "auc-bnsp": "Scores put {label} of {worst} above the others from elsewhere in {of_worst} % of pairs, of {best} in {of_best} %.",
    "ece": "The score for {label} is off by {of_worst} points for {worst} and by {of_best} points for {best}, on average.",
}
"""Measure id → what it means for two groups, for people who never heard its name."""
NARROWER = {
    "tpr": (
        "The other of its two gaps is {gap} points: among those who are truly {label}, the answer says so for {of_worst} % of {worst} "
        "and for {of_best} % of {best}."
    ),
    "fpr": (
        "The other of its two gaps is {gap} points: among those who are truly not {label}, the answer says {label} for {of_worst} % of "
        "{worst} and for {of_best} % of {best}."
    ),
}
"""The part of equalized odds whose gap is not the wider one → what was seen there."""


def sentence(found: Gap, finding: Finding, limit: float, smallest: float | None, needed: int | None) -> Sentence:
    """Return what follows from a gap that was held against a limit: the smallest gap that would have shown, the rows it would take."""
    estimate = found.estimate
    worst, best = (named(group) for group in found.groups)
    values = {
        "measure": title(found.measure), "worst": worst, "best": best, "gap": _points(estimate.value), "low": _points(estimate.low),
        "high": _points(estimate.high), "limit": _points(limit),
    }  # fmt: skip
    if found.kind == "ratio":
        return found_within(RATIO[finding], found.within, **values)
    if finding is not Finding.UNCERTAIN:
        passes = PASSES_PAIR if found.pair else PASSES
        return found_within(passes if finding is Finding.PASS else FAILS, found.within, **values)
    values["smallest"] = _points(smallest)
    if needed is None:
        return found_within(NEAR, found.within, **values)
    return found_within(UNCLEAR, found.within, **values, needed=rough(needed))


def lacking(asked: Question, reason: Sentence) -> Sentence:
    """Return that there is nothing to compare, and why."""
    if not asked.pair:
        return found_within("Not enough evidence about {measure}: {reason}", asked.within, measure=title(asked.measure), reason=str(reason))
    group, reference = map(named, asked.pair)
    return found_within(
        "Not enough evidence about {measure} of {group} beside {reference}: {reason}", asked.within,
        measure=title(asked.measure), group=group, reference=reference, reason=str(reason),
    )  # fmt: skip


def fact(asked: Question, kind: str) -> Sentence | None:
    """Return what was seen in the two groups that are furthest apart; None where there is nothing to compare."""
    value, part, worst, best = extremes(asked, kind)
    if value is None:
        return None
    return seen_within(FACTS[asked.parts[part]], asked.within, **_seen(asked, part, worst, best))


def narrower(asked: Question) -> Sentence | None:
    """Return what was seen in the narrower of the two gaps of equalized odds; None of other measures."""
    if len(asked.parts) != 2:
        return None
    part = 1 - extremes(asked)[1]
    value, _, worst, best = extremes(replace(asked, parts=asked.parts[part : part + 1], seen=asked.seen[part : part + 1]))
    return Sentence(NARROWER[asked.parts[part]], {"gap": _points(value), **_seen(asked, part, worst, best)})


def _seen(asked: Question, part: int, worst: int, best: int) -> dict[str, str]:
    rates = asked.seen[part]
    return {
        "label": asked.label or "", "worst": named(asked.groups[worst]), "best": named(asked.groups[best]),
        "of_worst": _points(float(rates[worst])), "of_best": _points(float(rates[best])),
    }  # fmt: skip


def caveat(left: list[str]) -> Sentence | None:
    """Return which groups were left out, by name; None where none was."""
    if not left:
        return None
    names = ", ".join(left[:20]) + (" …" if len(left) > 20 else "")
    return say("Left out because they are too small: {groups}.", groups=names)


def rough(count: int) -> str:
    """Return a number to two digits: a forecast knows no more.

    Example:
        >>> rough(1_388_542), rough(143), rough(7)
        ('1,400,000', '140', '7')
    """
    return f"{round(count, 2 - len(str(count))) if count > 99 else count:,}"


def _points(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f}"
