"""Classifiers and tokenizers from a folder: loaded without code and without pickles, given a head, frozen from below."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.errors import ModelError, SettingsError

if TYPE_CHECKING:
    import torch

DROPOUTS = (
    "attention_probs_dropout_prob", "hidden_dropout_prob", "classifier_dropout", "attention_dropout", "hidden_dropout", "dropout",
    "seq_classif_dropout", "attn_pdrop", "embd_pdrop", "resid_pdrop", "summary_first_dropout", "embedding_dropout", "mlp_dropout",
)  # fmt: skip
"""What the model families call their dropout rates."""


def tokenizer_in(folder: Path) -> Any:
    """Return the folder's tokenizer, with a padding token set."""
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    if tokenizer.pad_token is None:  # GPT-2 and its like were trained without padding; the mask hides it
        tokenizer.pad_token = tokenizer.eos_token or tokenizer.unk_token
    tokenizer.padding_side = "right"
    return tokenizer


def with_head(folder: Path, labels: Sequence[str], tokenizer: Any, *, dropout: float | None = None) -> torch.nn.Module:
    """Return the base model with a fresh head for these labels; ``dropout`` replaces each of its dropout rates.

    Raises:
        ModelError: the folder holds no model that can classify texts.
    """
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(folder, local_files_only=True, trust_remote_code=False)
    config.id2label = dict(enumerate(labels))
    config.label2id = {label: index for index, label in enumerate(labels)}
    config.problem_type = "single_label_classification"
    config.pad_token_id = tokenizer.pad_token_id
    if dropout is not None:
        for name in DROPOUTS:
            if isinstance(getattr(config, name, None), (int, float)):
                setattr(config, name, dropout)
    return _load(folder, config=config, ignore_mismatched_sizes=True)


def trained(folder: Path) -> torch.nn.Module:
    """Return a fine-tuned classifier as it was saved, ready to answer.

    Raises:
        ModelError: the folder holds no classifier of texts.
    """
    return _load(folder).eval()


def freeze(model: torch.nn.Module, n_layers: int) -> None:
    """Let the embedding and the lowest layers stay as they are while the rest learns.

    Raises:
        SettingsError: the model has fewer layers.
    """
    import torch

    if n_layers == 0:
        return
    base = model.base_model
    stacks = [(name, part) for name, part in base.named_modules() if isinstance(part, torch.nn.ModuleList)]
    name, layers = max(stacks, key=lambda found: sum(p.numel() for p in found[1].parameters()), default=("", ()))
    if n_layers > len(layers):
        raise SettingsError("Can't freeze {asked} layers: this model has {found}. Choose fewer.", asked=n_layers, found=len(layers))
    below = tuple(f"{name}.{index}." for index in range(n_layers))
    seen_layers = False
    for parameter_name, parameter in base.named_parameters():
        seen_layers = seen_layers or parameter_name.startswith(f"{name}.")
        if not seen_layers or parameter_name.startswith(below):  # what stands before the layers is their embedding
            parameter.requires_grad_(False)


def _load(folder: Path, **options: Any) -> torch.nn.Module:
    import torch
    from transformers import AutoModelForSequenceClassification

    options |= {"dtype": torch.float32, "use_safetensors": True, "local_files_only": True, "trust_remote_code": False}
    try:
        try:
            return AutoModelForSequenceClassification.from_pretrained(folder, attn_implementation="sdpa", **options)
        except ValueError as error:
            if "scaled_dot_product_attention" not in str(error):
                raise
            return AutoModelForSequenceClassification.from_pretrained(folder, **options)
    except (ValueError, OSError, RuntimeError) as error:
        raise ModelError(
            "The model in {folder} can't be loaded for text classification: {reason}", folder=str(folder), reason=str(error).split("\n")[0]
        ) from error
