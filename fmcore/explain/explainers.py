"""Which methods there are, and one way to ask any of them: texts in, words with signed scores out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from fmcore.errors import DataError, unknown
from fmcore.explain import gradients, occlusion, rollout
from fmcore.explain.records import Attribution
from fmcore.explain.subject import Subject, answers, probability
from fmcore.tasks.protocol import Encoded, Parts, Task


@dataclass(frozen=True, eq=False)
class Scored:
    """One item's scores, as a method found them."""

    parts: np.ndarray
    """float64 (parts,)"""
    elsewhere: float = 0.0
    total: float | None = None
    error: float | None = None
    steps: int | None = None
    rule: str = ""


class Explainer(Protocol):
    """One method. Higher scores speak for the class, lower ones against it; the unit is nats of log-odds."""

    name: str
    """Kebab-case id, never renamed."""
    title: str

    def supports(self, task: Task) -> bool:
        """Return whether items of this task can be explained so."""
        ...

    def explain(self, subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[Scored]:
        """Return the scores of every item's parts for its class in ``targets``."""
        ...


class IntegratedGradients:
    """See :mod:`fmcore.explain.gradients`."""

    name, title = "integrated-gradients", "Integrated gradients"

    def supports(self, task: Task) -> bool:
        return hasattr(task, "answer_inputs")

    def explain(self, subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[Scored]:
        found = gradients.integrated(subject, encoded, parts, targets)
        return [
            Scored(*by_part(one.positions, of), total=one.total, error=one.error, steps=one.steps, rule=gradients.RULE)
            for one, of in zip(found, parts, strict=True)
        ]


class GradientInput:
    """The slope at the text itself; quick, and blind to what happens on the way."""

    name, title = "gradient-input", "Gradient × input"

    def supports(self, task: Task) -> bool:
        return hasattr(task, "answer_inputs")

    def explain(self, subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[Scored]:
        found = gradients.input_gradients(subject, encoded, parts, targets)
        return [Scored(*by_part(slopes, of)) for slopes, of in zip(found, parts, strict=True)]


class Occlusion:
    """See :mod:`fmcore.explain.occlusion`."""

    name, title = "occlusion", "Occlusion"

    def supports(self, task: Task) -> bool:
        return hasattr(task, "hide")

    def explain(self, subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[Scored]:
        return [Scored(drops) for drops in occlusion.occluded(subject, encoded, parts, targets)]


class AttentionRollout:
    """See :mod:`fmcore.explain.rollout`: shares of what is looked at, never below 0 and the same for every class."""

    name, title = "attention-rollout", "Attention rollout"

    def supports(self, task: Task) -> bool:
        return hasattr(task, "pieces")

    def explain(self, subject: Subject, encoded: Encoded, parts: Sequence[Parts], targets: Sequence[int]) -> list[Scored]:
        return [Scored(*by_part(one, of)) for one, of in zip(rollout.shares(subject, encoded), parts, strict=True)]


EXPLAINERS: dict[str, Explainer] = {
    "integrated-gradients": IntegratedGradients(),
    "gradient-input": GradientInput(),
    "occlusion": Occlusion(),
}
LOOKS: dict[str, Explainer] = {"attention-rollout": AttentionRollout()}
"""What says where a model looks, not what speaks for an answer: asked for by name, and no part of what other methods are held against."""


def get_explainer(name: str, task: Task) -> Explainer:
    """Return the method of this id.

    Raises:
        DataError: there is none, or not for this task; the sentence lists those that there are.
    """
    known = {id_: one for id_, one in {**EXPLAINERS, **LOOKS}.items() if one.supports(task)}
    if name not in known:
        raise DataError("{sentence}", sentence=unknown("method of explanation", name[:80], known))
    return known[name]


def by_part(positions: np.ndarray, of: Parts) -> tuple[np.ndarray, float]:
    """Return what positions add up to in each part, and in none.

    Example:
        >>> of = Parts(("a", "b"), ((0, 0, 1), (0, 2, 3)), np.array([-1, 0, 1, 1]), (True, True))
        >>> scores, elsewhere = by_part(np.array([0.5, 1.0, 2.0, 3.0]), of)
        >>> scores.tolist(), elsewhere
        ([1.0, 5.0], 0.5)
    """
    inside = of.owner >= 0
    return np.bincount(of.owner[inside], weights=positions[inside], minlength=len(of)), float(positions[~inside].sum())


def attribute(
    subject: Subject, texts: Sequence[Sequence[str]], *, method: str = "integrated-gradients", labels: Sequence[str] | None = None
) -> list[Attribution]:
    """Return the attribution of every text's words, for the model's answer or for these ``labels`` (one per text).

    Raises:
        DataError: there is no such method or label.
        ModelError: the tokenizer does not say which token belongs to which word.
    """
    explainer = get_explainer(method, subject.task)
    encoded, parts = subject.take_apart(texts)
    odds = answers(subject, [encoded[n] for n in range(len(encoded))], encoded.lengths)
    given = odds.argmax(1)
    targets = given if labels is None else np.array([subject.index(label) for label in labels])
    found = explainer.explain(subject, encoded, parts, targets.tolist())
    return [
        Attribution(
            method=method,
            texts=tuple(texts[n]),
            label=subject.labels[targets[n]],
            answer=subject.labels[given[n]],
            probability=float(probability(odds[n, targets[n]])),
            words=parts[n].names,
            places=parts[n].places,
            scores=tuple(map(float, one.parts)),
            seen=parts[n].seen,
            elsewhere=one.elsewhere,
            hidden_by=subject.task.hidden_by(subject.tokenizer),
            total=one.total,
            error=one.error,
            steps=one.steps,
            rule=one.rule,
        )
        for n, one in enumerate(found)
    ]
