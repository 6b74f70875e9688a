"""A job's body: one run from its spec to stored figures. The only module that loads torch, and only while it executes.

Knows neither processes nor queues; who calls it holds the run's claim.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from fmcore.errors import DataError, FmcoreError, TrainingError
from fmcore.pipeline.pulse import Pulse
from fmcore.pipeline.runs import folder, read_settings
from fmcore.records import Dataset, Run, Sentence, Status, say
from fmcore.store import Claim, Identity, Store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.training.outcome import Outcome
    from fmcore.training.settings import FinetuneSettings

JUDGED = ("validation", "test")


class LeaseLost(Exception):
    """The run belongs to somebody else now: end without another word to the store."""


def execute(run_id: str, store: Store, claim: Claim, *, worker: Identity, on_lost: Callable[[], None] = lambda: None) -> Run:
    """Do the run and return it as it ended: done, stopped or failed with a sentence.

    ``worker`` is this process; ``on_lost`` is called when the lease is lost while it trains; a job process ends itself there.

    Raises:
        LeaseLost: the claim is not in force any more.
    """
    home = folder(run_id)
    home.mkdir(parents=True, exist_ok=True)
    with Pulse(store, claim, on_lost=on_lost) as pulse:
        status, message, seconds = _attempt(_Job(store, claim, home, pulse, worker))
    return _finish(store, claim, status, message, seconds)


class _Job:
    """What every step of a job needs."""

    def __init__(self, store: Store, claim: Claim, home: Path, pulse: Pulse, worker: Identity) -> None:
        self.store, self.claim, self.home, self.pulse, self.worker = store, claim, home, pulse, worker
        self.run, self.spec = claim.run, claim.run.spec

    def say(self, sentence: Sentence) -> None:
        """Tell people what the run is doing now."""
        log(str(sentence))
        self.store.message(self.run.id, self.claim.token, sentence)

    def steps(self, steps: int) -> None:
        """Tell people how many steps there will be."""
        self.store.set_running(self.run.id, self.claim.token, self.worker, self.run.device or "cpu", steps)


def log(line: str) -> None:
    """Write a line into the job's log, which is this process's standard error."""
    print(line, file=sys.stderr, flush=True)


def _attempt(job: _Job) -> tuple[Status, Sentence | None, float | None]:
    """Return how the run ended, why, and its training seconds. Every way to fail becomes a sentence; details go to the log."""
    try:
        outcome = _train_and_judge(job)
        return outcome.status, outcome.note, outcome.seconds
    except FmcoreError as error:
        log(traceback.format_exc())
        return Status.FAILED, error.sentence, None
    except MemoryError:
        log(traceback.format_exc())
        return Status.FAILED, OUT_OF_MEMORY, None
    except Exception as error:  # whatever it is, a person gets a sentence and the log gets the rest
        log(traceback.format_exc())
        return Status.FAILED, _plain(error, job.home), None


OUT_OF_MEMORY = say("The machine ran out of memory. Use a smaller batch or shorter texts, then resume or clone the run.")


def _plain(error: Exception, home: Path) -> Sentence:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return say("The disk of {folder} is full. Make room, then resume: the run goes on from its last checkpoint.", folder=str(home))
    if "out of memory" in str(error).lower():
        return OUT_OF_MEMORY
    return say("The run broke off with an error that nobody expected ({kind}). Its log has the details.", kind=type(error).__name__)


def _train_and_judge(job: _Job) -> Outcome:
    job.say(say("Getting ready: loading the data and the base model."))
    dataset, frame = _rows(job)
    settings = read_settings(job.spec.settings)
    job.steps(_planned_steps(int(dataset.rows["train"]), settings))
    _use_all_cores()
    from fmcore.finetune import finetune

    outcome = finetune(
        job.spec,
        dataset=dataset,
        frame=frame,
        folder=job.home,
        report=job.pulse.report,
        should_stop=job.pulse.should_stop,
        log=log,
        say=job.say,
    )
    job.pulse.flush()
    job.steps(outcome.steps)
    if outcome.status is Status.DONE:
        _judge(job, dataset, frame, outcome, settings)
    return outcome


def _rows(job: _Job) -> tuple[Dataset, pd.DataFrame]:
    """Return the data set and its rows, after making sure that they are still the ones that the run was planned with."""
    from fmcore.data import fingerprint, shelf

    dataset = job.store.dataset(job.spec.dataset)
    frame = shelf.rows(dataset.id)
    if job.spec.dataset_fingerprint != dataset.fingerprint or fingerprint.of(frame, dataset.columns) != dataset.fingerprint:
        raise DataError("The rows of data set {id} are not those that this run was planned with. Add the data again.", id=dataset.id)
    return dataset, frame


def _planned_steps(rows: int, settings: FinetuneSettings) -> int:
    updates = -(-rows // (settings.batch_size * settings.gradient_accumulation))
    return updates * settings.epochs


def _use_all_cores() -> None:
    import torch

    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)


def _judge(job: _Job, dataset: Dataset, frame: pd.DataFrame, outcome: Outcome, settings: FinetuneSettings) -> None:
    """Store the answers on validation and test, and the figures computed from them."""
    from fmcore.evaluation import predictions, report
    from fmcore.evaluation.predict import predict_split

    if outcome.model is None:
        raise TrainingError("The run ended before its first evaluation, so there is no model to keep.")
    metrics = []
    for split in JUDGED:
        part = frame[frame["fmc_split"] == split]
        if part.empty:
            continue
        job.say(say("Answering the {split} rows.", split=split))
        answers = predict_split(outcome.model, dataset, part, task=job.spec.task, device=outcome.device, settings=settings)
        path = job.home / "predictions" / f"{split}.parquet"
        path.parent.mkdir(exist_ok=True)
        predictions.write(answers, path)
        found = report.evaluate(answers, dataset.labels, split)
        metrics += [*found.metrics, *found.per_class]
    job.store.put_metrics(job.run.id, metrics, token=job.claim.token)


def _finish(store: Store, claim: Claim, status: Status, message: Sentence | None, seconds: float | None) -> Run:
    held = store.claim_of(claim.run.id)
    if held is None or held.token != claim.token:
        raise LeaseLost(claim.run.id)
    return store.finish(claim.run.id, claim.token, status, message, seconds)
