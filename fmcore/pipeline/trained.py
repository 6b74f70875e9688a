"""A run's trained model at hand: what is asked for answers and for reasons. Loads only what the run recorded, and torch with it."""

from __future__ import annotations

import copy
import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fmcore.explain.subject import Subject
from fmcore.pipeline import fingerprints
from fmcore.pipeline.runs import folder, require_done, require_finetuned, settings_of
from fmcore.records import Dataset, Run
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.tasks import Task, get_task

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, eq=False)
class Loaded:
    """A trained model, ready to be asked."""

    run: Run
    dataset: Dataset
    task: Task
    model: torch.nn.Module
    """In evaluation mode, float32, its parameters without gradients."""
    tokenizer: Any
    max_length: int
    """Tokens that it reads, as in training."""
    temperature: float | None
    """Fitted on the run's validation rows; None where there is no best one."""
    device: str
    """``cpu`` or ``cuda``: where the model lies."""

    def eager(self) -> Loaded:
        """Return the same with attention that hands out its weights (``output_attentions=True``); the others give an empty tuple."""
        return self._eager

    def twin(self) -> Loaded:
        """Return the same with a model and tokenizer of its own, whose weights are these: hooks on one do not touch the other."""
        shared = {id(part): part for part in (*self.model.parameters(), *self.model.buffers())}
        return replace(self, model=copy.deepcopy(self.model, shared), tokenizer=copy.deepcopy(self.tokenizer))

    def subject(self) -> Subject:
        """Return the same as explanations ask it, at the temperature of the probabilities that people are shown.

        Its products are packed for gradients where that is quicker: see :mod:`fmcore.explain.both_ways`.
        """
        return self._subject

    @property
    def is_packed_for_gradients(self) -> bool:
        """Whether packed copies of the weights are held beside them, one for each way."""
        return "_subject" in self.__dict__ and self._subject.model is not self.model

    @functools.cached_property
    def _subject(self) -> Subject:
        from fmcore.explain.both_ways import both_ways

        labels, temperature = self.dataset.labels, self.temperature or 1.0
        return Subject(self.task, both_ways(self.model), self.tokenizer, labels, self.max_length, self.device, temperature)

    @functools.cached_property
    def _eager(self) -> Loaded:
        made = self.twin()
        made.model.set_attn_implementation("eager")
        return made


def load(run_id: str) -> Loaded:
    """Return the run's model, ready to be asked. Loads torch.

    Raises:
        FmcoreError: no such run, it is not done, or its model is gone or is not the one that was trained.
    """
    run, store = require_done(run_id, "ask"), open_store()
    require_finetuned(run, "ask")
    fingerprints.whole_model(run_id)
    return _ready(run, store.dataset(run.spec.dataset))


def _ready(run: Run, dataset: Dataset) -> Loaded:
    from fmcore.models.config import max_length
    from fmcore.training.precision import choose_device

    place, task = folder(run.id) / "model", get_task(run.spec.task)
    device = choose_device("auto", get_settings().device)
    tokenizer = task.load_tokenizer(place)
    model = task.load_trained(place).requires_grad_(False).to(device)
    longest = min(settings_of(run).max_length, max_length(model.config.to_dict(), model=run.id))
    return Loaded(run, dataset, task, model, tokenizer, longest, temperature(run, dataset), device)


def temperature(run: Run, dataset: Dataset) -> float | None:
    """Return what was fitted on the run's validation rows; None where there are none, or no best one."""
    from fmcore.evaluation import thresholds
    from fmcore.pipeline import answers

    has_some = "validation" in fingerprints.answers(run.id)
    return thresholds.fit_temperature(answers.read(run.id, "validation"), dataset.labels).value if has_some else None
