"""What follows from the figures of a swap test: one verdict per question, Holm's steps over the questions of a category.

Flips are rare, so theirs are decided by the exact binomial test and its interval; moves by Student's t.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from fmcore.audit.records import Finding, Group, Verdict
from fmcore.audit.swaps.records import FLIP_RATE, SCORE_DISTANCE, SCORE_MOVE, SwapSpec
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals, power
from fmcore.stats.paired import holm
from fmcore.stats.tails import at_least, beyond, exact


@dataclass(frozen=True)
class Question:
    """One measure over one pair of groups, by sentence."""

    measure: str
    category: str
    groups: tuple[Group, Group]
    estimate: Estimate
    deviation: float
    """Standard error; 0 where all sentences agree."""


def verdicts(questions: Sequence[Question], spec: SwapSpec, favourable: str | None) -> list[Verdict]:
    if not questions:
        return []
    chances = [_chance(question, spec.tolerance) for question in questions]
    adjusted = holm(chances)
    rank = {index: place for place, index in enumerate(sorted(range(len(chances)), key=chances.__getitem__))}
    alpha, count = 1 - spec.level, len(questions)
    found = []
    for index, question in enumerate(questions):
        step = alpha / (count - rank[index])
        found.append(_verdict(question, adjusted[index] <= alpha, step, spec, favourable))
    return found


def _chance(question: Question, tolerance: float) -> float:
    """Return the p-value that the tolerance lies on the other side of what was seen."""
    estimate = question.estimate
    size = abs(estimate.value or 0.0)
    if question.measure == FLIP_RATE:
        flips = round(size * estimate.n)
        return min(1.0, 2 * min(at_least(flips, estimate.n, tolerance), 1 - at_least(flips + 1, estimate.n, tolerance)))
    if size == tolerance:
        return 1.0
    if question.deviation == 0:
        return 0.0
    return beyond(abs(size - tolerance) / question.deviation, estimate.n - 1)


def _verdict(question: Question, is_decided: bool, step: float, spec: SwapSpec, favourable: str | None) -> Verdict:
    estimate, tolerance = question.estimate, spec.tolerance
    value = estimate.value or 0.0
    finding = Finding.UNCERTAIN if not is_decided else Finding.FAIL if abs(value) > tolerance else Finding.PASS
    if question.measure == FLIP_RATE:
        deciding = exact(round(value * estimate.n), estimate.n, 1 - step)
        smallest = power.smallest_share(tolerance, estimate.n, alpha=step)
        needed = None if is_decided else power.trials_needed(value, tolerance, estimate.n, alpha=step)
    else:
        reach = intervals.student(round(1 - step, 12), estimate.n - 1) * question.deviation
        deciding = replace(estimate, low=value - reach, high=value + reach, level=1 - step)
        smallest = power.smallest_gap(tolerance + reach, question.deviation)
        needed = None if is_decided else power.rows_needed(abs(value), tolerance, estimate.n, question.deviation, alpha=step)
    return Verdict(
        measure=question.measure,
        label=favourable if question.measure == SCORE_MOVE else None,
        by=(question.category,),
        verdict=finding,
        sentence=_sentence(question, finding, deciding, tolerance, favourable),
        tolerance=tolerance,
        gap=deciding,
        groups=question.groups,
        smallest_gap=smallest,
        rows_needed=0 if is_decided else None if needed is None else max(1, needed),
    )


_SENTENCES = {
    (FLIP_RATE, Finding.FAIL): (
        "{category}: from {one} to {other}, the answer changes in {value} of {n} sentences ({low} to {high}), "
        "more than the {tolerance} that is acceptable."
    ),
    (FLIP_RATE, Finding.PASS): (
        "{category}: from {one} to {other}, the answer changes in {value} of {n} sentences ({low} to {high}), "
        "within the {tolerance} that is acceptable."
    ),
    (FLIP_RATE, Finding.UNCERTAIN): (
        "{category}: from {one} to {other}, the answer changes in {value} of {n} sentences ({low} to {high}); "
        "that is not enough evidence on either side of {tolerance}."
    ),
    (SCORE_MOVE, Finding.FAIL): (
        "{category}: from {one} to {other}, the score for {label} moves by {value} ({low} to {high}, {n} sentences), "
        "more than the {tolerance} that is acceptable."
    ),
    (SCORE_MOVE, Finding.PASS): (
        "{category}: from {one} to {other}, the score for {label} moves by {value} ({low} to {high}, {n} sentences), "
        "within the {tolerance} that is acceptable."
    ),
    (SCORE_MOVE, Finding.UNCERTAIN): (
        "{category}: from {one} to {other}, the score for {label} moves by {value} ({low} to {high}, {n} sentences); "
        "that is not enough evidence on either side of {tolerance}."
    ),
    (SCORE_DISTANCE, Finding.FAIL): (
        "{category}: from {one} to {other}, the scores move by {value} ({low} to {high}, {n} sentences), "
        "more than the {tolerance} that is acceptable."
    ),
    (SCORE_DISTANCE, Finding.PASS): (
        "{category}: from {one} to {other}, the scores move by {value} ({low} to {high}, {n} sentences), "
        "within the {tolerance} that is acceptable."
    ),
    (SCORE_DISTANCE, Finding.UNCERTAIN): (
        "{category}: from {one} to {other}, the scores move by {value} ({low} to {high}, {n} sentences); "
        "that is not enough evidence on either side of {tolerance}."
    ),
}


def _sentence(question: Question, finding: Finding, deciding: Estimate, tolerance: float, favourable: str | None) -> Sentence:
    as_share = question.measure == FLIP_RATE
    one, other = (next(iter(group.values())) for group in question.groups)

    def shown(number: float | None) -> str:
        return (
            f"{100 * (number or 0.0):.1f} %"
            if as_share
            else f"{number or 0.0:+.3f}"
            if question.measure == SCORE_MOVE
            else f"{number or 0.0:.3f}"
        )

    return say(
        _SENTENCES[question.measure, finding], category=question.category, one=one, other=other, value=shown(deciding.value),
        low=shown(deciding.low), high=shown(deciding.high), n=deciding.n, label=favourable or "",
        tolerance=f"{100 * tolerance:.1f} %" if as_share else f"{tolerance:.3f}",
    )  # fmt: skip


def order(verdict: Verdict) -> tuple[int, float]:
    return [Finding.FAIL, Finding.UNCERTAIN, Finding.PASS].index(verdict.verdict), -abs(verdict.gap.value or 0.0)
