"""What a run costs: training seconds, parameters, milliseconds per answer, megabytes. Measured once, where the run was: no interval.

Reads the headers of weight files; never loads a model. Torch-free.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from fmcore.models import weights
from fmcore.records import Estimate, Metric

COST = "cost"
"""The split that these figures are stored under."""
COSTS = ("training-seconds", "parameters", "ms-per-answer", "megabytes")


def metrics(values: Mapping[str, float], *, n: int) -> list[Metric]:
    """Return the figures to store; ``n`` is how many rows were answered. Names as in :data:`COSTS`, those not known are left out."""
    return [Metric(COST, name, None, Estimate(float(values[name]), None, None, 0.95, n, "measured")) for name in COSTS if name in values]


def found(stored: Iterable[Metric]) -> dict[str, float]:
    """Return the costs among a run's stored figures."""
    return {m.name: m.estimate.value for m in stored if m.split == COST and m.estimate.value is not None}


def of_weights(folder: Path) -> dict[str, float]:
    """Return parameters and megabytes of the weights in a model's folder.

    Raises:
        ModelError: they are not there or damaged.
    """
    files = weights.files(folder)
    parameters = sum(weights.n_parameters(weights.shapes(path)) for path in files)
    return {"parameters": parameters, "megabytes": sum(path.stat().st_size for path in files) / 1e6}
