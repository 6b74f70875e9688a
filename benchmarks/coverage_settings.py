"""What :mod:`benchmarks.coverage` simulates: worlds whose truth is known, and for each how one sample from it is judged."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd

from benchmarks.coverage_samples import wrong_fails
from fmcore.audit import gaps, verdict
from fmcore.audit.measures import MEASURES
from fmcore.audit.records import AuditSpec, Finding, GroupBy
from fmcore.data.samples import SAMPLES
from fmcore.evaluation.compare import compare
from fmcore.evaluation.report import evaluate
from fmcore.records import Estimate
from fmcore.stats import intervals, scores
from fmcore.stats.metrics import METRICS, PER_CLASS

Outcome = Mapping[str, tuple[int, ...]]
"""Title → counts. Of an interval: held, truth below it, truth above it, no value. Of a verdict: wrong, right or open."""
SPEC = AuditSpec((GroupBy("group"),))


@dataclass(frozen=True)
class Setting:
    """One world."""

    family: str
    name: str
    sample: Callable[[int], Outcome]
    """Seed → what one sample shows."""
    kind: str = "coverage"
    """``coverage`` of intervals, or ``errors`` of verdicts."""
    cost: float = 1.0
    """How much slower than the others a sample is: that many times fewer are drawn."""


def settings() -> Iterator[Setting]:
    """Yield every world, the quick ones first."""
    yield from _proportions()
    yield from _evaluations()
    yield from _areas()
    yield from _pairs()
    yield from _gaps()
    yield from _verdicts()
    yield from _samples()


def _samples() -> Iterator[Setting]:
    for name in SAMPLES:
        yield Setting("samples", name, functools.partial(wrong_fails, name=name), "errors", 8)


def held(estimate: Estimate, truth: float) -> tuple[int, ...]:
    if estimate.low is None or estimate.high is None:
        return (0, 0, 0, 1)
    below, above = truth < estimate.low - 1e-12, truth > estimate.high + 1e-12
    return (int(not below and not above), int(below), int(above), 0)


def _proportions() -> Iterator[Setting]:
    for n, share in itertools.product((100, 400, 1000), (0.5, 0.2, 0.05)):
        name = f"n {n}, p {share:g}"
        yield Setting("proportion", name, functools.partial(_proportion, name=f"proportion, {name}", n=n, share=share))


def _proportion(seed: int, *, name: str, n: int, share: float) -> Outcome:
    return {name: held(intervals.wilson(int(np.random.default_rng(seed).binomial(n, share)), n), share)}


WORLDS = {
    "2 labels": np.array([[0.42, 0.08], [0.05, 0.45]]),
    "2 labels, 1 rare": np.array([[0.80, 0.06], [0.04, 0.10]]),
    "4 labels": np.array([[0.30, 0.02, 0.02, 0.01], [0.03, 0.25, 0.02, 0.02], [0.02, 0.03, 0.14, 0.01], [0.01, 0.02, 0.02, 0.08]]),
}
"""Chances of (target, answer)."""
AVERAGES = ("accuracy", "balanced-accuracy", "macro-precision", "macro-f1", "weighted-f1", "mcc", "kappa")


def _evaluations() -> Iterator[Setting]:
    for (world, table), n in itertools.product(WORLDS.items(), (200, 1000)):
        yield Setting("evaluation", f"{world}, n {n}", functools.partial(_evaluation, name=f"{world}, n {n}", table=table, n=n))


def _evaluation(seed: int, *, name: str, table: np.ndarray, n: int) -> Outcome:
    labels = [str(k) for k in range(len(table))]
    drawn = np.random.default_rng(seed).multinomial(n, table.ravel() / table.sum())
    cells = np.repeat(np.arange(table.size), drawn)
    text = np.array(labels, object)
    frame = pd.DataFrame({"target": text[cells // len(table)], "answer": text[cells % len(table)], "loss": 0.0})
    found = evaluate(frame, labels, "test", seed=seed)
    whole = {m.name: m.estimate for m in found.metrics}
    last = {m.name: m.estimate for m in found.per_class if m.label == labels[-1]}
    of_all = {f"{kind}, {name}": held(whole[kind], float(METRICS[kind](table))) for kind in AVERAGES}
    return of_all | {
        f"{kind} of a label, {name}": held(last[kind], float(PER_CLASS[kind](table)[-1])) for kind in ("precision", "recall", "f1")
    }


def _areas() -> Iterator[Setting]:
    for n, share, apart in ((200, 0.5, 1.5), (1000, 0.1, 1.5), (500, 0.3, 0.5)):
        name = f"n {n}, {share:.0%} positive, {apart:g} apart"
        yield Setting("areas", name, functools.partial(_area, name=name, n=n, share=share, apart=apart))


def _area(seed: int, *, name: str, n: int, share: float, apart: float) -> Outcome:
    """Scores are normal around 0 and ``apart``, turned into the probabilities that are right: a calibrated model."""
    rng = np.random.default_rng(seed)
    positive = rng.random(n) < share
    x = rng.normal(0, 1, n) + apart * positive
    given = 1 / (1 + np.exp(-(math.log(share / (1 - share)) + apart * x - apart**2 / 2)))
    both, targets = np.column_stack([1 - given, given]), positive.astype(np.int64)
    roc, pr = scores.areas(both, targets, ["no", "yes"])
    true_pr, true_brier, true_loss = _of_world(share, apart)
    return {
        f"ROC-AUC, {name}": held(roc.classes[1], NormalDist().cdf(apart / math.sqrt(2))),
        f"PR-AUC, {name}": held(pr.classes[1], true_pr),
        f"Brier, {name}": held(scores.brier(both, targets), true_brier),
        f"log-loss, {name}": held(intervals.mean(-np.log(scores.of_target(both, targets))), true_loss),
    }


@functools.cache
def _of_world(share: float, apart: float) -> tuple[float, float, float]:
    """Return the true PR-AUC, Brier score and log-loss, by sums over a fine grid."""
    x = np.linspace(-9, 9 + apart, 400_001)
    step = x[1] - x[0]
    yes, no = (share * np.exp(-((x - apart) ** 2) / 2), (1 - share) * np.exp(-(x**2) / 2))
    yes, no = yes * step / math.sqrt(2 * math.pi), no * step / math.sqrt(2 * math.pi)
    at_least_yes, at_least_no = np.cumsum(yes[::-1])[::-1], np.cumsum(no[::-1])[::-1]
    given = yes / (yes + no)
    return (
        float((yes / share * at_least_yes / (at_least_yes + at_least_no)).sum()),
        float((yes * (1 - given) ** 2 + no * given**2).sum()),
        float(-(yes * np.log(given) + no * np.log1p(-given)).sum()),
    )


def _pairs() -> Iterator[Setting]:
    """Two models on the same items. Chances of (both right, only the first, only the second, both wrong)."""
    for name, shares, n in (
        ("alike, n 200", (0.75, 0.07, 0.07, 0.11), 200),
        ("alike, n 1000", (0.75, 0.07, 0.07, 0.11), 1000),
        ("4 points apart, n 1000", (0.75, 0.09, 0.05, 0.11), 1000),
        ("10 points apart, n 200", (0.70, 0.15, 0.05, 0.10), 200),
    ):
        yield Setting("paired", name, functools.partial(_pair, name=name, shares=shares, n=n, runs=2))
    yield Setting(
        "better or worse", "2 models alike, n 300", functools.partial(_judged, shares=(0.75, 0.07, 0.07, 0.11), n=300, runs=2), "errors"
    )
    yield Setting(
        "better or worse", "4 models alike, n 300", functools.partial(_judged, shares=(0.75, 0.07, 0.07, 0.11), n=300, runs=4), "errors", 4
    )


def _answers(seed: int, shares: tuple[float, ...], n: int, runs: int) -> dict[str, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    target = rng.random(n) < 0.4
    if runs == 2:
        case = rng.choice(4, n, p=shares)
        right = [(case == 0) | (case == 1), (case == 0) | (case == 2)]
    else:  # each item is easy or hard to the same degree for all
        ease = rng.beta(3, 0.7, n)
        right = [rng.random(n) < ease for _ in range(runs)]
    ids, text = [str(k) for k in range(n)], np.array(["no", "yes"], object)
    return {
        f"r{k}": pd.DataFrame({"id": ids, "target": text[target.astype(int)], "answer": text[(target == hit).astype(int)], "loss": 0.0})
        for k, hit in enumerate(right)
    }


def _pair(seed: int, *, name: str, shares: tuple[float, ...], n: int, runs: int) -> Outcome:
    found = compare(_answers(seed, shares, n, runs), ["no", "yes"], metrics=("accuracy", "macro-f1"), seed=seed)
    base = np.array([0.6, 0.4])
    one, other = (np.array([[s, 1 - s], [1 - s, s]]) * base[:, None] for s in (shares[0] + shares[1], shares[0] + shares[2]))
    return {
        f"difference in {d.metric}, {name}": held(d.estimate, float(METRICS[d.metric](one) - METRICS[d.metric](other)))
        for d in found.differences
    }


def _judged(seed: int, *, shares: tuple[float, ...], n: int, runs: int) -> Outcome:
    found = compare(_answers(seed, shares, n, runs), ["no", "yes"], metrics=("accuracy", "macro-f1"), seed=seed)
    return {
        f"{runs} models alike, n {n}, said to differ in {metric}": _wrong(
            any(d.word != "cannot-tell" for d in found.differences if d.metric == metric)
        )
        for metric in ("accuracy", "macro-f1")
    }


def _wrong(is_wrong: bool) -> tuple[int, ...]:
    return (int(is_wrong), int(not is_wrong))


RATES = {  # number of groups → shape → (true, false) positive rate of each
    shape: {
        count: [(0.75 - 0.20 * d(k, count), 0.20 + 0.12 * d(k, count)) for k in range(count)] for count in (2, 3, 5)
    }
    for shape, d in {
        "alike": lambda k, count: 0.0,
        "one apart": lambda k, count: float(k == count - 1),
        "spread evenly": lambda k, count: k / (count - 1),
    }.items()
}  # fmt: skip
ASKED = ("selection-rate", "tpr", "ppv", "accuracy", "f1", "equalized-odds")


def _gaps() -> Iterator[Setting]:
    for count, shape, sizes in itertools.product((2, 3, 5), RATES, ("equal", "unequal")):
        if count == 2 and shape == "spread evenly":
            continue  # the same as one apart
        name = f"{count} groups of {sizes} size, {shape}"
        yield Setting("gap", name, functools.partial(_gap, name=name, table=world(RATES[shape][count], sizes), n=300 * count))


def world(rates: list[tuple[float, float]], sizes: str, *, base: float = 0.5) -> np.ndarray:
    """Return the chances of (group, target, answer)."""
    share = np.array([0.6**k if sizes == "unequal" else 1.0 for k in range(len(rates))])
    share /= share.sum()
    cells = [[[(1 - base) * (1 - fpr), (1 - base) * fpr], [base * (1 - tpr), base * tpr]] for tpr, fpr in rates]
    return np.array(cells) * share[:, None, None]


def _gap(seed: int, *, name: str, table: np.ndarray, n: int) -> Outcome:
    questions = asked(seed, table, n, ASKED)
    truths = {q.measure: _true_figures(table, q.parts) for q in questions}
    outcome = {}
    for found in gaps.gaps(questions, SPEC):
        rates = truths[found.measure]
        if found.kind == "difference":
            outcome[f"{found.measure} difference, {name}"] = held(found.estimate, float((rates.max(1) - rates.min(1)).max()))
        elif found.measure in ("selection-rate", "tpr", "equalized-odds"):
            outcome[f"{found.measure} ratio, {name}"] = held(found.estimate, float((rates.min(1) / rates.max(1)).min()))
    return outcome


def asked(seed: int, table: np.ndarray, n: int, measures: tuple[str, ...], spec: AuditSpec = SPEC) -> list[gaps.Question]:
    """Return the questions about one sample of n rows."""
    drawn = np.random.default_rng(seed).multinomial(n, table.ravel() / table.sum()).reshape(table.shape)
    groups = tuple({"group": str(k)} for k in range(len(table)))
    found = gaps.compared(("group",), groups, drawn, ("0", "1"), spec)
    return [gaps.question(found, name, 1 if name not in MEASURES or MEASURES[name].per_label else None, spec)[0] for name in measures]


def _true_figures(table: np.ndarray, parts: tuple[str, ...]) -> np.ndarray:
    from fmcore.audit import measures

    return np.array(
        [
            measures.figure(MEASURES[part], measures.against_others(table, 1) if MEASURES[part].per_label else measures.of_all(table))
            for part in parts
        ]
    )


QUESTIONS = ("selection-rate", "tpr", "fpr", "ppv", "accuracy", "f1", "equalized-odds")


def _verdicts() -> Iterator[Setting]:
    """Worlds whose gaps just reach the tolerance, or, for a pass, just pass it."""
    alike = [(0.75, 0.2)] * 3
    at_line = {2: [(0.75, 0.2), (0.65, 0.2)], 4: [(0.75, 0.2), (0.75, 0.2), (0.65, 0.2), (0.65, 0.2)]}
    for name, rates, sizes, measures, tolerance in (
        ("no gap, 3 groups, 7 questions, tolerance 0", alike, "equal", QUESTIONS, 0.0),
        ("no gap, 3 groups, 7 questions, tolerance 10 points", alike, "unequal", QUESTIONS, 0.1),
        ("a gap of the tolerance, 2 groups", at_line[2], "equal", ("tpr",), 0.1),
        ("a gap of the tolerance, 4 groups", at_line[4], "unequal", ("tpr",), 0.1),
        ("a gap of the tolerance, 4 groups, 7 questions", at_line[4], "equal", QUESTIONS, 0.1),
    ):
        judge = functools.partial(
            _verdict, name=f"fail: {name}", rates=rates, sizes=sizes, measures=measures, tolerance=tolerance, wrong="fail"
        )
        yield Setting("verdict", name, judge, "errors", 2)
    for name, rates, measures in (
        ("a gap just beyond the tolerance, 2 groups", [(0.75, 0.2), (0.6499, 0.2)], ("tpr",)),
        ("a gap just beyond the tolerance, 4 groups", [(0.75, 0.2), (0.75, 0.2), (0.75, 0.2), (0.6499, 0.2)], ("tpr",)),
    ):
        judge = functools.partial(
            _verdict, name=f"pass: {name}", rates=rates, sizes="equal", measures=measures, tolerance=0.1, wrong="pass"
        )
        yield Setting("verdict", name, judge, "errors")
    for name, rates, wrong in (
        ("four fifths: fail at a ratio of 0.8", [(0.8, 0.2), (0.64, 0.16)], "fail"),
        ("four fifths: pass just below 0.8", [(0.8, 0.2), (0.6399, 0.1599)], "pass"),
    ):
        yield Setting("verdict", name, functools.partial(_four_fifths, name=name, rates=rates, wrong=wrong), "errors")


def _verdict(
    seed: int, *, name: str, rates: list[tuple[float, float]], sizes: str, measures: tuple[str, ...], tolerance: float, wrong: str
) -> Outcome:
    spec = AuditSpec((GroupBy("group"),), tolerance=tolerance)
    found, _ = verdict.verdicts(asked(seed, world(rates, sizes), 500 * len(rates), measures, spec), [], spec)
    return {name: _wrong(any(one.verdict is Finding(wrong) for one in found))}


def _four_fifths(seed: int, *, name: str, rates: list[tuple[float, float]], wrong: str) -> Outcome:
    found = verdict.four_fifths(asked(seed, world(rates, "equal"), 1500, ("selection-rate",)), [], SPEC)
    return {name: _wrong(any(one.verdict is Finding(wrong) for one in found))}
