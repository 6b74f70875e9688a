"""Pass, fail, or not enough evidence: each question's gap against a tolerance that was set before anyone looked.

A question fails only when its interval lies wholly beyond the tolerance, and passes only when it lies wholly inside. The intervals are
made wider for the number of questions by Holm's procedure (S. Holm, Scandinavian Journal of Statistics 6 (1979), in its sequential form):
all are decided at the level shared by all, what is decided makes room for the rest, until nothing changes. So the chance that data without
a gap beyond the tolerance fails any of its questions is at most 1 - level.

What is only a part of a question is judged after it and costs nothing more: a true positive rate fails when equalized odds fail and its own
gap, at the same level, lies beyond the tolerance (the closed procedure of R. Marcus, E. Peritz, K. R. Gabriel, Biometrika 63 (1976)).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import TypeVar

import numpy as np

from fmcore.audit import verdict_words as in_words
from fmcore.audit.gaps import METHOD, Question, extremes, gap, stack
from fmcore.audit.measures import FOLLOWS, PARTS, SAME, title
from fmcore.audit.naming import named
from fmcore.audit.records import AuditSpec, Finding, LeftOut, Part, Verdict
from fmcore.records import say
from fmcore.stats import shown
from fmcore.stats.group_figures import Figures
from fmcore.stats.intervals import none
from fmcore.stats.widest import kept, widest
from fmcore.stats.widest_upper import upper

FOUR_FIFTHS = 0.8
Found = TypeVar("Found", bound=Verdict)


@dataclass
class _Case:
    """One question on its way to a verdict."""

    asked: Question
    figures: Figures
    alpha: float = 0.05
    low: float = 0.0
    high: float = 1.0
    finding: Finding = Finding.UNCERTAIN
    smallest: float | None = None
    """The smallest true gap that would have failed; of differences."""
    times: float | None = None
    """How many times the rows would settle what is not decided; None where no number would."""


def judged(questions: Sequence[Question], spec: AuditSpec) -> list[Question]:
    """Return those that are asked: of the measures in ``spec.asked``, of all where it names none.

    A part of such a measure steps in where the whole has nothing to compare: of equalized odds a true positive rate, where there are
    too few negatives.
    """
    lacking = {_place(one, part) for one in questions if one.lacking and spec.judged for part in PARTS.get(one.measure, ())}
    if not spec.asked:
        return list(questions)
    return [one for one in questions if one.measure in spec.asked or (one.lacking is None and _place(one, one.measure) in lacking)]


def _place(asked: Question | Verdict, measure: str) -> tuple:
    return measure, asked.label, asked.by, tuple(asked.within.items()), tuple(tuple(group.items()) for group in asked.pair)


def verdicts(questions: Sequence[Question], left_out: Sequence[LeftOut], spec: AuditSpec) -> tuple[tuple[Verdict, ...], tuple[Part, ...]]:
    """Return the verdicts on differences, failures first, then the widest gap: of what is asked, and of the parts that hang on it."""
    asked = judged(questions, spec)
    chosen = set(asked)
    cases = _cases(asked, spec, limit=spec.tolerance, is_ratio=False)
    whole = {_place(case.asked, case.asked.measure): case for case in cases.values()}
    hanging = [
        (one, whole[_place(one, FOLLOWS[one.measure])])
        for one in questions
        if one not in chosen and one.lacking is None and one.measure in FOLLOWS and _place(one, FOLLOWS[one.measure]) in whole
    ]
    parts = _follow(hanging, limit=spec.tolerance)
    return (
        _ordered(_said_all(asked, cases, left_out, spec, limit=spec.tolerance, is_ratio=False)),
        _ordered(_part_of(_said(case, spec.tolerance, _names(left_out, case.asked))) for case in parts),
    )


def four_fifths(questions: Sequence[Question], left_out: Sequence[LeftOut], spec: AuditSpec) -> tuple[Verdict, ...]:
    """Return the verdict on disparate impact: the ratio of selection rates against four fifths.

    U.S. Equal Employment Opportunity Commission, Uniform Guidelines on Employee Selection Procedures, 29 CFR 1607.4 D (1978).
    """
    rates = [asked for asked in judged(questions, spec) if asked.measure == "selection-rate"]
    cases = _cases(rates, spec, limit=FOUR_FIFTHS, is_ratio=True)
    return _ordered(_said_all(rates, cases, left_out, spec, limit=FOUR_FIFTHS, is_ratio=True))


def _cases(questions: Sequence[Question], spec: AuditSpec, *, limit: float, is_ratio: bool) -> dict[int, _Case]:
    """Return the decided case of each question that has something to compare, by its place."""
    cases = {
        index: _Case(questions[index], replace(figures, is_ratio=is_ratio))
        for index, figures in _apart(questions)
        if not (is_ratio and extremes(questions[index], "ratio")[0] is None)
    }
    _holm(list(cases.values()), spec, limit=limit)
    return cases


def _follow(hanging: Sequence[tuple[Question, _Case]], *, limit: float) -> list[_Case]:
    """Return the decided case of each part, at the level of the whole that it hangs on."""
    wholes = [whole for _, whole in hanging]
    cases = {index: _Case(hanging[index][0], figures, wholes[index].alpha) for index, figures in _apart([one for one, _ in hanging])}
    for stacked in _batches(cases.values()):
        _decide(stacked, limit)
    for index, case in cases.items():
        if case.finding is Finding.FAIL and wholes[index].finding is not Finding.FAIL:
            case.finding = Finding.UNCERTAIN
    _spread(cases.values(), limit)
    _forecast(cases.values(), limit)
    return [cases[index] for index in range(len(hanging))]


def _apart(questions: Sequence[Question]) -> Iterator[tuple[int, Figures]]:
    """Yield the place of each question that has something to compare, and its figures."""
    for indices, stacked in stack(questions):
        yield from ((index, stacked[place : place + 1]) for place, index in enumerate(indices))


def _said_all(
    questions: Sequence[Question], cases: dict[int, _Case], left_out: Sequence[LeftOut], spec: AuditSpec, *, limit: float,
    is_ratio: bool,
) -> Iterable[Verdict]:  # fmt: skip
    for index, asked in enumerate(questions):
        left = _names(left_out, asked)
        yield _said(cases[index], limit, left) if index in cases else _unsaid(asked, limit, left, spec, is_ratio=is_ratio)


def _holm(cases: list[_Case], spec: AuditSpec, *, limit: float) -> None:
    """Decide the cases, those that are clear first; each keeps the level at which it was decided."""
    open_cases = cases
    while open_cases:
        share = 1 - spec.level if spec.correction == "none" else (1 - spec.level) / count(case.asked for case in open_cases)
        for case in open_cases:
            case.alpha = share
        for stacked in _batches(open_cases):
            _decide(stacked, limit)
        still = [case for case in open_cases if case.finding is Finding.UNCERTAIN]
        if len(still) == len(open_cases) or spec.correction == "none":
            break
        open_cases = still
    _spread(cases, limit)
    if cases and not cases[0].figures.is_ratio:
        _forecast(cases, limit)


def _part_of(found: Verdict) -> Part:
    return Part(**{field.name: getattr(found, field.name) for field in fields(found)}, follows=FOLLOWS[found.measure])


def _spread(cases: Iterable[_Case], limit: float) -> None:
    """Give each case the interval of its level."""
    for stacked in _batches(cases):
        alpha = np.array([case.alpha for case in stacked])
        _, low, high = widest(_joined(stacked), alpha)
        for case, at_least, at_most in zip(stacked, low.tolist(), high.tolist(), strict=True):
            case.low, case.high = _agreeing(case, at_least, at_most, limit)


def _forecast(cases: Iterable[_Case], limit: float) -> None:
    """Give each case what it could have shown, and where it is not decided, how many rows would settle it."""
    for stacked in _batches(cases):
        smallest = shown.smallest_gap(_joined(stacked), limit, np.array([case.alpha for case in stacked]))
        for case, found in zip(stacked, smallest.tolist(), strict=True):
            case.smallest = found
    for stacked in _batches(case for case in cases if case.finding is Finding.UNCERTAIN):
        times = shown.times_needed(_joined(stacked), limit, np.array([case.alpha for case in stacked]))
        for case, found in zip(stacked, times.tolist(), strict=True):
            case.times = found if math.isfinite(found) else None


def _agreeing(case: _Case, low: float, high: float, limit: float) -> tuple[float, float]:
    """Return the interval, its end held on the side of the limit that the test found: the search for it stops short of exact."""
    ratio = case.figures.is_ratio
    if case.finding is Finding.FAIL:
        return (low, min(high, limit)) if ratio else (max(low, limit), high)
    if case.finding is Finding.UNCERTAIN:
        return (low, max(high, limit)) if ratio and low < limit else (min(low, limit), high) if not ratio and high > limit else (low, high)
    return low, high


def _decide(cases: list[_Case], limit: float) -> None:
    figures = _joined(cases)
    shares = np.array([case.alpha for case in cases])
    high = upper(figures, shares)
    line = -float(np.log(limit)) if figures.is_ratio and limit > 0 else limit
    beyond = ~kept(figures, np.full(len(cases), line), shares, high) & (figures.gap > line)
    for case, fails, most in zip(cases, beyond.tolist(), high.tolist(), strict=True):
        case.finding = Finding.FAIL if fails else Finding.PASS if most <= line else Finding.UNCERTAIN


def _batches(cases: Iterable[_Case]) -> Iterable[list[_Case]]:
    shapes: dict[tuple, list[_Case]] = {}
    for case in cases:
        shapes.setdefault((case.figures.value.shape, case.figures.spread is None), []).append(case)
    return shapes.values()


def _joined(cases: list[_Case]) -> Figures:
    if len(cases) == 1:
        return cases[0].figures
    parts = [case.figures for case in cases]
    value, n, errors, kind = (np.concatenate([getattr(part, name) for part in parts]) for name in ("value", "n", "errors", "kind"))
    spread = None if parts[0].spread is None else np.concatenate([part.spread for part in parts])
    return Figures(value, n, errors, kind, spread, parts[0].is_ratio)


def count(questions: Iterable[Question | Verdict]) -> int:
    """Return how many different questions these are; a false negative rate's gap is the true positive rate's."""
    return max(1, len({_place(one, SAME.get(one.measure, one.measure)) for one in questions}))


def _names(left_out: Sequence[LeftOut], asked: Question) -> list[str]:
    if asked.pair:
        return []  # of two groups none is left out of a comparison: it says that there is none
    here = (asked.measure, asked.label, asked.by, dict(asked.within))
    return [named(left.group) for left in left_out if (left.measure, left.label, tuple(left.group), dict(left.within)) == here]


def _said(case: _Case, limit: float, left: list[str]) -> Verdict:
    asked, ratio = case.asked, case.figures.is_ratio
    found = gap(asked, "ratio" if ratio else "difference", case.low, case.high, 1 - case.alpha)
    estimate = found.estimate
    assert estimate.value is not None
    needed = None if ratio else _needed(case)
    said = in_words.sentence(found, case.finding, limit, case.smallest, needed)
    return Verdict(
        asked.measure, asked.label, asked.by, case.finding, said, limit, estimate,
        found.groups, asked.within, found.kind, case.smallest, needed, in_words.fact(asked, found.kind), in_words.caveat(left),
        None if ratio else in_words.narrower(asked), asked.pair,
    )  # fmt: skip


def _needed(case: _Case) -> int | None:
    """Return how many rows more would settle it: 0 where it is settled, None where no number would."""
    if case.finding is not Finding.UNCERTAIN:
        return 0
    return None if case.times is None else max(1, math.ceil(case.asked.rows * (case.times - 1)))


def _unsaid(asked: Question, limit: float, left: list[str], spec: AuditSpec, *, is_ratio: bool) -> Verdict:
    kind = "ratio" if is_ratio else "difference"
    reason = asked.lacking or say("The {measure} is 0 in every group, so there is no ratio.", measure=title(asked.measure))
    sentence = in_words.lacking(asked, reason)
    estimate = none(reason, n=asked.items, level=spec.level, method=METHOD)
    return Verdict(
        asked.measure,
        asked.label,
        asked.by,
        Finding.UNCERTAIN,
        sentence,
        limit,
        estimate,
        (),
        asked.within,
        kind,
        caveat=in_words.caveat(left),
        pair=asked.pair,
    )


def _ordered(found: Iterable[Found]) -> tuple[Found, ...]:
    rank = {Finding.FAIL: 0, Finding.UNCERTAIN: 1, Finding.PASS: 2}

    def key(verdict: Verdict) -> tuple[int, float]:
        value = verdict.gap.value
        width = -1.0 if value is None else 1 - value if verdict.kind == "ratio" else value
        return rank[verdict.verdict], -width

    return tuple(sorted(found, key=key))
