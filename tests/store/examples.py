"""Small records that store tests are made of, and what their child processes do."""

from __future__ import annotations

import os
import time

from fmcore.errors import StoreError
from fmcore.records import BaseModel, Columns, Dataset, Estimate, Metric, Problem, Progress, RunSpec, Severity, say
from fmcore.store import Identity, open_store

HERE = Identity(boot_id="boot-1", pid=11, started=100.0, host="here")
THERE = Identity(boot_id="boot-2", pid=11, started=200.0, host="there")


def dataset(id: str = "d-1", name: str = "calls", version: int = 1) -> Dataset:
    problem = Problem("exact-duplicates", Severity.WARNING, 2, say("Found {count} twice.", count=2), ("a text",))
    return Dataset(
        id=id, name=name, version=version, task="text-classification", columns=Columns("text", "label", groups=("region",)),
        labels=("bad", "good"), rows={"train": 8, "validation": 1, "test": 1}, fingerprint="f" * 64, split_seed=0, source="sample:calls",
        problems=(problem,), confirmation=None, who="ana", when="2026-01-02T03:04:05.000000+00:00",
    )  # fmt: skip


def spec(dataset_id: str = "d-1", **settings: object) -> RunSpec:
    base = BaseModel("embedded", "bert", "0" * 64, 22_700_000, 512, "embedded")
    return RunSpec("finetune", "text-classification", dataset_id, "f" * 64, 0, base, {"epochs": 3, **settings}, "0.1.0")


def metric(value: float | None, name: str = "accuracy", split: str = "test", label: str | None = None) -> Metric:
    if value is None:
        return Metric(split, name, label, Estimate(None, None, None, 0.95, 0, "none", say("No items in {split}.", split=split)))
    return Metric(split, name, label, Estimate(value, value - 0.1, value + 0.1, 0.95, 100, "wilson"))


def point(step: int, loss: float = 1.0) -> Progress:
    return Progress(step, step / 10, 1000.0 + step, {"train_loss": loss})


def worker(number: int) -> Identity:
    return Identity("boot", os.getpid(), float(number), f"host-{number}")


# What child processes do: module-level, so that a spawned process finds them.


def open_and_count(url: str) -> int:
    return len(open_store(url).datasets())


def add_with_one_key(url: str) -> str:
    return open_store(url).add_run(spec(), name="click", who="ana", key="the-form").id


def claim_all(url: str, number: int) -> list[str]:
    """Claim and finish until nothing waits; return what was got."""
    from fmcore.records import Status

    store, got = open_store(url), []
    while (claim := store.claim(worker(number), "cpu")) is not None:
        got.append(claim.run.id)
        store.finish(claim.run.id, claim.token, Status.DONE, None, 0.0)
    return got


def edit_for(url: str, run_id: str, seconds: float) -> tuple[int, int]:
    """Add one to the number in a run's notes, again and again, as a person would who reads, thinks and saves.

    Return how many edits were kept and how many were refused because somebody was quicker. Anything else is raised.
    """
    store, kept, refused, until = open_store(url), 0, 0, time.monotonic() + seconds
    while time.monotonic() < until:
        seen = store.run(run_id)
        try:
            store.edit_run(run_id, version=seen.version, who="p", notes=str(int(seen.notes or 0) + 1))
            kept += 1
        except StoreError as error:
            if "Somebody else edited" not in str(error):
                raise
            refused += 1
    return kept, refused
