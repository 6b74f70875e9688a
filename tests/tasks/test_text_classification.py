from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fmcore.errors import DataError, SettingsError
from fmcore.records import Columns
from fmcore.tasks import TASKS, get_task
from fmcore.tasks.text_answers import _together

COLUMNS = Columns("text", "label")
FRAME = pd.DataFrame({"text": ["good", "a very bad long day it was", "so so"], "label": ["yes", "no", "yes"]})


def test_an_unknown_task_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match="text-classification"):
        get_task("poetry")


@pytest.mark.parametrize("task", TASKS.values(), ids=TASKS.keys())
def test_every_task_is_registered_under_its_own_id_and_names_known_columns(task) -> None:
    assert TASKS[task.id] is task
    assert set(task.needed + task.optional) <= set(Columns.__dataclass_fields__)


def test_texts_are_encoded_once_without_padding_and_cut_ones_are_counted(tiny_model: Path) -> None:
    task = get_task("text-classification")
    encoded = task.encode(FRAME, COLUMNS, ["no", "yes"], task.load_tokenizer(tiny_model), max_length=6)
    assert encoded.lengths.tolist() == [3, 6, 4]  # [CLS] and [SEP] count
    assert encoded.targets.tolist() == [1, 0, 1]
    assert encoded.n_cut == 1


def test_a_batch_is_padded_to_its_longest_item_or_to_a_multiple(tiny_model: Path) -> None:
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    encoded = task.encode(FRAME, COLUMNS, ["no", "yes"], tokenizer, max_length=128)
    batch = task.collate([encoded[0], encoded[2]], tokenizer)
    assert batch["attention_mask"].tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert batch["input_ids"][0, 3] == tokenizer.pad_token_id
    assert batch["labels"].tolist() == [1, 1]
    assert task.collate([encoded[0]], tokenizer, multiple=8)["input_ids"].shape == (1, 8)


def test_a_pair_of_texts_tells_the_model_which_is_which(tiny_model: Path) -> None:
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    frame = FRAME.assign(other=["bad", "good", "never"])
    encoded = task.encode(frame, Columns("text", "label", text_pair="other"), ["no", "yes"], tokenizer, max_length=128)
    assert task.collate([encoded[0]], tokenizer)["token_type_ids"].tolist() == [[0, 0, 0, 1, 1]]


def test_rows_without_a_label_column_have_no_targets_and_unknown_labels_are_named(tiny_model: Path) -> None:
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    assert task.encode(FRAME[["text"]], COLUMNS, ["no", "yes"], tokenizer, max_length=8).targets is None
    with pytest.raises(DataError, match="Unknown labels yes"):
        task.encode(FRAME, COLUMNS, ["no"], tokenizer, max_length=8)
    with pytest.raises(DataError, match="no column text"):
        task.encode(FRAME[["label"]], COLUMNS, ["no", "yes"], tokenizer, max_length=8)


def test_probabilities_are_in_the_order_of_the_rows_whatever_their_length(tiny_model: Path) -> None:
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    model = task.load_model(tiny_model, ["no", "yes"], tokenizer).eval()
    encoded = task.encode(FRAME, COLUMNS, ["no", "yes"], tokenizer, max_length=128)
    together = task.predict(model, encoded, tokenizer, batch_size=2)
    alone = [
        task.predict(model, task.encode(FRAME[i : i + 1], COLUMNS, ["no", "yes"], tokenizer, max_length=128), tokenizer, batch_size=1)[0]
        for i in range(3)
    ]
    assert together.dtype == np.float64
    assert together.sum(axis=1) == pytest.approx([1, 1, 1], abs=1e-15)
    assert together == pytest.approx(np.array(alone), abs=1e-6)


def test_labels_dropout_and_frozen_layers_reach_the_model(tiny_model: Path) -> None:
    task = get_task("text-classification")
    model = task.load_model(tiny_model, ["a", "b", "c"], task.load_tokenizer(tiny_model), dropout=0.3)
    assert model.config.id2label == {0: "a", 1: "b", 2: "c"}
    assert {module.p for module in model.modules() if type(module).__name__ == "Dropout"} == {0.3}
    task.freeze(model, 1)
    frozen = {name for name, parameter in model.named_parameters() if not parameter.requires_grad}
    assert all(".embeddings." in name or ".layer.0." in name for name in frozen)
    assert any(".layer.0." in name for name in frozen) and any(".embeddings." in name for name in frozen)
    with pytest.raises(SettingsError, match="this model has 2"):
        task.freeze(model, 3)


def test_a_model_that_was_trained_without_padding_can_be_used(tiny_model: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoTokenizer, GPT2Config, GPT2Model

    tokenizer = AutoTokenizer.from_pretrained(tiny_model)
    tokenizer.pad_token = None
    tokenizer.eos_token = "[SEP]"
    torch.manual_seed(0)
    GPT2Model(GPT2Config(vocab_size=len(tokenizer), n_embd=16, n_layer=2, n_head=2, n_positions=64)).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tmp_path)
    model = task.load_model(tmp_path, ["no", "yes"], tokenizer, dropout=0.0)
    encoded = task.encode(FRAME, COLUMNS, ["no", "yes"], tokenizer, max_length=64)
    found = task.predict(model, encoded, tokenizer, batch_size=3)
    assert found.shape == (3, 2) and np.isfinite(found).all()
    task.freeze(model, 1)
    assert not model.transformer.wte.weight.requires_grad and model.transformer.h[1].ln_1.weight.requires_grad


def test_the_loss_is_summed_and_weighted_by_class() -> None:
    import torch

    task = get_task("text-classification")
    logits, targets = torch.zeros(3, 2), torch.tensor([0, 1, 1])
    assert float(task.loss(logits, targets)) == pytest.approx(3 * np.log(2))
    assert float(task.loss(logits, targets, weights=torch.tensor([1.0, 2.0]))) == pytest.approx(5 * np.log(2))


def test_scores_by_hand() -> None:
    task = get_task("text-classification")
    scores = task.score(np.array([[0.5, 0.5], [0.25, 0.75], [0.25, 0.75], [0.75, 0.25]]), np.array([0, 1, 0, 0]))
    assert scores["accuracy"] == 0.75
    assert scores["macro-f1"] == pytest.approx((2 * 2 / (3 + 2) + 2 * 1 / (1 + 2)) / 2)
    assert scores["loss"] == pytest.approx(-np.log([0.5, 0.75, 0.25, 0.75]).mean())


def test_vectors_are_means_over_real_tokens_in_the_order_of_the_rows(tiny_model: Path) -> None:
    import torch

    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    model = task.load_model(tiny_model, ["bad", "good"], tokenizer).eval()
    frame = pd.DataFrame({"text": ["short", "a text that is quite a bit longer than the other one"]})
    encoded = task.encode(frame, Columns("text", "label"), ["bad", "good"], tokenizer, max_length=32)
    found = task.embed(model, encoded, tokenizer, batch_size=2)
    assert found.shape == (2, 32)
    alone = torch.from_numpy(encoded[0][0].astype("int64"))[None]
    with torch.inference_mode():
        states = model.base_model(input_ids=alone, attention_mask=torch.ones_like(alone)).last_hidden_state
    assert found[0] == pytest.approx(states[0].mean(0).numpy(), abs=1e-5)


def test_a_batch_on_a_cpu_holds_so_many_rows_and_so_many_tokens_and_at_least_one_row() -> None:
    lengths = np.array([2000, 500, 500, 10, 10, 10, 10])
    assert [(part.start, part.stop) for part in _together(lengths, 3, 1000)] == [(0, 1), (1, 3), (3, 6), (6, 9)]
    assert [(part.start, part.stop) for part in _together(lengths, 4, None)] == [(0, 4), (4, 8)]
