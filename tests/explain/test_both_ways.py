"""Gradients through packed products are those of the plain model, and no answer depends on what is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from fmcore.evaluation import swift
from fmcore.explain import both_ways, gradients
from fmcore.explain.both_ways import BothWays
from fmcore.explain.explainers import attribute
from fmcore.explain.subject import Subject
from tests.explain.test_attribution import transformer

TEXTS = [("a long and winding road to nowhere at all",), ("short",), ("好吧, l'été 👍🏽 \u200d",)]


@pytest.fixture(autouse=True)
def packing_pays(monkeypatch: pytest.MonkeyPatch) -> None:
    assert swift.SMALLEST > 8
    monkeypatch.setattr(swift, "pays", lambda: True)
    monkeypatch.setattr(swift, "SMALLEST", 8)  # the tiny model's layers are narrow


def packed(subject: Subject) -> Subject:
    from dataclasses import replace

    return replace(subject, model=both_ways.both_ways(subject.model))


def narrowed(model: nn.Module) -> list[str]:
    return [name for name, part in model.named_modules() if isinstance(part, BothWays) and part.only_first]


def test_the_gradient_of_a_packed_product_is_that_of_the_plain_one() -> None:
    torch.manual_seed(0)
    plain = nn.Sequential(nn.Linear(48, 96), nn.GELU(), nn.Linear(96, 40, bias=False), nn.Linear(40, 2))
    quick = both_ways.both_ways(plain)
    assert [type(part) for part in quick] == [BothWays, nn.GELU, BothWays, nn.Linear] and quick[0].weight is plain[0].weight
    x = torch.randn(7, 5, 48)
    slopes = []
    for model in (plain, quick):
        here = x.clone().requires_grad_(True)
        (slope,) = torch.autograd.grad(model(here).square().sum(), here)
        slopes.append(slope)
    torch.testing.assert_close(slopes[1], slopes[0], atol=1e-6, rtol=1e-5)


@pytest.mark.parametrize("method", ["integrated-gradients", "gradient-input", "occlusion"])
def test_every_method_finds_the_same_words_on_packed_products(tiny_model: Path, method: str) -> None:
    subject = transformer(tiny_model)
    for plain, quick in zip(attribute(subject, TEXTS, method=method), attribute(packed(subject), TEXTS, method=method), strict=True):
        assert quick.scores == pytest.approx(plain.scores, rel=1e-4, abs=1e-6) and quick.steps == plain.steps


def test_a_model_that_answers_from_its_first_position_makes_no_other_products_in_its_last_layer(tiny_model: Path) -> None:
    subject = packed(transformer(tiny_model))
    encoded, parts = subject.take_apart(TEXTS)
    assert narrowed(subject.model) == []
    gradients.input_gradients(subject, encoded, parts, [0, 0, 0])
    last = "bert.encoder.layer.1."
    parts_of = ("attention.self.query", "attention.output.dense", "intermediate.dense", "output.dense")
    assert narrowed(subject.model) == [last + name for name in parts_of]  # keys and values are read everywhere


class Pooling(nn.Module):
    """Logits of positions mixed and then put together in a way of one's choice."""

    def __init__(self, pool: str) -> None:
        super().__init__()
        torch.manual_seed(3)
        self.pool, self.mix, self.head = pool, nn.Linear(16, 16), nn.Linear(16, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.pool == "twice":
            x = self.mix(x).tanh().mean(1, keepdim=True) + x
        x = self.mix(x).tanh()
        return self.head(x.mean(1) if self.pool == "mean" else x[:, -1] if self.pool == "last" else x[:, 0])


@pytest.mark.parametrize(("pool", "found"), [("first", ["mix"]), ("mean", []), ("last", []), ("twice", [])])
def test_products_that_are_read_elsewhere_too_are_all_made(pool: str, found: list[str]) -> None:
    plain, x = Pooling(pool), torch.randn(4, 6, 16)
    quick = both_ways.both_ways(plain)
    both_ways.settle(quick, x, quick)
    assert narrowed(quick) == found
    torch.testing.assert_close(quick(x), plain(x), atol=1e-6, rtol=1e-5)


def test_what_no_gradient_shows_is_caught_by_the_answers() -> None:
    class Hidden(Pooling):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            made = self.mix(x)
            return self.head(made[:, 0] + made.detach().mean(1))  # other positions are read, with no gradient

    quick = both_ways.both_ways(Hidden("first"))
    both_ways.settle(quick, torch.randn(4, 6, 16), quick)
    assert narrowed(quick) == []


def test_an_input_of_one_word_teaches_nothing() -> None:
    quick = both_ways.both_ways(Pooling("mean"))
    both_ways.settle(quick, torch.randn(4, 1, 16), quick)
    assert narrowed(quick) == [] and not quick.mix.settled


def test_where_nothing_is_gained_the_model_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(swift, "pays", lambda: False)
    model = nn.Sequential(nn.Linear(48, 96))
    assert both_ways.both_ways(model) is model


def test_words_stand_in_the_order_of_300_plain_steps(tiny_model: Path) -> None:
    from fmcore.stats.ranks import spearman

    subject = transformer(tiny_model)
    encoded, parts = subject.take_apart(TEXTS)
    found = gradients.integrated(packed(subject), encoded, parts, [0, 0, 0])
    fine = gradients.integrated(subject, encoded, parts, [0, 0, 0], first=300, most=300)
    for mine, theirs in zip(found, fine, strict=True):
        rank = spearman(mine.positions, theirs.positions)
        assert rank is not None and rank >= 0.99
        np.testing.assert_allclose(mine.positions, theirs.positions, atol=2e-3 * np.abs(theirs.positions).max())


SHAPE = {"vocab_size": 100, "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 128}
MARKS = {"pad_token_id": 0, "cls_token_id": 1, "bos_token_id": 1, "sep_token_id": 2, "eos_token_id": 2}


@pytest.mark.parametrize(
    ("kind", "settings", "n_narrowed"),
    [
        ("roberta", SHAPE, 4),
        ("distilbert", {"vocab_size": 100, "dim": 64, "n_layers": 2, "n_heads": 4, "hidden_dim": 128}, 4),
        ("modernbert", {**SHAPE, **MARKS}, 3),  # its query, key and value are one product
        ("modernbert", {**SHAPE, **MARKS, "classifier_pooling": "mean"}, 0),
        ("albert", {**SHAPE, "embedding_size": 64}, 0),  # one layer, used twice
        ("gpt2", {"vocab_size": 100, "n_embd": 64, "n_layer": 2, "n_head": 4, "pad_token_id": 0}, 0),  # reads its last position
    ],
)
def test_other_architectures_answer_the_same_with_padding_too(kind: str, settings: dict[str, object], n_narrowed: int) -> None:
    from transformers import AutoConfig, AutoModelForSequenceClassification

    torch.manual_seed(0)
    plain = AutoModelForSequenceClassification.from_config(AutoConfig.for_model(kind, **settings)).eval().requires_grad_(False)
    quick, found = both_ways.both_ways(plain), []
    ids, mask = torch.randint(5, 99, (3, 9)), torch.ones(3, 9, dtype=torch.long)
    ids[1, 6:] = mask[1, 6:] = 0
    inputs = plain.get_input_embeddings()(ids)
    for model in (plain, quick):

        def ask(x: torch.Tensor, model: nn.Module = model) -> torch.Tensor:
            handle = model.get_input_embeddings().register_forward_hook(lambda layer, given, made: x)
            try:
                return model(input_ids=ids, attention_mask=mask).logits
            finally:
                handle.remove()

        both_ways.settle(model, inputs, ask)
        here = inputs.clone().requires_grad_(True)
        logits = ask(here)
        found.append((logits.detach(), torch.autograd.grad(logits[:, 0].sum(), here)[0]))
    assert len(narrowed(quick)) == n_narrowed
    for mine, theirs in zip(*found, strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-6 * float(theirs.abs().max()), rtol=1e-5)
