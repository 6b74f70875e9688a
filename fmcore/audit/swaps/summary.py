"""What a swap test says in a few sentences: one for all of it, one per category. Puts figures into words; decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from fmcore.audit.records import Finding, Verdict
from fmcore.audit.swaps.records import SwapAudit
from fmcore.records import Sentence, say

ORDER = (Finding.FAIL, Finding.UNCERTAIN, Finding.PASS)


@dataclass(frozen=True)
class Answer:
    """What follows for one category."""

    category: str
    finding: Finding
    sentence: Sentence
    """Of the question that decides: the worst one."""
    counted: Sentence
    """How many questions fell which way."""


def answers(found: SwapAudit) -> tuple[Answer, ...]:
    """Return one answer per category, those that fail first."""
    made = [_answer(found, category, Finding(finding)) for category, finding in found.by_category.items()]
    return tuple(sorted(made, key=lambda one: ORDER.index(one.finding)))


def headline(found: SwapAudit) -> Sentence:
    """Return the whole test in one sentence."""
    by = {finding: ", ".join(c for c, f in found.by_category.items() if f == finding.value) for finding in ORDER}
    if by[Finding.FAIL]:
        return say(
            "When only the person in a sentence is another, answers or scores change by more than is acceptable: {fail}.",
            fail=by[Finding.FAIL],
        )
    if by[Finding.UNCERTAIN]:
        return say(
            "There is not enough evidence that answers stay the same when only the person in a sentence is another: {open}.",
            open=by[Finding.UNCERTAIN],
        )
    return say(
        "When only the person in a sentence is another, answers and scores stay within what is acceptable: {fine}.", fine=by[Finding.PASS]
    )


def _answer(found: SwapAudit, category: str, finding: Finding) -> Answer:
    verdicts = [one for one in found.verdicts if one.by == (category,)]
    left = sum(one.category == category for one in found.left_out)
    counts = {each: sum(one.verdict is each for one in verdicts) for each in ORDER}
    counted = say(
        "{asked} questions: {fail} fail, {open} have not enough evidence, {fine} pass. Pairs of groups with too few sentences: {left}.",
        asked=len(verdicts), fail=counts[Finding.FAIL], open=counts[Finding.UNCERTAIN], fine=counts[Finding.PASS], left=left,
    )  # fmt: skip
    return Answer(category, finding, _deciding(verdicts, category, finding, left, found.spec.minimum_sentences), counted)


def _deciding(verdicts: Sequence[Verdict], category: str, finding: Finding, left: int, minimum: int) -> Sentence:
    same = [one for one in verdicts if one.verdict is finding]
    if same:
        return same[0].sentence
    if verdicts:
        return say(
            "{category}: what could be compared is within the tolerance, but {left} pairs of groups had too few sentences.",
            category=category, left=left,
        )  # fmt: skip
    return say(
        "{category}: no pair of groups has the {minimum} different sentences that a verdict needs.", category=category, minimum=minimum
    )
