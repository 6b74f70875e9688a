from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fmcore.evaluation.predict import predict_rows, predict_split
from fmcore.tasks import get_task
from tests.training.job import dataset, rows

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def model(tiny_model: Path, tmp_path: Path) -> Path:
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    task.load_model(tiny_model, ["bad", "good"], tokenizer).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    return tmp_path


def test_every_row_of_the_split_has_its_answer_in_the_order_of_the_rows(model: Path) -> None:
    frame = rows()
    found = predict_split(model, dataset(frame), frame, split="test", device="cpu")
    assert list(found.columns) == ["id", "target", "answer", "p_bad", "p_good", "loss"]
    assert found["id"].tolist() == [f"r{i}" for i in range(100, 120)]
    assert found["p_bad"].dtype == np.float64
    assert (found["p_bad"] + found["p_good"]).to_numpy() == pytest.approx(np.ones(20), abs=1e-15)
    assert found["answer"].tolist() == ["bad" if bad > good else "good" for bad, good in zip(found["p_bad"], found["p_good"], strict=True)]
    of_target = [row[f"p_{row['target']}"] for _, row in found.iterrows()]
    assert found["loss"].tolist() == pytest.approx((-np.log(of_target)).tolist())


def test_rows_without_labels_get_probabilities(model: Path) -> None:
    frame = rows()
    found = predict_rows(model, frame[["text"]][:3], columns=dataset(frame).columns, labels=("bad", "good"), device="cpu")
    assert found.shape == (3, 2)


def test_a_text_longer_than_the_model_reads_is_cut_to_what_it_can_use(tiny_model: Path, tmp_path: Path) -> None:
    from transformers import RobertaConfig, RobertaForSequenceClassification

    tokenizer = get_task("text-classification").load_tokenizer(tiny_model)
    config = RobertaConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=34, pad_token_id=1, type_vocab_size=1,
    )  # fmt: skip
    RobertaForSequenceClassification(config).save_pretrained(tmp_path)  # reads 32 tokens: two of its positions are never used
    tokenizer.save_pretrained(tmp_path)
    frame = rows()[:1].assign(text="very " * 200)
    found = predict_rows(tmp_path, frame, columns=dataset(frame).columns, labels=("bad", "good"), device="cpu")
    assert found.sum() == pytest.approx(1)
