"""A home with a small data set, and processes that leave when the test does."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest

from fmcore.pipeline import datasets, runs
from fmcore.records import Columns, Dataset, Run, RunSpec
from fmcore.store import Store, open_store
from fmcore.training.settings import FinetuneSettings


@pytest.fixture
def store(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store of an empty home; jobs use one thread and write checkpoints often. Whatever runs in it is ended afterwards."""
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("FMCORE_CHECKPOINT_SECONDS", "0.2")
    opened = open_store()
    yield opened
    if (home / "supervisor.log").exists():
        (home / "supervisor.lock").unlink(missing_ok=True)  # its supervisor leaves when it sees this
        time.sleep(0.5)
    for _, process in opened.running():
        if process.pid != os.getpid():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)


@pytest.fixture
def dataset(store: Store, tiny_rows: pd.DataFrame) -> Dataset:
    return datasets.add(tiny_rows, Columns(text="text", label="label", groups=("group",)), name="tiny", accept_problems=True)


@pytest.fixture
def plan(dataset: Dataset, tiny_model: Path) -> Callable[..., RunSpec]:
    """``plan(epochs=2)`` is a run of the tiny model; 11 steps an epoch."""

    def make(base: str | None = None, **settings: object) -> RunSpec:
        return runs.plan(
            dataset.id, base=base or str(tiny_model), settings=FinetuneSettings(**{"batch_size": 8, "precision": "fp32", **settings})
        )

    return make


def until(store: Store, run_id: str, fits: Callable[[Run], bool], *, seconds: float = 90) -> Run:
    """Return the run as soon as it fits."""
    deadline = time.monotonic() + seconds
    while not fits(run := store.run(run_id)):
        assert time.monotonic() < deadline, f"still {run.status} at step {run.step}: {run.message}"
        time.sleep(0.02)
    return run
