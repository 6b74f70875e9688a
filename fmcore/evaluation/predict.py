"""A trained model's answers to rows, as the table that every later figure is computed from.

Answers in float32, whatever the model was trained in, so that anybody who loads the exported folder gets the same numbers.
torch comes in when a function is called, through the task.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from fmcore.errors import DataError
from fmcore.models.config import max_length
from fmcore.records import Columns, Dataset
from fmcore.settings import get_settings
from fmcore.tasks import Task, get_task
from fmcore.training.settings import FinetuneSettings

if TYPE_CHECKING:
    import pandas as pd
    import torch

AT_ONCE = 64
"""Rows answered together; no gradients are kept, so this may be more than a training batch."""


def predict_split(
    model_folder: Path,
    dataset: Dataset,
    frame: pd.DataFrame,
    *,
    task: str = "text-classification",
    device: str = "auto",
    settings: FinetuneSettings | None = None,
    split: str | None = None,
) -> pd.DataFrame:
    """Return one row per item, in the order of ``frame``: id, target, answer, p_<label> for each label (float64, sum 1), loss (nats).

    ``frame`` holds the rows of one split, or all rows and ``split`` says which. ``settings`` are those that the model was trained with:
    texts are cut at the same length.

    Raises:
        DataError: a column is missing or a label is unknown.
        ModelError: the folder holds no model for this task.
    """
    rows = frame if split is None else frame[frame["fmc_split"] == split]
    columns, labels = dataset.columns, dataset.labels
    probabilities = predict_rows(model_folder, rows, columns=columns, labels=labels, task=task, device=device, settings=settings)
    return answers_table(rows, probabilities, dataset)


def answers_table(rows: pd.DataFrame, probabilities: np.ndarray, dataset: Dataset) -> pd.DataFrame:
    """Return predictions of these rows from probabilities (n, labels), in the columns that :func:`predict_split` gives.

    Raises:
        DataError: a row's label is none of the data set's.
    """
    import pandas as pd

    labels, targets = dataset.labels, rows[dataset.columns.label].tolist()
    positions = {label: index for index, label in enumerate(labels)}
    strange = next((target for target in targets if target not in positions), None)
    if strange is not None:
        raise DataError("The label {label} is not among those of the data set.", label=str(strange)[:80])
    of_target = probabilities[np.arange(len(rows)), [positions[target] for target in targets]]
    answers = [labels[index] for index in probabilities.argmax(axis=1)]
    table = {"id": rows["fmc_id"].tolist(), "target": targets, "answer": answers}
    table |= {f"p_{label}": probabilities[:, index] for index, label in enumerate(labels)}
    return pd.DataFrame(table | {"loss": -np.log(np.maximum(of_target, np.finfo(float).tiny))})


def predict_rows(
    model_folder: Path,
    rows: pd.DataFrame,
    *,
    columns: Columns,
    labels: tuple[str, ...],
    task: str = "text-classification",
    device: str = "auto",
    settings: FinetuneSettings | None = None,
) -> np.ndarray:
    """Return probabilities, float64 (rows, labels), each row summing to 1, in the order of the rows. No label column is needed.

    Raises:
        DataError: a column is missing or a label is unknown.
        ModelError: the folder holds no model for this task.
    """
    return load(model_folder, task=task, device=device, settings=settings).probabilities(rows, columns, labels)


@dataclass(frozen=True, eq=False)
class Answering:
    """A model that was loaded once and answers as often as it is asked."""

    task: Task
    model: torch.nn.Module
    tokenizer: Any
    max_length: int
    device: str

    def probabilities(self, rows: pd.DataFrame, columns: Columns, labels: tuple[str, ...]) -> np.ndarray:
        """Return what :func:`predict_rows` does."""
        encoded = self.task.encode(rows, columns, labels, self.tokenizer, max_length=self.max_length)
        return self.task.predict(self.model, encoded, self.tokenizer, batch_size=AT_ONCE, device=self.device)


def load(
    model_folder: Path,
    *,
    task: str = "text-classification",
    device: str = "auto",
    settings: FinetuneSettings | None = None,
    int8: bool = False,
) -> Answering:
    """Return the model of a folder, ready to answer. ``int8`` multiplies in 8 bits, on the CPU.

    Raises:
        ModelError: the folder holds no model for this task.
    """
    from fmcore.evaluation.swift import in_int8, swift
    from fmcore.training.precision import choose_device

    kind = get_task(task)
    place = "cpu" if int8 else choose_device(device, get_settings().device)
    tokenizer = kind.load_tokenizer(model_folder)
    model = kind.load_trained(model_folder).to(place)
    longest = max_length(model.config.to_dict(), model=str(model_folder))
    asked = (settings or FinetuneSettings()).max_length
    return Answering(kind, in_int8(model) if int8 else swift(model), tokenizer, min(asked, longest), place)
