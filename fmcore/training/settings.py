"""What a person may choose about a fine-tuning run. The form, the command line and the stored run grow from this model.

Knows neither torch nor the data: values are checked against a model's limits where they are used.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


def _field(default: Any, title: str, description: str, *, group: str = "full", unit: str | None = None, **bounds: Any) -> Any:
    extra = {"group": group} | ({"unit": unit} if unit else {})
    return Field(default, title=title, description=description, json_schema_extra=extra, **bounds)


class FinetuneSettings(BaseModel):
    """Settings of one fine-tuning run. Group ``short`` is the form that everybody sees, ``full`` is for those who ask for more."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = _field(3, "Epochs", "How often training goes through all training rows.", group="short", ge=1, le=100)
    learning_rate: float = _field(
        1e-4,
        "Learning rate",
        "How big each correction is. Too high and training breaks, too low and it learns nothing. Large models like 2e-5, small ones 1e-4.",
        group="short",
        ge=1e-7,
        le=0.1,
    )
    batch_size: int = _field(
        32, "Batch size", "How many rows are looked at together. Larger needs more memory.", group="short", unit="rows", ge=1, le=1024
    )
    max_length: int = _field(
        128,
        "Longest text",
        "Texts with more tokens are cut here. A token is a word or a piece of one. The base model may allow less.",
        group="short",
        unit="tokens",
        ge=8,
        le=8192,
    )
    seed: int = _field(
        0,
        "Seed",
        "The start of every random choice. The same seed on the same machine gives the same result.",
        group="short",
        ge=0,
        le=2**31 - 1,
    )

    train_share: float = _field(
        1.0,
        "Share of the training rows",
        "Train on this share of each label's rows only, to see how much more data would bring. With the same seed, "
        "a smaller share is part of a larger one.",
        unit="share",
        ge=0.0001,
        le=1,
    )
    schedule: Literal["linear", "cosine", "constant"] = _field(
        "linear", "Schedule", "How the learning rate goes down after the warm-up: in a straight line, along a cosine, or not at all."
    )
    warmup_share: float = _field(
        0.06,
        "Warm-up",
        "Share of all steps in which the learning rate grows from 0, so that the start is gentle.",
        unit="share",
        ge=0,
        le=0.5,
    )
    weight_decay: float = _field(0.01, "Weight decay", "Pulls weights towards 0 at every step, against learning rows by heart.", ge=0, le=1)
    dropout: float | None = _field(
        None,
        "Dropout",
        "Share of signals switched off at random in training, against learning rows by heart. Empty keeps the base model's own.",
        unit="share",
        ge=0,
        le=0.9,
    )
    label_smoothing: float = _field(
        0.0,
        "Label smoothing",
        "How much of the truth is spread over the other labels. Helps when labels are noisy.",
        unit="share",
        ge=0,
        le=0.5,
    )
    class_weights: Literal["none", "balanced"] = _field(
        "none", "Class weights", "balanced: a row of a rare label counts more, so that every label weighs the same in total."
    )
    gradient_accumulation: int = _field(
        1,
        "Gradient accumulation",
        "How many batches are added up before a correction: a larger batch without more memory.",
        unit="batches",
        ge=1,
        le=256,
    )
    gradient_clipping: float = _field(1.0, "Gradient clipping", "Longest correction allowed (its norm); 0 sets no limit.", ge=0, le=100)
    evaluations_per_epoch: int = _field(
        2, "Evaluations per epoch", "How often the validation rows are looked at in each epoch. The best moment is kept.", ge=1, le=50
    )
    best_metric: Literal["macro-f1", "accuracy", "loss"] = _field(
        "macro-f1", "Best by", "Which figure on the validation rows decides the best moment. Equal ones are decided by the loss."
    )
    average_share: float = _field(
        0.0,
        "Averaged weights",
        "Let the result be the mean of the weights over about this share of all steps: often a lower loss. 0 keeps the last weights alone.",
        unit="share",
        ge=0,
        le=0.5,
    )
    early_stopping_patience: int = _field(
        0,
        "Early stopping",
        "Stop after so many evaluations without a better result; 0 never stops early.",
        unit="evaluations",
        ge=0,
        le=100,
    )
    freeze_layers: int = _field(
        0,
        "Frozen layers",
        "So many of the lowest layers, and the embeddings below them, stay as they are. Faster, learns less.",
        unit="layers",
        ge=0,
        le=200,
    )
    precision: Literal["auto", "fp32", "bf16"] = _field(
        "auto", "Precision", "auto measures whether this machine is faster with short numbers (bf16) and uses them only then."
    )
    device: Literal["auto", "cpu", "cuda"] = _field("auto", "Device", "Where to train: auto takes a GPU when there is one.")
