"""A first success without own data: a sample set through fine-tuning and report."""

from __future__ import annotations

from fmcore.pipeline import datasets, runs
from fmcore.records import Run
from fmcore.store import open_store
from fmcore.training.settings import FinetuneSettings

SETTINGS = FinetuneSettings(epochs=2, max_length=64)
"""Short enough to watch: about a minute on two cores."""


def start(who: str | None = None, *, sample: str | None = None, key: str | None = None) -> Run:
    """Return the queued demo run. While one is queued or running, that one is returned.

    Raises:
        DataError: there is no such sample.
    """
    from fmcore.data.samples import SAMPLES

    dataset = datasets.add_sample(sample or next(iter(SAMPLES)), who=who)
    store = open_store()
    spec = runs.plan(dataset.id, settings=SETTINGS)
    for run in [*(run for run, _ in store.running()), *store.queue()]:
        if run.spec == spec:
            return run
    return runs.submit(spec, name=f"Demo: {dataset.name}", who=who, key=key)
