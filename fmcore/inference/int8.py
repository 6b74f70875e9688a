"""What answers in 8 bits cost in accuracy, measured on the run's validation rows. Runs in the worker."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from fmcore.data import shelf
from fmcore.errors import DataError
from fmcore.inference.answers import AT_ONCE
from fmcore.pipeline.trained import Loaded
from fmcore.records import Estimate
from fmcore.stats import intervals
from fmcore.stats.metrics import accuracy
from fmcore.stats.paired import paired_difference, paired_table

MOST_ROWS = 2_000
"""Enough to tell half a percent point; more would only take longer."""


def check(loaded: Loaded) -> dict[str, Estimate]:
    """Return the accuracy in 32 bits (``fp32``), in 8 bits (``int8``) and int8 less fp32 on the same rows (``difference``).

    Raises:
        DataError: there are no validation rows.
    """
    from fmcore.evaluation.swift import in_int8, swift

    frame = shelf.rows(loaded.dataset.id)
    rows = frame[frame["fmc_split"] == "validation"]
    if rows.empty:
        raise DataError("{run} has no validation rows to measure 8 bits on.", run=loaded.run.id)
    rows = rows.sample(min(len(rows), MOST_ROWS), random_state=0)
    columns, labels, task = loaded.dataset.columns, loaded.dataset.labels, loaded.task
    encoded = task.encode(rows, columns, labels, loaded.tokenizer, max_length=loaded.max_length)
    targets = np.asarray(encoded.targets)
    models = {"fp32": (swift(loaded.model), loaded.device), "int8": (in_int8(loaded.model), "cpu")}
    said = {
        name: task.predict(model, replace(encoded, targets=None), loaded.tokenizer, batch_size=AT_ONCE, device=device).argmax(1)
        for name, (model, device) in models.items()
    }
    right = {name: intervals.wilson(int((answers == targets).sum()), len(targets), 0.95) for name, answers in said.items()}
    table = paired_table(targets, said["fp32"], said["int8"], n_labels=len(labels))
    return {**right, "difference": intervals.with_reach(paired_difference(table, accuracy), len(targets))}
