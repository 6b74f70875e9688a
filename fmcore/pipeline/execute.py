"""A job's body: one run from its spec to stored figures. The only module that loads torch, and only while it executes.

Knows neither processes nor queues; who calls it holds the run's claim.
"""

from __future__ import annotations

import math
import os
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from fmcore.errors import DataError, FmcoreError, JobError, TrainingError, unknown
from fmcore.evaluation.predict import answers_table
from fmcore.files import is_full
from fmcore.pipeline import fingerprints
from fmcore.pipeline.pulse import Pulse
from fmcore.pipeline.runs import GOES_ON, folder, read_settings
from fmcore.records import Dataset, Progress, Run, Sentence, Status, say
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
        outcome = _stage(job)(job)
        return outcome.status, outcome.note, outcome.seconds
    except FmcoreError as error:
        log(traceback.format_exc())
        return Status.FAILED, error.sentence, None
    except MemoryError:
        log(traceback.format_exc())
        return Status.FAILED, _no_memory(job), None
    except Exception as error:  # whatever it is, a person gets a sentence and the log gets the rest
        log(traceback.format_exc())
        return Status.FAILED, _plain(error, job), None


OUT_OF_MEMORY = say("The machine ran out of memory. Use a smaller batch or shorter texts, then resume or clone the run.")


def _no_memory(job: _Job) -> Sentence:
    if job.spec.stage in GOES_ON:
        return OUT_OF_MEMORY
    return say("The machine ran out of memory. End what else needs memory, then resume: it starts over.")


def _plain(error: Exception, job: _Job) -> Sentence:
    if is_full(error) and job.spec.stage not in GOES_ON:
        return say("The disk of {folder} is full. Make room, then resume: it starts over.", folder=str(job.home))
    if is_full(error):
        return say("The disk of {folder} is full. Make room, then resume: the run goes on from its last checkpoint.", folder=str(job.home))
    if "out of memory" in str(error).lower():
        return _no_memory(job)
    return say("The run broke off with an error that nobody expected ({kind}). Its log has the details.", kind=type(error).__name__)


def _stage(job: _Job) -> Callable[[_Job], Outcome]:
    if job.spec.stage not in STAGES:
        raise JobError("{sentence}", sentence=unknown("stage", job.spec.stage, STAGES))
    return STAGES[job.spec.stage]


def _finetune(job: _Job) -> Outcome:
    job.say(say("Getting ready: loading the data and the base model."))
    dataset, frame = _rows(job)
    settings = read_settings(job.spec.settings)
    job.steps(_planned_steps(math.ceil(int(dataset.rows["train"]) * settings.train_share), settings))
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
        _judge_model(job, dataset, frame, outcome, settings)
    return outcome


def _baseline(job: _Job) -> Outcome:
    from fmcore.evaluation import baselines
    from fmcore.models import load
    from fmcore.training.outcome import Outcome

    job.say(say("Getting ready: loading the data."))
    dataset, frame = _rows(job)
    settings = baselines.BaselineSettings(**job.spec.settings)
    base = None
    if baselines.KINDS[settings.kind].needs_base:
        _use_all_cores()
        base = load.folder(job.spec.base)
    job.say(say("Fitting the baseline."))
    fitted = baselines.fit(settings, dataset=dataset, frame=frame, base=base, should_stop=job.pulse.should_stop, log=log)
    if fitted is None:
        return Outcome(Status.STOPPED, 0, 1, 0.0, "cpu", "fp32", None, None, say("Stopped as asked."))
    seconds = fitted.cost["training-seconds"]
    _judge(job, dataset, frame, lambda rows: answers_table(rows, fitted.answer(rows), dataset), fitted.cost)
    return Outcome(Status.DONE, 1, 1, seconds, fitted.device, "fp32", None, None)


def _swaps(job: _Job) -> Outcome:
    from fmcore.pipeline import swap_job

    return _counted(job, swap_job.answer)


def _explanations(job: _Job) -> Outcome:
    from fmcore.pipeline import explain_job

    job.say(say("Getting ready: loading the model."))
    return _counted(job, explain_job.make)


def _counted(job: _Job, work: Callable[..., bool]) -> Outcome:
    """Do what asks a model that is there and trains none; its steps are the parts of the work."""
    from fmcore.training.outcome import Outcome

    _use_all_cores()
    began, parts = time.perf_counter(), 1

    def watch(done: int, of: int) -> None:
        nonlocal parts
        parts = of
        if done == 0:
            job.store.start_over(job.run.id, token=job.claim.token)  # an attempt before this one kept nothing
            job.steps(of)
        else:
            job.pulse.report(Progress(done, done / of, time.time(), {}))

    is_done = work(job.run, job.store, should_stop=job.pulse.should_stop, watch=watch, tell=job.say, token=job.claim.token)
    job.pulse.flush()
    seconds = time.perf_counter() - began
    if not is_done:
        return Outcome(Status.STOPPED, 0, parts, seconds, "cpu", "fp32", None, None, say("Stopped as asked."))
    return Outcome(Status.DONE, parts, parts, seconds, "cpu", "fp32", None, None)


STAGES: dict[str, Callable[[_Job], Outcome]] = {
    "finetune": _finetune,
    "baseline": _baseline,
    "swaps": _swaps,
    "explanations": _explanations,
}


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


def _judge_model(job: _Job, dataset: Dataset, frame: pd.DataFrame, outcome: Outcome, settings: FinetuneSettings) -> None:
    """Judge the trained model."""
    from fmcore.evaluation import costs
    from fmcore.evaluation.predict import predict_split

    model = outcome.model
    if model is None:
        raise TrainingError("The run ended before its first evaluation, so there is no model to keep.")

    def answer(rows: pd.DataFrame) -> pd.DataFrame:
        return predict_split(model, dataset, rows, task=job.spec.task, device=outcome.device, settings=settings)

    _judge(job, dataset, frame, answer, {"training-seconds": outcome.seconds, **costs.of_weights(model)})


def _judge(
    job: _Job, dataset: Dataset, frame: pd.DataFrame, answer: Callable[[pd.DataFrame], pd.DataFrame], cost: Mapping[str, float]
) -> None:
    """Store the answers on validation and test, the figures computed from them, what it all cost, and the fingerprints of what is left."""
    from fmcore.evaluation import costs, predictions, report

    metrics, seconds, n_answered = [], 0.0, 0
    for split in JUDGED:
        part = frame[frame["fmc_split"] == split]
        if part.empty:
            continue
        job.say(say("Answering the {split} rows.", split=split))
        began = time.perf_counter()
        answers = answer(part)
        seconds, n_answered = seconds + time.perf_counter() - began, n_answered + len(part)
        path = job.home / "predictions" / f"{split}.parquet"
        path.parent.mkdir(exist_ok=True)
        predictions.write(answers, path)
        found = report.evaluate(answers, dataset.labels, split)
        metrics += [*found.metrics, *found.per_class]
    timed = {"ms-per-answer": 1000 * seconds / n_answered} if n_answered else {}
    job.store.put_metrics(job.run.id, [*metrics, *costs.metrics({**cost, **timed}, n=n_answered)], token=job.claim.token)
    fingerprints.record(job.run, job.store, token=job.claim.token)


def _finish(store: Store, claim: Claim, status: Status, message: Sentence | None, seconds: float | None) -> Run:
    held = store.claim_of(claim.run.id)
    if held is None or held.token != claim.token:
        raise LeaseLost(claim.run.id)
    return store.finish(claim.run.id, claim.token, status, message, seconds)
