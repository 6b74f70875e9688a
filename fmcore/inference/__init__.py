"""Answers of a trained model, from a worker process that holds it. This side loads no torch, so pages may import it.

One worker per home folder: started when somebody asks, found by every process, gone when nobody asked for a while. Operations beside
the model (attention, attributions …) are listed in :mod:`fmcore.inference.operations`, which only the worker loads.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fmcore.errors import FmcoreError
from fmcore.inference import client
from fmcore.records import Estimate, Sentence, from_json

log = logging.getLogger("fmcommons.inference")


@dataclass(frozen=True)
class Answered:
    """What a model says to one text."""

    label: str
    confidence: float
    """The score of the label, 0 to 1."""
    scores: Mapping[str, float]
    """Label → probability; they sum to 1."""
    tokens: int
    """That the model read, its marks for beginning and end included."""
    cut: bool
    """Whether the text was longer than the model reads, so that its end was not read."""
    calibrated: bool
    """Whether the probabilities stand at the temperature that was fitted on the run's validation rows."""


@dataclass(frozen=True)
class EightBits:
    """What answers in 8 bits cost, on the run's validation rows."""

    fp32: Estimate
    """Accuracy in 32 bits."""
    int8: Estimate
    difference: Estimate
    """``int8`` less ``fp32`` on the same rows."""

    @property
    def is_lost(self) -> bool:
        """Whether more than :data:`MOST_LOST` of accuracy is surely lost."""
        return self.difference.high is not None and self.difference.high < -MOST_LOST

    @property
    def sentence(self) -> Sentence:
        """Return what was measured, in points of 100 answers."""
        low = self.difference.low
        told = LOST if self.is_lost else KEPT if low is not None and low >= -MOST_LOST else OPEN
        value, *ends = (f"{100 * (one or 0.0):+.1f}" for one in (self.difference.value, low, self.difference.high))
        figures = {"int8": f"{self.int8.value or 0.0:.4f}", "fp32": f"{self.fp32.value or 0.0:.4f}", "n": self.fp32.n}
        return Sentence(told, {**figures, "value": value, "low": ends[0], "high": ends[1]})


LOST = "In 8 bits accuracy is lost: {int8} instead of {fp32} on {n} validation rows, {value} points of 100 ({low} to {high})."
KEPT = "In 8 bits accuracy is kept: {int8} instead of {fp32} on {n} validation rows, {value} points of 100 ({low} to {high})."
OPEN = (
    "Whether 8 bits cost accuracy can't be told from {n} validation rows: {int8} instead of {fp32}, {value} points of 100 "
    "({low} to {high})."
)
MOST_LOST = 0.005
"""Of accuracy: half a point of 100."""


def answer(run_id: str, texts: Sequence[str | tuple[str, str]], *, timeout: float = 60, int8: bool = False) -> list[Answered]:
    """Return one answer per text, or per pair of texts where the run was trained on pairs.

    ``int8`` multiplies in 8 bits on the CPU: quicker, and a little different; :func:`int8_check` says by how much.

    Raises:
        FmcoreError: no such run, its model is gone, a text is empty or too long, or no answer came in time.
    """
    if not texts:
        return []
    found = ask(run_id, "answer", timeout=timeout, texts=list(texts), int8=int8)
    return [from_json(Answered, one) for one in found]


def ask(run_id: str, operation: str, *, timeout: float = 120, watch: Callable[[float, Sentence], None] | None = None, **asked: Any) -> Any:
    """Return what an operation finds out with the run's model: JSON values and numpy arrays. ``asked`` are JSON values and arrays too.

    ``watch`` hears meanwhile the share of a part of the work that is done, and which part: of the operations that take long. What it
    raises leaves the question, and the worker leaves the work.

    Raises:
        FmcoreError: the operation's own sentence, or as :func:`answer`.
    """
    return client.call({"run": run_id, "operation": operation, "asked": asked}, timeout=timeout, watch=watch)


def int8_check(run_id: str, *, timeout: float = 300) -> EightBits:
    """Return what answers in 8 bits cost in accuracy, on the run's validation rows.

    Raises:
        FmcoreError: as :func:`ask`, or the run has no validation rows.
    """
    found = ask(run_id, "int8-check", timeout=timeout)
    return EightBits(*(from_json(Estimate, found[name]) for name in ("fp32", "int8", "difference")))


def wake(run_id: str | None = None) -> None:
    """See to it that a worker runs and soon has this model at hand. Returns at once: call it when a page opens that will ask."""
    threading.Thread(target=_wake, args=(run_id,), name="wake", daemon=True).start()


def _wake(run_id: str | None) -> None:
    try:
        client.call({"run": run_id, "operation": "wake", "asked": {}}, timeout=client.START_SECONDS)
    except FmcoreError as error:  # whoever asks a question will read it
        log.warning("%s", error)
