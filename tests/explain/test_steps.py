"""Attention step by step: computed from weights, it is what the model itself computes, in every family that is shown."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from fmcore.errors import ModelError
from fmcore.explain import steps
from tests.explain.test_attention import AtHand, at_hand

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 64,
    "vocab_size": 30522,
    "pad_token_id": 0,
}
FAMILIES = {
    "bert": SMALL,
    "roberta": SMALL,
    "xlm-roberta": SMALL,
    "camembert": SMALL,
    "ernie": SMALL,
    "electra": {**SMALL, "embedding_size": 16},
    "distilbert": {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "vocab_size": 30522},
    "gpt2": {"n_embd": 32, "n_layer": 2, "n_head": 2, "n_positions": 128, "vocab_size": 30522, "pad_token_id": 0,
             "bos_token_id": 101, "eos_token_id": 102},
}  # fmt: skip
TEXT = "the film was not good"


@pytest.fixture(scope="module")
def loaded(tiny_model: Path) -> AtHand:
    return at_hand(tiny_model, name="steps")


def of_kind(loaded: AtHand, kind: str, values: dict) -> AtHand:
    import torch
    from transformers import AutoConfig, AutoModelForSequenceClassification

    torch.manual_seed(0)
    config = AutoConfig.for_model(kind, **values)
    model = AutoModelForSequenceClassification.from_config(config, attn_implementation="eager").eval()
    for name, parameter in model.named_parameters():
        if "attn" in name or "attention" in name:
            parameter.data.mul_(4)  # new weights are so small that every attention is even
    return replace(loaded, model=model, run=SimpleNamespace(id=kind, spec=loaded.run.spec))


def test_every_family_that_is_shown_has_a_test() -> None:
    assert set(FAMILIES) == set(steps.FAMILIES)


@pytest.mark.parametrize("kind", FAMILIES)
def test_the_steps_are_the_models_own_numbers(loaded: AtHand, kind: str) -> None:
    at = of_kind(loaded, kind, FAMILIES[kind])
    found = steps.steps(at, text=TEXT, layer=1, head=1)
    assert set(found["difference"]) == {"weights", "mixed", "output"} and max(found["difference"].values()) < 1e-5
    assert found["close"]
    assert found["x"].shape == (7, 32) and found["q"].shape == found["mixed"].shape == (7, 16) and found["output"].shape == (7, 32)
    assert np.ptp(found["weights"][-1]) > 1e-3, "an even attention would prove nothing"


def test_each_step_follows_from_the_one_before(loaded: AtHand) -> None:
    found = steps.steps(loaded, text=TEXT, layer=0, head=0)
    scores = found["q"] @ found["k"].T / 4  # √16
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert np.allclose(found["scores"], scores, atol=1e-5) and np.allclose(found["weights"], shares, atol=1e-5)
    assert np.allclose(found["mixed"], shares @ found["v"], atol=1e-5)


def test_a_decoder_does_not_look_ahead(loaded: AtHand) -> None:
    found = steps.steps(of_kind(loaded, "gpt2", FAMILIES["gpt2"]), text=TEXT, layer=0, head=0)
    assert found["causal"] and np.isneginf(found["scores"][0, 1:]).all() and found["weights"][0].tolist() == [1, 0, 0, 0, 0, 0, 0]


@pytest.mark.parametrize("kind", ["modernbert", "albert"])
def test_attention_that_is_built_otherwise_is_refused_in_a_sentence_that_names_what_is_shown(loaded: AtHand, kind: str) -> None:
    at = of_kind(loaded, kind, {**SMALL, **({"embedding_size": 16} if kind == "albert" else {})})
    with pytest.raises(ModelError, match=f"attention of {kind} is built otherwise.*bert, camembert, distilbert"):
        steps.steps(at, text=TEXT, layer=0, head=0)


def test_a_text_too_long_to_read_as_a_matrix_is_refused(loaded: AtHand) -> None:
    with pytest.raises(ModelError, match="up to 96 tokens, and this text has 128"):
        steps.steps(loaded, text="so it goes " * 200, layer=0, head=0)


def test_neurons_give_queries_and_keys_whose_product_is_the_attention(loaded: AtHand) -> None:
    found = steps.neurons(loaded, text=TEXT, layer=1, head=0)
    scores = found["queries"] @ found["keys"].T * found["scale"]
    shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
    assert np.abs(found["weights"] / 255 - shares).max() <= 0.5 / 255 + 1e-5


def test_no_hook_stays_on_the_model(loaded: AtHand) -> None:
    def hooks() -> list[int]:
        return [len(module._forward_hooks) for module in loaded.model.modules()]

    steps.steps(loaded, text=TEXT, layer=0, head=0)
    before = hooks()  # transformers keeps its own
    steps.steps(loaded, text=TEXT, layer=0, head=0)
    assert hooks() == before
