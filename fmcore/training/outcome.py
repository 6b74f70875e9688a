"""What a training run hands back, and what is said about it before it starts. Plain shapes, no torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from fmcore.records import Sentence, Status


@dataclass(frozen=True)
class Outcome:
    """How a run ended. A run that can't go on raises TrainingError instead."""

    status: Status
    """``done`` or ``stopped``."""
    step: int
    """Corrections made so far, over all attempts."""
    steps: int
    """Corrections planned in all."""
    seconds: float
    """Training time over all attempts."""
    device: str
    """``cpu``, ``cuda:0`` …"""
    precision: str
    """``fp32`` or ``bf16``."""
    best_step: int | None
    """Step of the model that was kept; None while no evaluation took place."""
    model: Path | None
    """Folder with the best model in the plain transformers layout; None while no evaluation took place."""
    note: Sentence | None = None
    """Anything a person should know: stopped early, batch halved …"""


@dataclass(frozen=True)
class Forecast:
    """What a run will cost on this machine, from a few timed steps at its real batch shapes."""

    rows: int
    """Training rows."""
    steps: int
    seconds_low: float
    seconds: float
    seconds_high: float
    memory_mb: float
    """Most memory at once: of the process on a CPU, of the device on a GPU."""
    tokens: int
    """Real tokens in one epoch, padding not counted."""
    cut_share: float
    """Share of the training texts that are longer than ``max_length``, 0 to 1."""
    device: str
    precision: str
