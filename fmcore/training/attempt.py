"""One go at training a model from start or checkpoint to end, stop or error; and a few timed steps to say what it will cost.

The torch side of :mod:`fmcore.finetune`, which decides what to do when an attempt ends.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
import transformers

from fmcore.training import checkpoints
from fmcore.training.batches import LengthBatches, updates
from fmcore.training.precision import use_tf32
from fmcore.training.progress import RunState, memory_mb
from fmcore.training.quick_cpu import quick_cpu
from fmcore.training.settings import FinetuneSettings
from fmcore.training.trainer import Channels, FinetuneTrainer, Material, arguments

TIMED = 7
"""Updates that are timed, from the shortest to the longest of an epoch."""


def attempt(
    base: Path,
    material: Material,
    settings: FinetuneSettings,
    channels: Channels,
    *,
    folder: Path,
    device: str,
    precision: str,
    parts: int,
    checkpoint_seconds: float,
) -> FinetuneTrainer:
    """Return the trainer after training; its checkpoints lie in ``folder``. Goes on from the newest intact one."""
    _quiet()
    use_tf32(device)
    resume = checkpoints.newest(folder, channels.log)
    run_state = RunState(**checkpoints.read_state(resume)) if resume else RunState(precision=precision)
    if run_state.best_step is not None and checkpoints.trouble(folder / checkpoints.name_of(run_state.best_step)):
        channels.log(f"The best model so far (step {run_state.best_step}) is damaged; the best one from here on is kept.")
        run_state.best_step = run_state.best_score = run_state.best_loss = None
    transformers.set_seed(settings.seed)
    model = _model(base, material, settings)
    batches = _batches(material, settings, parts)
    trainer = FinetuneTrainer(
        model,
        arguments(settings, folder, batches, device=device, precision=precision),
        material=material,
        batches=batches,
        settings=settings,
        channels=channels,
        folder=folder,
        run_state=run_state,
        checkpoint_seconds=checkpoint_seconds,
    )
    channels.log(
        f"{'Goes on from ' + resume.name if resume else 'Starts'} on {trainer.args.device} with {precision}, "
        f"{len(material.train)} rows, {batches.batch_size} × {batches.batches_per_update} rows a step."
    )
    with quick_cpu() if device == "cpu" else contextlib.nullcontext():
        trainer.train(resume_from_checkpoint=str(resume) if resume else None)
    trainer.run_state.seconds = trainer.seconds_before + time.perf_counter() - trainer.began
    return trainer


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether this is what torch or Python says when memory runs out, on a GPU or a CPU."""
    if isinstance(error, (torch.OutOfMemoryError, MemoryError)):
        return True
    words = ("out of memory", "can't allocate memory", "not enough memory", "bad allocation", "bad_alloc")
    return isinstance(error, RuntimeError) and any(found in str(error).lower() for found in words)


def timed(base: Path, material: Material, settings: FinetuneSettings, *, device: str, precision: str) -> dict[str, float]:
    """Return steps, seconds_low, seconds, seconds_high and memory_mb of the whole run, from a few steps at its real batch shapes."""
    _quiet()
    use_tf32(device)
    transformers.set_seed(settings.seed)
    model = _model(base, material, settings).to(device).train()
    batches = _batches(material, settings, 1)
    plan = updates(material.train.lengths, batches.update_size, seed=settings.seed, epoch=0)
    sizes = np.array([_padded(material.train.lengths, update, batches.batch_size) for update in plan])
    order = np.argsort(sizes)
    picked = order[np.linspace(0, len(order) - 1, min(TIMED, len(order))).round().astype(int)]
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=0.0, fused=True)
    with quick_cpu() if device == "cpu" else contextlib.nullcontext():
        one = lambda index: _seconds(model, optimizer, material, plan[index], batches.batch_size, device=device, precision=precision)  # noqa: E731
        one(picked[-1])  # the first step pays for kernels and memory, and the largest says what memory is needed
        seconds = np.array([min(one(index), one(index)) for index in picked])
        evaluation = _evaluation_seconds(model, material, settings, device=device, precision=precision)
    slope, fixed = np.polyfit(sizes[picked], seconds, 1) if len(set(sizes[picked])) > 1 else (0.0, seconds.mean())
    fitted = np.maximum(slope * sizes + fixed, seconds.min())
    spread = float(np.clip(np.std(seconds - (slope * sizes[picked] + fixed)) / seconds.mean(), 0.1, 0.5))
    middle = float(fitted.sum()) * settings.epochs + evaluation * settings.epochs * settings.evaluations_per_epoch
    return {
        "steps": len(plan) * settings.epochs,
        "seconds_low": middle * (1 - spread),
        "seconds": middle,
        "seconds_high": middle * (1 + 2 * spread),
        "memory_mb": memory_mb(on_gpu=device != "cpu"),
    }


def _model(base: Path, material: Material, settings: FinetuneSettings) -> torch.nn.Module:
    model = material.task.load_model(base, material.labels, material.tokenizer, dropout=settings.dropout)
    material.task.freeze(model, settings.freeze_layers)
    return model


def _batches(material: Material, settings: FinetuneSettings, parts: int) -> LengthBatches:
    return LengthBatches(
        material.train.lengths,
        settings.batch_size,
        accumulation=settings.gradient_accumulation,
        parts=parts,
        seed=settings.seed,
        rank=int(os.environ.get("RANK", 0)),
        world=int(os.environ.get("WORLD_SIZE", 1)),
    )


def _padded(lengths: np.ndarray, update: np.ndarray, batch_size: int) -> int:
    parts = (lengths[update[start : start + batch_size]] for start in range(0, len(update), batch_size))
    return int(sum(len(part) * part.max() for part in parts))


def _seconds(
    model: torch.nn.Module, optimizer: Any, material: Material, update: np.ndarray, batch_size: int, *, device: str, precision: str
) -> float:
    start = time.perf_counter()
    for first in range(0, len(update), batch_size):
        items = [material.train[index] for index in update[first : first + batch_size]]
        batch = {name: value.to(device) for name, value in material.task.collate(items, material.tokenizer).items()}
        targets = batch.pop("labels")
        with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
            logits = model(**batch).logits
        (material.task.loss(logits, targets) / len(update)).backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()
    if device != "cpu":
        torch.cuda.synchronize()
    return time.perf_counter() - start


def _evaluation_seconds(model: torch.nn.Module, material: Material, settings: FinetuneSettings, *, device: str, precision: str) -> float:
    if material.validation is None:
        return 0.0
    some = _Some(material.validation, np.linspace(0, len(material.validation) - 1, min(64, len(material.validation))).astype(int))
    start = time.perf_counter()
    with torch.autocast(device, torch.bfloat16, enabled=precision == "bf16"):
        material.task.predict(model, some, material.tokenizer, batch_size=settings.batch_size, device=device)
    return (time.perf_counter() - start) * len(material.validation) / len(some)


class _Some:
    """Part of some encoded rows."""

    def __init__(self, whole: Any, rows: np.ndarray) -> None:
        self.whole, self.rows = whole, rows
        self.lengths, self.targets, self.cut, self.n_cut = whole.lengths[rows], None, whole.cut[rows], 0

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, index: int) -> Any:
        return self.whole[self.rows[index]]


def _quiet() -> None:
    """Keep the libraries' bars and advice out of the job's log: ours says what matters."""
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
