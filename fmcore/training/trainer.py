"""transformers' Trainer, subclassed once: our batches, our loss, verified checkpoints, a stop at the next step, no surprises.

Knows tasks through their protocol only, and nothing of stores and jobs. Trainer's own logging, evaluation and saving are switched
off: it waits for the GPU at every log line, its checkpoints are not atomic, and its evaluation has no place for our early end.
Several processes (see :mod:`fmcore.training.several`) take the same path. Tried with two on a CPU; no GPU was at hand.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import Trainer, TrainerCallback, TrainingArguments
from transformers.trainer_callback import PrinterCallback

from fmcore.records import Progress
from fmcore.tasks import Encoded, Task
from fmcore.training import checkpoints
from fmcore.training.averaging import WeightAverage
from fmcore.training.batches import LengthBatches, evaluation_steps
from fmcore.training.progress import Curve, RunState
from fmcore.training.settings import FinetuneSettings

SCHEDULES = {"linear": "linear", "cosine": "cosine", "constant": "constant_with_warmup"}


@dataclass(frozen=True)
class Material:
    """What is trained on, and with."""

    task: Task
    tokenizer: Any
    train: Encoded
    validation: Encoded | None
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Channels:
    """How a run talks with whoever started it."""

    report: Callable[[Progress], None]
    should_stop: Callable[[], bool]
    log: Callable[[str], None]


def arguments(settings: FinetuneSettings, folder: Path, batches: LengthBatches, *, device: str, precision: str) -> TrainingArguments:
    """Return our settings in Trainer's words."""
    steps = settings.epochs * batches.updates_per_epoch
    found = TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=settings.epochs,
        per_device_train_batch_size=batches.batch_size,
        gradient_accumulation_steps=batches.batches_per_update,
        learning_rate=settings.learning_rate,
        lr_scheduler_type=SCHEDULES[settings.schedule],
        warmup_steps=round(settings.warmup_share * steps),
        weight_decay=settings.weight_decay,
        max_grad_norm=settings.gradient_clipping,
        optim="adamw_torch_fused",
        seed=settings.seed,
        use_cpu=device == "cpu",
        bf16=precision == "bf16",
        ddp_backend="gloo" if device == "cpu" and batches.world > 1 else None,
        ddp_find_unused_parameters=False,
        dataloader_pin_memory=device != "cpu",
        logging_strategy="no",
        logging_nan_inf_filter=False,  # would hide a broken loss, and waits for the GPU at every step
        eval_strategy="no",
        save_strategy="no",
        remove_unused_columns=False,
        report_to=[],
        disable_tqdm=True,
    )
    found._n_gpu = min(found.n_gpu, 1)  # several GPUs go by torchrun; the old DataParallel would slip in here
    return found


class FinetuneTrainer(Trainer):
    """Trains from the start or from a checkpoint in ``folder``; afterwards ``best_step`` names the checkpoint to keep."""

    def __init__(
        self,
        model: torch.nn.Module,
        args: TrainingArguments,
        *,
        material: Material,
        batches: LengthBatches,
        settings: FinetuneSettings,
        channels: Channels,
        folder: Path,
        run_state: RunState,
        checkpoint_seconds: float,
    ) -> None:
        self.material, self.batches, self.settings, self.channels = material, batches, settings, channels
        self.folder, self.run_state, self.checkpoint_seconds = folder, run_state, checkpoint_seconds
        self.class_weights = class_weights(material.train.targets, len(material.labels)) if settings.class_weights == "balanced" else None
        self.stopped = self.ended_early = False
        self.average: WeightAverage | None = None
        super().__init__(model, args, compute_loss_func=self._loss, callbacks=[_EachStep(self)])
        self.remove_callback(PrinterCallback)  # writes to standard output
        self.curve = Curve(channels.report if self.is_world_process_zero() else _silent, device=args.device.type, state=run_state)
        self._losses: list[torch.Tensor] = []
        self._rows = 0
        self._rate = 0.0

    def get_train_dataloader(self) -> Any:
        multiple = 8 if self.args.device.type == "cuda" else 1  # tensor cores want it; a CPU only pays for it
        task, tokenizer = self.material.task, self.material.tokenizer
        # Not prepared by accelerate: the batches are dealt out by LengthBatches, so that several GPUs see the same updates as one.
        return torch.utils.data.DataLoader(
            self.material.train,  # type: ignore[arg-type]
            batch_sampler=self.batches,
            collate_fn=lambda items: task.collate(items, tokenizer, multiple=multiple),
            pin_memory=self.args.dataloader_pin_memory,
            generator=torch.Generator(),  # else every epoch draws from the chance that dropout lives on
        )

    def training_step(self, model: torch.nn.Module, inputs: dict[str, Any], num_items_in_batch: Any = None) -> torch.Tensor:
        self._rows += len(inputs["labels"]) * self.args.world_size
        loss = super().training_step(model, inputs, num_items_in_batch)
        self._losses.append(loss)
        return loss

    def floating_point_ops(self, inputs: dict[str, Any]) -> int:
        return 0  # Trainer counts all parameters again at every step for a number that nobody reads

    def _loss(self, outputs: Any, labels: torch.Tensor, num_items_in_batch: Any = None) -> torch.Tensor:
        total = self.material.task.loss(outputs.logits, labels, weights=self.class_weights, smoothing=self.settings.label_smoothing)
        return total / num_items_in_batch

    def begin(self) -> None:
        """Trainer's call before the first step of an attempt."""
        epochs = self.settings.epochs
        self.evaluate_at = evaluation_steps(self.state.max_steps // epochs, self.settings.evaluations_per_epoch, epochs)
        self._begin_average()
        self.began = self.saved = time.perf_counter()
        self.seconds_before = self.run_state.seconds
        self.curve.again()
        self.curve.pause()

    def _begin_average(self) -> None:
        window, step = self.settings.average_share * self.state.max_steps, self.state.global_step
        self.average = WeightAverage(self.accelerator.unwrap_model(self.model), window) if window >= 2 else None
        if self.average is not None and step:
            taken = max((at for at in self.evaluate_at if at <= step), default=0)
            self.average.resume(self.folder / checkpoints.name_of(step), max(taken, step - step % self.average.stride))

    def _result(self) -> contextlib.AbstractContextManager[None]:
        """Return the context in which the model holds what would be the result: the mean of its weights, where one is kept."""
        return contextlib.nullcontext() if self.average is None else self.average.shown()

    def before_update(self) -> None:
        self._rate = float(self.optimizer.param_groups[0]["lr"])

    def after_step(self, control: Any) -> None:
        """Report, look at validation, save and stop where it is due."""
        step = self.state.global_step
        self.curve.add(step, float(self.state.epoch or 0), loss=self._step_loss(), learning_rate=self._rate, rows=self._rows)
        self._rows = 0
        if self.average is not None and (step % self.average.stride == 0 or step in self.evaluate_at):
            self.average.take(step)
        is_last = step >= self.state.max_steps
        self.stopped = self._agree(self.channels.should_stop()) and not is_last
        is_best = self._evaluate_now(step) if step in self.evaluate_at and self.material.validation is not None else False
        if is_last and self.material.validation is None:
            self.run_state.best_step, is_best = step, True
        patience = self.settings.early_stopping_patience
        self.ended_early = not is_last and 0 < patience <= self.run_state.stale
        is_due = self._agree(time.perf_counter() - self.saved >= self.checkpoint_seconds)
        self.curve.flush(force=is_best or is_due or is_last or self.stopped or self.ended_early)
        if is_best or self.stopped or (is_due and not is_last):
            self._checkpoint(step)
        control.should_training_stop = control.should_training_stop or self.stopped or self.ended_early
        if is_best or is_due:
            self.curve.pause()

    def _step_loss(self) -> torch.Tensor:
        loss = torch.stack(self._losses).sum()  # each was divided by all rows of the update
        self._losses.clear()
        if self.args.world_size > 1:
            loss = self.accelerator.reduce(loss, reduction="mean")
        return loss

    def _evaluate_now(self, step: int) -> bool:
        material, size = self.material, max(self.batches.batch_size, 32)
        with self._result():
            probabilities = material.task.predict(
                self.model, material.validation, material.tokenizer, batch_size=size, device=str(self.args.device)
            )
        scores = material.task.score(probabilities, material.validation.targets)
        self.curve.note(scores)
        self.channels.log(f"step {step}: validation " + ", ".join(f"{name} {value:.4f}" for name, value in scores.items()))
        self.curve.pause()
        return self.run_state.take(step, scores, self.settings.best_metric)

    def _checkpoint(self, step: int) -> None:
        self.run_state.seconds = self.seconds_before + time.perf_counter() - self.began
        place = self.folder / checkpoints.name_of(step)
        if self.args.world_size > 1:  # each process has chance of its own
            shared = self.folder / ".chance"
            self._save_rng_state(str(shared))
            self.accelerator.wait_for_everyone()
        if self.is_world_process_zero():
            checkpoints.write(place, self._fill, step=step)
            checkpoints.rotate(self.folder)
        self.accelerator.wait_for_everyone()
        self.saved = time.perf_counter()

    def _fill(self, folder: Path) -> None:
        with self._result():
            self.accelerator.unwrap_model(self.model).save_pretrained(folder)
        if self.average is not None:
            self.average.save(folder)
        self.material.tokenizer.save_pretrained(folder)
        torch.save(self.optimizer.state_dict(), folder / "optimizer.pt")
        torch.save(self.lr_scheduler.state_dict(), folder / "scheduler.pt")
        if self.args.world_size > 1:
            for path in (self.folder / ".chance").iterdir():
                (folder / path.name).write_bytes(path.read_bytes())
        else:
            self._save_rng_state(str(folder))
        self.state.save_to_json(str(folder / "trainer_state.json"))
        (folder / checkpoints.STATE).write_text(json.dumps(self.run_state.to_json()), encoding="utf-8")

    def _agree(self, value: bool) -> bool:
        """Return the first process's word: clocks and requests may differ between processes, and one alone must not leave the loop."""
        if self.args.world_size == 1:
            return value
        word = torch.tensor(int(value), device=self.args.device)
        torch.distributed.broadcast(word, src=0)
        return bool(word.item())


class _EachStep(TrainerCallback):
    def __init__(self, trainer: FinetuneTrainer) -> None:
        self.trainer = trainer

    def on_train_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        self.trainer.begin()

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        batches = self.trainer.batches
        batches.set_epoch(state.global_step // batches.updates_per_epoch)

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        self.trainer.before_update()

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        self.trainer.after_step(control)


def class_weights(targets: np.ndarray | None, n_classes: int) -> torch.Tensor:
    """Return a weight per class, (C,) float32, so that every class weighs the same in total and the mean over rows is 1.

    Example:
        >>> class_weights(np.array([0, 0, 0, 1]), 2).tolist()
        [0.6666666865348816, 2.0]
    """
    counts = np.bincount(targets if targets is not None else [], minlength=n_classes)
    present = np.count_nonzero(counts)
    return torch.tensor(counts.sum() / (present * np.maximum(counts, 1)), dtype=torch.float32)


def _silent(progress: Progress) -> None:
    """Receives what all but the first process would say twice."""
