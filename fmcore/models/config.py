"""What a model's config.json may say: known model types, known keys, plain values. Refuses everything else.

A config is code in disguise: ``auto_map`` names Python to fetch, attention kernels are loaded by name, a size of 10**12 eats the machine.
So this is a list of what is allowed, not of what is forbidden. Reads text, never transformers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fmcore.errors import ModelError

LARGEST = 10_000_000  # no size, vocabulary or token id of a text model that fits a lab's machine is above this
LAYERS = ("num_hidden_layers", "n_layers", "n_layer")
HEADS = ("num_attention_heads", "n_heads", "n_head")
WIDTHS = ("hidden_size", "dim", "n_embd")
_BOUNDS: Mapping[str, tuple[int, int]] = {  # whole numbers that decide how much is built
    **dict.fromkeys(LAYERS, (1, 512)),
    **dict.fromkeys(HEADS, (1, 1_024)),
    **dict.fromkeys((*WIDTHS, "embedding_size"), (1, 65_536)),
    **dict.fromkeys(("intermediate_size", "hidden_dim", "n_inner"), (1, 524_288)),
    "vocab_size": (1, LARGEST),
}

_COMMON = """
    _name_or_path architectures model_type transformers_version dtype torch_dtype id2label label2id num_labels problem_type
    vocab_size hidden_size num_hidden_layers num_attention_heads intermediate_size hidden_act hidden_dropout_prob
    attention_probs_dropout_prob max_position_embeddings type_vocab_size initializer_range layer_norm_eps
    pad_token_id bos_token_id eos_token_id cls_token_id sep_token_id mask_token_id unk_token_id decoder_start_token_id
    use_cache classifier_dropout tie_word_embeddings is_decoder add_cross_attention is_encoder_decoder cross_attention_hidden_size
    output_hidden_states output_attentions output_past return_dict chunk_size_feed_forward
    position_embedding_type gradient_checkpointing finetuning_task task_specific_params pruned_heads torchscript use_bfloat16
    tf_legacy_loss xla_device _attn_implementation_autoset _num_labels language name prefix
    max_length min_length do_sample early_stopping num_beams num_beam_groups diversity_penalty temperature top_k top_p typical_p
    repetition_penalty length_penalty no_repeat_ngram_size encoder_no_repeat_ngram_size bad_words_ids num_return_sequences
    output_scores return_dict_in_generate forced_bos_token_id forced_eos_token_id remove_invalid_values
    exponential_decay_length_penalty suppress_tokens begin_suppress_tokens tokenizer_class
"""
COMMON = frozenset(_COMMON.split())
"""Keys of every text model, with those that older versions of transformers wrote and newer ones ignore."""

_POOLER = "directionality pooler_fc_size pooler_num_attention_heads pooler_num_fc_layers pooler_size_per_head pooler_type"
_DEBERTA = (
    "relative_attention max_relative_positions position_biased_input pos_att_type pooler_dropout pooler_hidden_act "
    "pooler_hidden_size legacy position_buckets share_att_key norm_rel_ebd "
    "conv_kernel_size conv_act conv_groups attention_head_size padding_idx embedding_size"
)
_SUMMARY = "summary_type summary_use_proj summary_activation summary_last_dropout summary_first_dropout summary_proj_to_labels"

MODEL_TYPES: Mapping[str, frozenset[str]] = {
    kind: frozenset(keys.split())
    for kind, keys in {
        "albert": "embedding_size num_hidden_groups inner_group_num classifier_dropout_prob down_scale_factor gap_size net_structure_type "
        "num_memory_blocks",
        "bert": _POOLER,
        "camembert": "",
        "deberta": _DEBERTA,
        "deberta-v2": _DEBERTA,
        "distilbert": "sinusoidal_pos_embds n_layers n_heads dim hidden_dim dropout attention_dropout activation qa_dropout "
        "seq_classif_dropout tie_weights_",
        "electra": f"embedding_size {_SUMMARY}",
        "ernie": "task_type_vocab_size use_task_id",
        "gpt2": "n_positions n_ctx n_embd n_layer n_head n_inner activation_function resid_pdrop embd_pdrop attn_pdrop layer_norm_epsilon "
        f"scale_attn_weights scale_attn_by_inverse_layer_idx reorder_and_upcast_attn {_SUMMARY}",
        "modernbert": "hidden_activation initializer_cutoff_factor norm_eps norm_bias attention_bias attention_dropout layer_types "
        "rope_parameters rope_theta rope_scaling local_attention global_attn_every_n_layers global_rope_theta local_rope_theta "
        "embedding_dropout mlp_bias mlp_dropout decoder_bias classifier_pooling classifier_bias classifier_activation "
        "deterministic_flash_attn sparse_prediction sparse_pred_ignore_index reference_compile repad_logits_with_grad",
        "mpnet": "relative_attention_num_buckets",
        "roberta": "",
        "roformer": "embedding_size rotary_value",
        "xlm-roberta": "",
    }.items()
}
"""Model type → its own keys, beside :data:`COMMON`."""

_KERNELS = ("attn_implementation", "_attn_implementation", "_attn_implementation_internal", "experts_implementation")
_OWN_KERNELS = (None, "eager", "sdpa")
_ACTIVATIONS = "gelu gelu_new gelu_fast gelu_python gelu_10 gelu_pytorch_tanh quick_gelu relu relu2 relu6 silu swish mish tanh"
_TEXTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(("dtype", "torch_dtype"), frozenset({"float32", "float16", "bfloat16", "auto"})),
    **dict.fromkeys(
        ("hidden_act", "activation", "activation_function", "hidden_activation", "classifier_activation", "conv_act", "pooler_hidden_act"),
        frozenset(_ACTIVATIONS.split()),
    ),
}
_OFFSET = frozenset({"camembert", "mpnet", "roberta", "xlm-roberta"})  # positions start after the padding id


def check_config(config: Any, *, model: str) -> str:
    """Return the model type of a config.json that may be used.

    Raises:
        ModelError: not an object, code to fetch, an unknown model type, kernel, key or value; the sentence names it.
    """
    if not isinstance(config, dict):
        raise ModelError("config.json of {model} is not a JSON object. Choose a model in the plain transformers layout.", model=model)
    if "auto_map" in config or "custom_pipelines" in config:
        raise ModelError(
            "config.json of {model} asks to run Python code of its own (auto_map). Choose a model that needs none.",
            model=model,
        )
    for key in _KERNELS:
        if config.get(key) not in _OWN_KERNELS:
            raise ModelError(
                "config.json of {model} asks for the attention kernel {value}, which would be fetched as code. Remove the key {key}.",
                model=model,
                value=short(config[key]),
                key=key,
            )
    kind = config.get("model_type")
    if not isinstance(kind, str) or kind not in MODEL_TYPES:
        raise ModelError(
            "{model} is of the model type {kind}, which is not supported. Supported: {known}.",
            model=model,
            kind=short(kind),
            known=", ".join(sorted(MODEL_TYPES)),
        )
    unknown = sorted(key for key in config if key not in COMMON and key not in MODEL_TYPES[kind] and key not in _KERNELS)
    if unknown:
        raise ModelError(
            "config.json of {model} has keys that are not known for {kind}: {keys}. Remove them if the model does not need them.",
            model=model,
            kind=kind,
            keys=short(", ".join(unknown), 200),
        )
    for key, value in config.items():
        _check_value(key, value, model)
    return kind


def _check_value(key: str, value: Any, model: str) -> None:
    allowed = _TEXTS.get(key)
    too_large = isinstance(value, int | float) and not isinstance(value, bool) and not abs(value) <= LARGEST
    low, high = _BOUNDS.get(key, (None, None))
    out_of_bounds = low is not None and value is not None and (type(value) is not int or not low <= value <= high)
    no_share = key.endswith(("dropout", "dropout_prob", "pdrop")) and isinstance(value, int | float) and not 0 <= value < 1
    named = {"id2label": (str.isdecimal, str), "label2id": (lambda name: True, int)}.get(key)
    no_names = named is not None and value is not None and not _maps(value, *named)
    strange = allowed is not None and value is not None and (not isinstance(value, str) or value not in allowed)
    if too_large or out_of_bounds or no_share or no_names or strange:
        raise ModelError("config.json of {model} sets {key} to {value}, which is not allowed.", model=model, key=key, value=short(value))


def _maps(value: Any, of_key: Callable[[str], object], kind: type) -> bool:
    return isinstance(value, dict) and all(of_key(key) and type(item) is kind for key, item in value.items())


def max_length(config: Mapping[str, Any], *, model: str) -> int:
    """Return the longest input in tokens.

    Raises:
        ModelError: the config gives no usable length.
    """
    value = config.get("max_position_embeddings", config.get("n_positions", 512))
    if not isinstance(value, int) or isinstance(value, bool) or value < 8:
        raise ModelError(
            "config.json of {model} sets the longest input to {value}; expected a whole number of tokens, 8 or more.",
            model=model,
            value=short(value),
        )
    if config.get("model_type") not in _OFFSET:
        return value
    padding = config.get("pad_token_id", 1)
    return value - (padding if isinstance(padding, int) and 0 <= padding < 8 else 1) - 1


def short(value: Any, limit: int = 60) -> str:
    """Return the value as text on one line, cut: what comes from a file is shown, never trusted."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
