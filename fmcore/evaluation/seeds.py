"""Runs of one spec that differ by their seed only are one experiment: its mean, interval and each seed's value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from fmcore.evaluation.predictions import LOSS
from fmcore.evaluation.report import counted
from fmcore.records import Estimate, RunSpec, to_json
from fmcore.stats import intervals
from fmcore.stats.metrics import METRICS
from fmcore.stats.scores import within

BOUNDS: Mapping[str, tuple[float, float]] = {LOSS: (0.0, np.inf), "mcc": (-1.0, 1.0), "kappa": (-1.0, 1.0)}
"""What a figure can't pass; of all others 0 and 1. Student's t of a few seeds knows no bounds."""


@dataclass(frozen=True)
class Experiment:
    """Runs that differ in nothing but their seed: one figure, once per seed."""

    runs: tuple[str, ...]
    metric: str
    values: tuple[float | None, ...]
    """In the order of ``runs``: the dots of the picture."""
    estimate: Estimate
    """Their mean. Its interval is about other seeds on the same rows, not about other rows."""


def experiments(specs: Mapping[str, RunSpec]) -> list[tuple[str, ...]]:
    """Return the groups of two or more runs whose specs differ in the seed only."""
    groups: dict[str, list[str]] = {}
    for run_id, spec in specs.items():
        if "seed" in spec.settings:
            rest = {name: value for name, value in spec.settings.items() if name != "seed"}
            groups.setdefault(repr(to_json(replace(spec, settings=dict(sorted(rest.items()))))), []).append(run_id)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def of_seeds(
    group: Sequence[str], aligned: Mapping[str, pd.DataFrame], labels: Sequence[str], metrics: Sequence[str], level: float
) -> list[Experiment]:
    """Return the experiment of these runs, once per metric; none where fewer than two of them are among the answers."""
    group = [run_id for run_id in group if run_id in aligned]
    if len(group) < 2:
        return []
    tables = {run_id: counted(aligned[run_id], labels) for run_id in group}
    found = []
    for name in metrics:
        if name == LOSS:
            values = [float(aligned[run_id][LOSS].mean()) for run_id in group]
        else:
            values = [float(METRICS[name](tables[run_id])) for run_id in group]
        known = tuple(None if np.isnan(value) else value for value in values)
        mean = within(intervals.mean(np.array(values), level), *BOUNDS.get(name, (0.0, 1.0)))
        found.append(Experiment(tuple(group), name, known, mean))
    return found
