"""Attention as the model hands it out, in 8 bits: what is sent, what is refused, and that it is the model's own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from fmcore.errors import ModelError
from fmcore.explain import attention, before
from fmcore.explain.packet import pack, unpack
from fmcore.tasks import get_task


@dataclass(frozen=True, eq=False)
class AtHand:
    """A model at hand as the worker gives it."""

    run: Any
    dataset: Any
    task: Any
    model: Any
    tokenizer: Any
    max_length: int
    device: str = "cpu"

    def eager(self) -> AtHand:
        return self


def at_hand(folder: Path, kernel: str = "eager", *, name: str = "run") -> AtHand:
    from fmcore.models.check import check_base

    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(folder)
    model = task.load_model(folder, ("bad", "good"), tokenizer).eval()
    model.set_attn_implementation(kernel)
    run = SimpleNamespace(id=name, spec=SimpleNamespace(base=check_base(str(folder))))
    return AtHand(run, SimpleNamespace(labels=("bad", "good")), task, model, tokenizer, 128)


@pytest.fixture(scope="module")
def loaded(tiny_model: Path) -> Iterator[AtHand]:
    yield at_hand(tiny_model)
    attention._kept.clear()
    before._bases.clear()


def own(loaded: AtHand, text: str) -> np.ndarray:
    """Return what transformers itself answers, float (layers, heads, n, n)."""
    import torch

    given = loaded.tokenizer(text, return_tensors="pt")
    with torch.inference_mode():
        return np.stack([one[0].numpy() for one in loaded.model(**given, output_attentions=True).attentions])


def test_what_is_sent_is_the_models_attention_within_half_a_step_of_255(loaded: AtHand) -> None:
    found = attention.heads(loaded, text="the film was not good", layer=1, heads=[1, 0])
    assert found["tokens"] == ["[CLS]", "the", "film", "was", "not", "good", "[SEP]"]
    assert found["weights"].dtype == np.uint8 and found["weights"].shape == (2, 7, 7)
    exact = own(loaded, "the film was not good")[1, [1, 0]]
    assert np.abs(found["weights"] / 255 - exact).max() <= 0.5 / 255 + 1e-6
    assert (found["n_layers"], found["n_heads"], found["second"], found["cut"]) == (2, 2, None, False)


def test_a_kind_of_attention_that_hands_out_nothing_is_refused_not_shown_as_empty(tiny_model: Path) -> None:
    with pytest.raises(ModelError, match="attention of 0 of its 2 layers"):
        attention.heads(at_hand(tiny_model, "sdpa", name="fast"), text="the film", layer=0)


@pytest.mark.parametrize(("layer", "heads"), [(2, [0]), (-1, [0]), (0, [2]), (0, [-1])])
def test_a_layer_or_head_that_is_not_there_is_refused(loaded: AtHand, layer: int, heads: list[int]) -> None:
    with pytest.raises(ModelError, match="they count from 0 to 1"):
        attention.heads(loaded, text="the film", layer=layer, heads=heads)


def test_a_long_text_is_cut_where_the_model_stops_and_the_answer_says_so(loaded: AtHand) -> None:
    found = attention.about(loaded, text="so it goes " * 500)
    assert found == {"n_layers": 2, "n_heads": 2, "cut": True, "n_tokens": 128}


def test_a_long_text_sends_some_heads_until_more_are_asked_for(loaded: AtHand) -> None:
    longer = replace(loaded, run=SimpleNamespace(id="longer", spec=loaded.run.spec))
    text = "so it goes " * 500
    assert attention.heads(longer, text=text, layer=0)["heads"] == [0, 1]  # 128 tokens are not long
    attention.LONG, kept = 100, attention.LONG
    try:
        assert attention.heads(longer, text=text, layer=0, some=1)["heads"] == [0]
        assert attention.heads(longer, text=text, layer=0, heads=[0, 1], some=1)["heads"] == [0, 1]
    finally:
        attention.LONG = kept


def test_a_pair_says_where_its_second_text_begins(loaded: AtHand) -> None:
    found = attention.heads(loaded, text=["the film", "was good"], layer=0)
    assert found["tokens"] == ["[CLS]", "the", "film", "[SEP]", "was", "good", "[SEP]"] and found["second"] == 4


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "שלום עולם", "😀\ud83d", "\0\0", "$x$ **b**", "好的"])
def test_hostile_texts_are_answered_like_any_other(loaded: AtHand, text: str) -> None:
    found = attention.heads(loaded, text=text, layer=0)
    assert len(found["tokens"]) == found["weights"].shape[1] and found["tokens"][0] == "[CLS]"
    assert all(250 <= row.sum() <= 260 for row in found["weights"][0].astype(int))


def test_rollout_of_two_layers_by_hand() -> None:
    look = np.array([[0.0, 1.0], [0.0, 1.0]])  # everything looks at the second; half of each state stays
    assert attention.flow([look]).tolist() == [[0.5, 0.5], [0.0, 1.0]]
    assert attention.flow([look, look]).tolist() == [[0.25, 0.75], [0.0, 1.0]]


def test_rollout_of_a_model_adds_up_to_1_and_is_read_where_the_answer_is(loaded: AtHand) -> None:
    found = attention.rollout(loaded, text="the film was not good")
    assert np.allclose(found["weights"].sum(axis=1), 1, atol=1e-5) and found["answers_at"] == 0


def test_the_small_pictures_keep_the_largest_weight_of_each_block(loaded: AtHand) -> None:
    found = attention.overview(loaded, text="so it goes " * 500)
    whole = attention.read(loaded, "so it goes " * 500).weights
    assert found["weights"].shape == (2, 2, 32, 32)
    assert (found["weights"][0, 0, 0, 0], found["weights"].max()) == (whole[0, 0, :4, :4].max(), whole.max())
    assert attention.overview(loaded, text="the film")["weights"].shape == (2, 2, 4, 4)


def test_before_fine_tuning_is_the_base_model_and_not_the_run(loaded: AtHand) -> None:
    import torch

    trained = at_hand(Path(loaded.run.spec.base.name), name="trained")
    with torch.no_grad():
        trained.model.base_model.encoder.layer[0].attention.self.query.weight.mul_(30)
    text = "the film was not good"
    after, start = (attention.heads(trained, text=text, layer=0, of=of)["weights"] for of in ("run", "base"))
    assert np.array_equal(start, attention.heads(loaded, text=text, layer=0)["weights"]) and not np.array_equal(start, after)
    with pytest.raises(ModelError, match="Known: run, base"):
        attention.heads(loaded, text=text, layer=0, of="other")


def test_a_packet_holds_a_tenth_of_its_floats_and_comes_back_as_it_was() -> None:
    weights = np.zeros((1, 50, 50), np.uint8)
    weights[0, 3, 4] = 200
    floats = np.array([[1.5, -2.0]], np.float32)
    packet = pack({"tokens": ["</script>", "😀"]}, {"weights": weights, "keys": floats})
    header, arrays = unpack(packet)
    assert header["tokens"] == ["</script>", "😀"] and len(packet) < 50 * 50 * 4 / 10
    assert np.array_equal(arrays["weights"], weights) and np.array_equal(arrays["keys"], floats)
    with pytest.raises(ValueError, match="float64"):
        pack({}, {"weights": np.zeros(2)})
