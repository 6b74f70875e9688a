"""Stage 4: from a base model and labelled rows to the best model on validation. Knows no store and no job."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fmcore.records import Dataset, Progress, RunSpec, Sentence
from fmcore.training.outcome import Forecast, Outcome

if TYPE_CHECKING:
    import pandas as pd


def finetune(
    spec: RunSpec,
    *,
    dataset: Dataset,
    frame: pd.DataFrame,
    folder: Path,
    report: Callable[[Progress], None],
    should_stop: Callable[[], bool],
    log: Callable[[str], None],
    say: Callable[[Sentence], None],
) -> Outcome:
    """Return how training ended; the best model lies in ``folder/model``. Goes on from the newest intact checkpoint in ``folder``.

    ``frame`` holds all rows with ``fmc_id`` and ``fmc_split``; ``report`` gets one Progress per step, possibly some at once.

    Raises:
        TrainingError: a non-finite loss, out of memory even at half the batch, a full disk.
    """
    raise NotImplementedError


def estimate(spec: RunSpec, dataset: Dataset, frame: pd.DataFrame) -> Forecast:
    """Return what this run will cost here, from a few timed steps at its real batch shapes. Trains nothing."""
    raise NotImplementedError
