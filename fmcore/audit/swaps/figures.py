"""How often answers change and how far scores move when only the person is another. Takes answered pairs, never asks for an answer.

Several swaps of one sentence are not independent: they become one figure per sentence, and sentences are what is counted. A verdict
compares one pair of groups with the tolerance; Holm's steps over the questions of a category keep the chance that any of them is wrong at
1 - level. Flips are rare, so theirs are decided by the exact binomial test and its interval (Clopper and Pearson); figures show Wilson's.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np
import pandas as pd

from fmcore.audit.answers import HOPED_FOR
from fmcore.audit.records import Finding, Group, Verdict
from fmcore.audit.swaps.records import FLIP_RATE, SCORE_DISTANCE, SCORE_MOVE, Moved, SwapAudit, SwapFigure, SwapLeftOut, SwapSpec
from fmcore.errors import DataError
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals, power
from fmcore.stats.paired import holm

BEFORE, AFTER = "before_p_", "after_p_"


def judge(answered: pd.DataFrame, labels: Sequence[str], spec: SwapSpec, *, notes: Sequence[Sentence] = ()) -> SwapAudit:
    """Return figures and verdicts of answered pairs: the columns of pairs, and ``before_p_<label>`` and ``after_p_<label>`` for each label.

    Raises:
        DataError: a column is missing, a score is no number, the favourable answer is no label, or there is no pair.
    """
    labels = tuple(labels)
    before, after = _checked(answered, labels)
    favourable, said = _favourable(labels, spec.favourable)
    work = answered[["item", "category", "from", "to"]].reset_index(drop=True)
    work["flip"] = (before.argmax(1) != after.argmax(1)).astype(float)
    moved = after - before
    work["move"] = moved[:, labels.index(favourable)] if favourable is not None else np.abs(moved).sum(1) / 2
    measure = SCORE_DISTANCE if favourable is None else SCORE_MOVE
    questions, left_out = _questions(work, spec, measure)
    categories = dict.fromkeys(question.category for question in questions)
    verdicts = [verdict for c in categories for verdict in _verdicts([one for one in questions if one.category == c], spec, favourable)]
    return SwapAudit(
        spec=replace(spec, favourable=favourable),
        labels=labels,
        pairs=len(work),
        sentences=int(work["item"].nunique()),
        figures=(*_of_categories(work, spec, measure, favourable), *(_figure(q, favourable) for q in questions)),
        verdicts=tuple(sorted(verdicts, key=_order)),
        by_category=_by_category(work, verdicts, left_out),
        left_out=tuple(left_out),
        worst=_worst(answered, work, labels, before, after, spec.worst),
        notes=(*notes, *said),
    )


def _checked(answered: pd.DataFrame, labels: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    needed = ["item", "before", "after", "category", "from", "to", *(p + label for p in (BEFORE, AFTER) for label in labels)]
    lacking = [name for name in needed if name not in answered.columns]
    if lacking:
        raise DataError("The answered pairs lack the column {column}.", column=lacking[0][:80])
    if answered.empty:
        raise DataError("There is no pair of texts: no text mentions exactly one group that can be swapped.")
    before, after = (answered[[p + label for label in labels]].to_numpy(float, na_value=np.nan) for p in (BEFORE, AFTER))
    bad = int((~np.isfinite(before) | ~np.isfinite(after)).any(axis=1).sum())
    if bad:
        raise DataError("{bad} of {rows} pairs have scores that are no finite numbers.", bad=bad, rows=len(answered))
    return before, after


def _favourable(labels: tuple[str, ...], chosen: str | None) -> tuple[str | None, tuple[Sentence, ...]]:
    if chosen is not None:
        if chosen not in labels:
            raise DataError("{label} is none of the answers. There are: {known}.", label=chosen[:80], known=", ".join(labels)[:400])
        return chosen, ()
    if len(labels) != 2:
        return None, (
            say("Nobody said which answer is favourable, so scores have no direction: the distance between all scores is shown."),
        )
    hoped = [label for label in labels if label.lower() in HOPED_FOR]
    if len(hoped) == 1:
        return hoped[0], ()
    return labels[-1], (say("Nobody said which answer is favourable; {label} was taken for it.", label=labels[-1]),)


@dataclass(frozen=True)
class _Question:
    """One measure over one pair of groups, by sentence."""

    measure: str
    category: str
    groups: tuple[Group, Group]
    estimate: Estimate
    deviation: float
    """Standard error; 0 where all sentences agree."""


def _questions(work: pd.DataFrame, spec: SwapSpec, measure: str) -> tuple[list[_Question], list[SwapLeftOut]]:
    found, left_out = [], []
    keys = ["category", "from", "to"]
    means = work.groupby([*keys, "item"], sort=False)[["flip", "move"]].mean().reset_index()
    flips, moved = means["flip"].to_numpy(), means["move"].to_numpy()
    for (category, one, other), rows in means.groupby(keys, sort=False).indices.items():
        groups: tuple[Group, Group] = ({str(category): str(one)}, {str(category): str(other)})
        n = len(rows)
        if n < spec.minimum_sentences:
            sentence = say(
                "{category}, {one} to {other}: {n} sentences, {minimum} are needed for a verdict.",
                category=str(category), one=str(one), other=str(other), n=n, minimum=spec.minimum_sentences,
            )  # fmt: skip
            left_out.append(SwapLeftOut(str(category), groups, n, sentence))
            continue
        rate, moves = _flip_rate(flips[rows], spec.level), moved[rows]
        share = rate.value or 0.0
        spread = math.sqrt(max(share * (1 - share), spec.tolerance * (1 - spec.tolerance)) / n)
        found.append(_Question(FLIP_RATE, str(category), groups, rate, spread))
        found.append(_Question(measure, str(category), groups, intervals.mean(moves, spec.level), float(moves.std(ddof=1)) / math.sqrt(n)))
    return found, left_out


def _flip_rate(shares: np.ndarray, level: float) -> Estimate:
    """Return how many sentences change their answer in at least half of their swaps: one yes or no per sentence, so Wilson holds."""
    return intervals.wilson(int((shares >= 0.5).sum()), len(shares), level)


def _of_categories(work: pd.DataFrame, spec: SwapSpec, measure: str, favourable: str | None) -> Iterator[SwapFigure]:
    """Yield of each category how many sentences flip in any of their swaps, and how far they move on average without regard to the side."""
    size = work.assign(move=work["move"].abs())
    for category, part in size.groupby("category", sort=False):
        by_sentence = part.groupby("item", sort=False).agg(flip=("flip", "max"), move=("move", "mean"))
        flips = intervals.wilson(int(by_sentence["flip"].sum()), len(by_sentence), spec.level)
        yield SwapFigure(FLIP_RATE, str(category), (), flips)
        yield SwapFigure(SCORE_DISTANCE, str(category), (), intervals.mean(by_sentence["move"].to_numpy(), spec.level), favourable)


def _figure(question: _Question, favourable: str | None) -> SwapFigure:
    label = favourable if question.measure == SCORE_MOVE else None
    return SwapFigure(question.measure, question.category, question.groups, question.estimate, label)


def _verdicts(questions: Sequence[_Question], spec: SwapSpec, favourable: str | None) -> list[Verdict]:
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


def _chance(question: _Question, tolerance: float) -> float:
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


def beyond(t: float, degrees: int) -> float:
    """Return the chance that Student's t of these degrees of freedom lies farther out than ``t`` on either side.

    Example:
        >>> round(beyond(2.0860, 20), 4), round(beyond(1.96, 10**6), 3)
        (0.05, 0.05)
    """
    nodes, weights = intervals.legendre(200)
    whole = math.exp(0.5 * math.log(math.pi) + math.lgamma(degrees / 2) - math.lgamma((degrees + 1) / 2)) / 2
    angle, far = math.atan(t / math.sqrt(degrees)), min(math.pi / 2, 40 / math.sqrt(degrees))
    if angle >= far:
        return 0.0
    half = (far - angle) / 2
    tail = half * float(weights @ np.cos(angle + half * (nodes + 1)) ** (degrees - 1))
    return min(1.0, tail / whole)


def at_least(flips: int, n: int, share: float) -> float:
    """Return the chance of so many flips or more in n sentences when this share of all flips.

    Example:
        >>> round(at_least(7, 32, 0.05), 5), at_least(0, 5, 0.5)
        (0.00066, 1.0)
    """
    if flips <= 0:
        return 1.0
    if flips > n or share <= 0:
        return 0.0
    if share >= 1:
        return 1.0
    count = np.arange(n + 1)
    factorials = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1)))])
    chances = np.exp(factorials[n] - factorials - factorials[::-1] + count * math.log(share) + (n - count) * math.log1p(-share))
    return min(1.0, float(chances[flips:].sum()))


def exact(flips: int, n: int, level: float) -> Estimate:
    """Return a share with the interval of Clopper and Pearson: every share that the exact test keeps. Biometrika 26 (1934).

    Example:
        >>> e = exact(0, 10, 0.95)
        >>> e.value, round(e.high, 4)
        (0.0, 0.3085)
    """
    tail = (1 - level) / 2

    def edge(count: int, chance: float) -> float:
        low, high = 0.0, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (middle, high) if at_least(count, n, middle) < chance else (low, middle)
        return (low + high) / 2

    low = 0.0 if flips == 0 else edge(flips, tail)
    high = 1.0 if flips == n else edge(flips + 1, 1 - tail)
    return Estimate(flips / n, low, high, level, n, "clopper-pearson")


def _verdict(question: _Question, is_decided: bool, step: float, spec: SwapSpec, favourable: str | None) -> Verdict:
    estimate, tolerance = question.estimate, spec.tolerance
    value = estimate.value or 0.0
    finding = Finding.UNCERTAIN if not is_decided else Finding.FAIL if abs(value) > tolerance else Finding.PASS
    if question.measure == FLIP_RATE:
        deciding = exact(round(value * estimate.n), estimate.n, 1 - step)
        reach = NormalDist().inv_cdf(1 - step / 2)
    else:
        reach = intervals.student(round(1 - step, 12), estimate.n - 1)
        deciding = replace(estimate, low=value - reach * question.deviation, high=value + reach * question.deviation, level=1 - step)
    needed = 0 if is_decided else power.rows_needed(abs(value), tolerance, estimate.n, question.deviation, alpha=step)
    if needed == 0 and not is_decided:
        needed = 1  # the approximation says that these rows should do; the exact test does not
    return Verdict(
        measure=question.measure,
        label=favourable if question.measure == SCORE_MOVE else None,
        by=(question.category,),
        verdict=finding,
        sentence=_sentence(question, finding, deciding, tolerance, favourable),
        tolerance=tolerance,
        gap=deciding,
        groups=question.groups,
        smallest_gap=power.smallest_gap(tolerance + reach * question.deviation, question.deviation),
        rows_needed=needed,
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


def _sentence(question: _Question, finding: Finding, deciding: Estimate, tolerance: float, favourable: str | None) -> Sentence:
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


def _order(verdict: Verdict) -> tuple[int, float]:
    return [Finding.FAIL, Finding.UNCERTAIN, Finding.PASS].index(verdict.verdict), -abs(verdict.gap.value or 0.0)


def _by_category(work: pd.DataFrame, verdicts: Sequence[Verdict], left_out: Sequence[SwapLeftOut]) -> dict[str, str]:
    found = {}
    for category in work["category"].astype(str).unique():
        findings = {verdict.verdict for verdict in verdicts if verdict.by == (category,)}
        is_whole = not any(one.category == category for one in left_out)
        if Finding.FAIL in findings:
            found[category] = Finding.FAIL.value
        else:
            found[category] = (Finding.PASS if findings == {Finding.PASS} and is_whole else Finding.UNCERTAIN).value
    return found


def _worst(
    answered: pd.DataFrame, work: pd.DataFrame, labels: tuple[str, ...], before: np.ndarray, after: np.ndarray, count: int
) -> tuple[Moved, ...]:
    order = np.argsort(-work["move"].abs().to_numpy(), kind="stable")
    order = order[~work["item"].iloc[order].duplicated().to_numpy()][:count].tolist()  # each sentence once, at its farthest
    return tuple(
        Moved(
            item=str(row["item"]), category=str(row["category"]),
            groups=({str(row["category"]): str(row["from"])}, {str(row["category"]): str(row["to"])}),
            before=str(row["before"]), after=str(row["after"]),
            answer_before=labels[int(before[place].argmax())], answer_after=labels[int(after[place].argmax())],
            move=float(work["move"].iloc[place]),
        )
        for place, row in ((place, answered.iloc[place]) for place in order)
    )  # fmt: skip
