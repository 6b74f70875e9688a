"""Attribution by gradients: integrated gradients and gradient × input, of many texts at once. torch comes in when a function is called.

M. Sundararajan, A. Taly, Q. Yan, "Axiomatic attribution for deep networks", ICML 2017. The path goes in a straight line through the
model's inputs, from the text with every word hidden to the text itself; what the words get should add up to the difference of the two
answers, so what the points miss of it says how well the integral was done. They are those of C. W. Clenshaw and A. R. Curtis, Numerische
Mathematik 2 (1960): doubling keeps every gradient that was taken, and both ends give the answers that the sum is held against. They are
drawn together where hidden words turn into words for the model, by a hyperbolic sine. Each text gets as many as it needs. What they miss
is told, and then made good by the least change of their weights, which brings every word nearer. Why: docs/decisions/0012.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.explain.subject import TOKENS_AT_ONCE, Subject, at_rest, batches, log_odds
from fmcore.tasks.protocol import Encoded, Parts

if TYPE_CHECKING:
    import torch

TOLERANCE = 0.03
"""Completeness error at which a text is done, as a share of the difference that its words add up to, before the rest is made good."""
FIRST_STEPS, MOST_STEPS = 14, 448
BEND, REACH = 0.25, 0.08
"""Where on the path points lie closest, and how far from there that holds on: at ``1.7 * REACH`` they lie half as close."""
RULE = "Clenshaw–Curtis"


@dataclass(frozen=True, eq=False)
class Integral:
    """What integrated gradients found for one item."""

    positions: np.ndarray
    """float64 (positions,): what each position of the model's input contributes."""
    total: float
    """Log-odds of the item less those of its baseline."""
    error: float
    """What the points alone missed of ``total``, as a share of it: the completeness error before the rest was made good."""
    steps: int


@dataclass(eq=False)
class _Path:
    """The points of one item's path so far."""

    item: Any
    baseline: Any
    target: int
    slopes: dict[float, np.ndarray] = field(default_factory=dict)
    """Place on the path (0 to 1) → slope of the log-odds along it by position."""
    odds: dict[float, float] = field(default_factory=dict)

    def integral(self, steps: int) -> Integral:
        places, weights = rule(steps)
        slopes, total = np.stack([self.slopes[place] for place in places]), self.odds[1.0] - self.odds[0.0]
        missed = total - float(weights @ slopes.sum(1))
        return Integral(made_good(weights, slopes.sum(1), missed) @ slopes, total, abs(missed) / max(abs(total), 1e-9), steps + 1)


@functools.cache
def rule(steps: int) -> tuple[tuple[float, ...], np.ndarray]:
    """Return places (0 to 1, steps + 1 of them, those of half as many steps among them) and weights that add up to 1. Steps are even.

    With ``place = BEND + REACH sinh(low + (high - low) u)`` the slope is taken for a polynomial of u at Clenshaw and Curtis's points, and
    its integral over places is exact; so is that of a slope that stays the same.

    Example:
        >>> places, weights = rule(2)
        >>> places[0], round(places[1], 3), places[2], round(float(weights.sum()), 9)
        (0.0, 0.228, 1.0, 1.0)
    """
    low, high = np.arcsinh(-BEND / REACH), np.arcsinh((1 - BEND) / REACH)
    half, middle = (high - low) / 2, (high + low) / 2
    points = -np.cos(np.pi * np.arange(steps + 1) / steps)  # of u, from -1 to 1
    fine, shares = np.polynomial.legendre.leggauss(steps + 40)
    speeds = REACH * half * np.cosh(middle + half * fine)
    moments = (shares * speeds) @ np.polynomial.chebyshev.chebvander(fine, steps)
    weights = np.linalg.solve(np.polynomial.chebyshev.chebvander(points, steps).T, moments)
    places = np.clip(BEND + REACH * np.sinh(middle + half * points), 0.0, 1.0)
    return tuple(round(float(place), 12) for place in places), weights  # the same number at every level


def made_good(weights: np.ndarray, whole: np.ndarray, missed: float) -> np.ndarray:
    """Return weights of points, (K,), with which slopes ``whole``, (K,), add up to ``missed`` more, as little changed as can be.

    The least change is that of the shares by which weights grow or shrink, squared and added up.

    Example:
        >>> made_good(np.array([0.5, 0.5]), np.array([2.0, 2.0]), 0.4).tolist()
        [0.6, 0.6]
    """
    pull = weights * whole
    size = float(pull @ pull)
    return weights * (1 + pull * (missed / size)) if size else weights


def integrated(
    subject: Subject,
    encoded: Encoded,
    parts: Sequence[Parts],
    targets: Sequence[int],
    *,
    tolerance: float = TOLERANCE,
    first: int = FIRST_STEPS,
    most: int = MOST_STEPS,
    tokens: int = TOKENS_AT_ONCE,
) -> list[Integral]:
    """Return the integral of each item for its class: steps are doubled from ``first`` until little is missed or ``most`` are taken."""
    paths = _paths(subject, encoded, parts, targets)
    found: dict[int, Integral] = {}
    left, steps = list(range(len(paths))), first
    with at_rest(subject.model):
        _settle(subject, paths)
        _starts(subject, paths, np.array([len(one.owner) for one in parts], np.int64))
        while left:
            new = [(n, place) for n in left for place in rule(steps)[0] if place not in paths[n].slopes]
            lengths = np.array([len(parts[n].owner) for n, _ in new], np.int64)
            for chosen in batches(lengths, tokens=tokens):
                _slopes(subject, [(paths[new[k][0]], new[k][1], int(lengths[k])) for k in chosen])
            for n in left:
                found[n] = paths[n].integral(steps)
            left = [n for n in left if found[n].error > tolerance] if steps < most else []
            steps *= 2
    return [found[n] for n in range(len(paths))]


def _paths(subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[_Path]:
    hidden = [subject.task.hide(encoded[n], parts[n].owner >= 0, subject.tokenizer) for n in range(len(encoded))]
    return [_Path(encoded[n], hidden[n], int(targets[n])) for n in range(len(encoded))]


def _settle(subject: Subject, paths: Sequence[_Path]) -> None:
    """Let a model that is packed for gradients find out, on the first item, of what its answers are made."""
    from fmcore.explain.both_ways import settle

    if paths:
        batch = subject.batch([paths[0].item])
        settle(
            subject.model,
            subject.task.inputs(subject.model, batch),
            lambda inputs: subject.task.answer_inputs(subject.model, batch, inputs),
        )


def _starts(subject: Subject, paths: Sequence[_Path], lengths: np.ndarray) -> None:
    """Take the gradients where the paths begin, of texts that look alike with their words hidden only once, and keep them there."""
    import torch

    alike: dict[Hashable, list[int]] = {}
    for n, path in enumerate(paths):
        batch = subject.batch([path.baseline])
        alike.setdefault((path.target, *((name, value.cpu().numpy().tobytes()) for name, value in batch.items())), []).append(n)
    groups = list(alike.values())
    for chosen in batches(np.array([lengths[group[0]] for group in groups], np.int64)):
        some = [groups[k] for k in chosen]
        batch = subject.batch([paths[group[0]].baseline for group in some])
        with torch.no_grad():
            starts = subject.task.inputs(subject.model, batch)
        odds, gradient = _gradient(subject, batch, starts, [paths[group[0]].target for group in some])
        for row, group in enumerate(some):
            length = int(lengths[group[0]])
            with torch.no_grad():
                ends = subject.task.inputs(subject.model, subject.batch([paths[n].item for n in group]))
                slopes = (gradient[row, :length] * (ends - starts[row, :length])).sum(-1).double().cpu().numpy()
            for n, found in zip(group, slopes, strict=True):
                paths[n].slopes[0.0], paths[n].odds[0.0] = found, odds[row]


def _slopes(subject: Subject, points: Sequence[tuple[_Path, float, int]]) -> None:
    """Take the gradient at these points of these paths, and keep it there."""
    import torch

    batch = subject.batch([path.item for path, _, _ in points])
    with torch.no_grad():
        ends = subject.task.inputs(subject.model, batch)
        starts = subject.task.inputs(subject.model, subject.batch([path.baseline for path, _, _ in points]))
        places = torch.tensor([place for _, place, _ in points], dtype=ends.dtype, device=ends.device)[:, None, None]
        way = ends - starts
        inputs = torch.addcmul(starts, way, places)
    odds, gradient = _gradient(subject, batch, inputs, [path.target for path, _, _ in points])
    slopes = (gradient * way).sum(-1).double().cpu().numpy()
    for row, (path, place, length) in enumerate(points):
        path.slopes[place], path.odds[place] = slopes[row, :length].copy(), odds[row]


def _gradient(subject: Subject, batch: Mapping[str, Any], inputs: torch.Tensor, targets: Sequence[int]) -> tuple[list[float], torch.Tensor]:
    """Return the log-odds of each row's class, and their gradient by the inputs."""
    import torch

    inputs = inputs.detach().requires_grad_(True)
    with torch.enable_grad():
        logits = subject.task.answer_inputs(subject.model, batch, inputs) / subject.temperature
        odds = log_odds(logits, torch.tensor(targets, device=inputs.device))
        (gradient,) = torch.autograd.grad(odds.sum(), inputs)
    return odds.detach().double().cpu().tolist(), gradient


def input_gradients(subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[np.ndarray]:
    """Return gradient × (input - hidden input) of each position: the last point of the same path alone, which promises no sum."""
    paths = _paths(subject, encoded, parts, targets)
    lengths = np.array([len(one.owner) for one in parts], np.int64)
    with at_rest(subject.model):
        _settle(subject, paths)
        for chosen in batches(lengths):
            _slopes(subject, [(paths[n], 1.0, int(lengths[n])) for n in chosen])
    return [path.slopes[1.0] for path in paths]
