"""Stage 4: from a base model and labelled rows to the best model on validation. Knows no store and no job.

Importing this costs nothing; torch comes in when :func:`finetune` or :func:`estimate` is called.
"""

from __future__ import annotations

import gc
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.data.split import part
from fmcore.errors import TrainingError
from fmcore.files import write_text
from fmcore.models import load
from fmcore.records import Dataset, Progress, RunSpec, Sentence, Status, from_json, to_json
from fmcore.records import say as sentence
from fmcore.settings import get_settings
from fmcore.tasks import get_task
from fmcore.training import checkpoints, several
from fmcore.training.outcome import Forecast, Outcome
from fmcore.training.settings import FinetuneSettings

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.training.trainer import FinetuneTrainer, Material

CHOICES = "choices.json"
"""What was decided at the start, so that a resumed run does the same sums: precision, parts of a batch, device."""


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

    ``frame`` holds all rows with ``fmc_split``. ``report`` gets one Progress per step, in order; after a resume some again.
    ``should_stop`` is asked after every step. Called again after it was done, it answers with the same outcome at once.

    Raises:
        TrainingError: a loss that is no number, out of memory even at half the batch, a full disk.
        DataError, ModelError, SettingsError: rows, base model or settings do not fit.
    """
    if several.is_first():
        for place in (folder, folder / "checkpoints"):
            checkpoints.mend(place)
    finished = _finished(folder / "model")
    if finished is not None:
        for point in checkpoints.read_manifest(folder / "model").get("progress", ()):  # its receiver may have died before the last write
            report(from_json(Progress, point))
        return finished
    settings = FinetuneSettings(**spec.settings)
    choices = _choices(folder, settings)
    count = several.processes(choices["device"])
    if count > 1:
        return several.train(
            count, spec, dataset=dataset, frame=frame, folder=folder, report=report, should_stop=should_stop, log=log, say=say
        )
    from fmcore.training.trainer import Channels

    base = load.folder(spec.base)
    say(sentence("Reading the texts."))
    material = _material(spec, settings, dataset, frame, base, log)
    say(sentence("Training."))
    channels = Channels(report, should_stop, log)
    trainer = _attempt(base, material, settings, channels, folder=folder, choices=choices)
    if trainer is None:
        say(sentence("Out of memory: goes on with batches half as large, two for each step."))
        choices = _write_choices(folder, {**choices, "parts": 2})
        trainer = _attempt(base, material, settings, channels, folder=folder, choices=choices)
    if trainer is None:
        raise TrainingError(
            "Out of memory with batches of {size} rows, and also with half of that. Choose a smaller batch size or a shorter longest text.",
            size=settings.batch_size,
        )
    return _outcome(trainer, folder, choices)


def estimate(spec: RunSpec, dataset: Dataset, frame: pd.DataFrame) -> Forecast:
    """Return what this run will cost here, from a few timed steps at its real batch shapes. Trains nothing, writes nothing.

    Raises:
        TrainingError: even a few steps do not fit into memory.
        DataError, ModelError, SettingsError: rows, base model or settings do not fit.
    """
    settings = FinetuneSettings(**spec.settings)
    base = load.folder(spec.base)
    material = _material(spec, settings, dataset, frame, base, log=lambda line: None)
    choices = _decide(settings)
    from fmcore.training.attempt import is_out_of_memory, timed

    try:
        cost = timed(base, material, settings, device=choices["device"], precision=choices["precision"])
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        raise TrainingError("Out of memory with batches of {size} rows. Choose a smaller batch size.", size=settings.batch_size) from error
    return Forecast(
        rows=len(material.train),
        steps=int(cost["steps"]),
        seconds_low=cost["seconds_low"],
        seconds=cost["seconds"],
        seconds_high=cost["seconds_high"],
        memory_mb=cost["memory_mb"],
        tokens=int(material.train.lengths.sum()),
        cut_share=material.train.n_cut / len(material.train),
        device=choices["device"],
        precision=choices["precision"],
    )


def _attempt(base: Path, material: Material, settings: FinetuneSettings, channels: Any, *, folder: Path, choices: dict[str, Any]) -> Any:
    """Return the trainer, or None when memory ran out; by then all that the attempt held is free again."""
    from fmcore.training.attempt import attempt, is_out_of_memory

    try:
        seconds = get_settings().checkpoint_seconds
        return attempt(base, material, settings, channels, folder=folder / "checkpoints", checkpoint_seconds=seconds, **choices)
    except (RuntimeError, MemoryError) as error:
        if not is_out_of_memory(error):
            raise
        channels.log(f"Out of memory: {error}")
        if several.am_one_of_several():  # the others wait for this one in the middle of a step: all must end
            raise TrainingError("Out of memory on one of several GPUs. Choose a smaller batch size.") from error
    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    return None


def _material(
    spec: RunSpec, settings: FinetuneSettings, dataset: Dataset, frame: pd.DataFrame, base: Path, log: Callable[[str], None]
) -> Material:
    from fmcore.training.trainer import Material

    task = get_task(spec.task)
    tokenizer = task.load_tokenizer(base)
    max_length = min(settings.max_length, spec.base.max_length)
    if max_length < settings.max_length:
        log(f"The base model reads at most {max_length} tokens; longer texts are cut there.")
    parts = {name: frame[frame["fmc_split"] == name] for name in ("train", "validation")}
    if parts["train"].empty:
        raise TrainingError("The data set has no training rows. Split it anew.")
    if settings.train_share < 1:
        parts["train"] = parts["train"][part(parts["train"], dataset.columns, share=settings.train_share, seed=settings.seed)]
        log(f"Trains on {len(parts['train'])} rows, a share of {settings.train_share:g}.")
    encoded = {
        name: task.encode(rows, dataset.columns, dataset.labels, tokenizer, max_length=max_length)
        for name, rows in parts.items()
        if len(rows)
    }
    return Material(task, tokenizer, encoded["train"], encoded.get("validation"), tuple(dataset.labels))


def _decide(settings: FinetuneSettings) -> dict[str, Any]:
    from fmcore.training.precision import choose_device, choose_precision

    device = choose_device(settings.device, get_settings().device)
    memory = get_settings().cache() / "precision.json"
    return {"device": device, "precision": choose_precision(settings.precision, device, memory=memory), "parts": 1}


def _choices(folder: Path, settings: FinetuneSettings) -> dict[str, Any]:
    """Return what the first attempt decided; a run that goes on elsewhere decides anew."""
    path = folder / CHOICES
    fresh = _decide(settings)
    if not path.is_file():
        return _write_choices(folder, fresh)
    found = json.loads(path.read_text(encoding="utf-8"))
    return found if found["device"] == fresh["device"] else _write_choices(folder, fresh)


def _write_choices(folder: Path, choices: dict[str, Any]) -> dict[str, Any]:
    with checkpoints.disk_errors(folder):
        write_text(folder / CHOICES, json.dumps(choices))
    return choices


def _finished(place: Path) -> Outcome | None:
    """Return the outcome of a run that was done before, if its model is intact."""
    if not (place / checkpoints.MANIFEST).is_file() or checkpoints.trouble(place):
        return None
    outcome = from_json(Outcome, checkpoints.read_manifest(place)["outcome"])
    return Outcome(**{**vars(outcome), "model": place}) if outcome.status is Status.DONE else None


def _outcome(trainer: FinetuneTrainer, folder: Path, choices: dict[str, Any]) -> Outcome:
    best = trainer.run_state.best_step
    outcome = Outcome(
        status=Status.STOPPED if trainer.stopped else Status.DONE,
        step=trainer.state.global_step,
        steps=trainer.state.max_steps,
        seconds=trainer.run_state.seconds,
        device=str(trainer.args.device),
        precision=choices["precision"],
        best_step=best,
        model=folder / "model" if best is not None else None,
        note=_note(trainer, choices),
    )
    if best is not None and trainer.is_world_process_zero():
        source = folder / "checkpoints" / checkpoints.name_of(best)
        checkpoints.publish(
            source, folder / "model", outcome=to_json(outcome) | {"model": "."}, step=best, progress=trainer.run_state.progress
        )
        if outcome.status is Status.DONE:
            checkpoints.clear(folder / "checkpoints")
    return outcome


def _note(trainer: FinetuneTrainer, choices: dict[str, Any]) -> Sentence | None:
    if trainer.stopped:
        return sentence("Stopped at step {step} of {steps} as asked.", step=trainer.state.global_step, steps=trainer.state.max_steps)
    if trainer.ended_early:
        return sentence(
            "Ended early at step {step}: the validation rows were no longer answered better than at step {best}.",
            step=trainer.state.global_step,
            best=trainer.run_state.best_step or 0,
        )
    if choices["parts"] > 1:
        return sentence("Memory ran out at the chosen batch size, so each step used two batches of half the size.")
    return None


if __name__ == "__main__":  # one of several processes on one run
    several.work(finetune)
