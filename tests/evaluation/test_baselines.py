"""Baselines: what each learns from a few rows, and what it says where it can't answer."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fmcore.evaluation import costs
from fmcore.evaluation.baselines import KINDS, NEVER_SEEN, BaselineSettings, fit, untuned_reason
from fmcore.records import Dataset
from fmcore.tasks import get_task
from tests.training.job import dataset, rows

pytestmark = pytest.mark.usefixtures("home")


@pytest.fixture
def frame() -> pd.DataFrame:
    return rows()


@pytest.fixture
def data(frame: pd.DataFrame) -> Dataset:
    return dataset(frame)


@pytest.fixture
def classifier(tiny_model: Path, tmp_path: Path) -> Path:
    """A model that has been trained elsewhere: a head with the labels GOOD and Bad."""
    task = get_task("text-classification")
    tokenizer = task.load_tokenizer(tiny_model)
    task.load_model(tiny_model, ["GOOD", "Bad"], tokenizer).save_pretrained(tmp_path)
    tokenizer.save_pretrained(tmp_path)
    return tmp_path


def test_the_most_frequent_label_answers_with_the_shares_of_the_training_rows(frame: pd.DataFrame, data: Dataset) -> None:
    frame.loc[:9, "label"] = "good"
    fitted = fit(BaselineSettings(kind="majority"), dataset=data, frame=frame, base=None)
    assert fitted.answer(frame[:2]).tolist() == [[35 / 80, 45 / 80]] * 2
    assert fitted.n_train == 80


def test_word_counts_find_the_word_that_tells(frame: pd.DataFrame, data: Dataset) -> None:
    said: list[str] = []
    fitted = fit(BaselineSettings(kind="tfidf"), dataset=data, frame=frame, base=None, log=said.append)
    test = frame[frame["fmc_split"] == "test"]
    answers = fitted.answer(test)
    assert answers.sum(1) == pytest.approx(np.ones(len(test)))
    assert [data.labels[i] for i in answers.argmax(1)] == test["label"].tolist()
    assert len(said) == 3 and "macro-F1" in said[0]
    assert fitted.cost["parameters"] > 40 and fitted.cost["training-seconds"] > 0


def test_words_without_spaces_are_counted_by_letters(data: Dataset) -> None:
    texts = ["房间很好", "房间不好", "电影很好", "电影不好"] * 10
    table = pd.DataFrame({"fmc_id": [str(i) for i in range(40)], "fmc_split": "train", "text": texts, "label": ["good", "bad"] * 20})
    fitted = fit(BaselineSettings(kind="tfidf"), dataset=data, frame=table, base=None)
    new = pd.DataFrame({"text": ["服务很好", "服务不好"]})
    assert fitted.answer(new).argmax(1).tolist() == [1, 0]


def test_a_linear_probe_leaves_the_encoder_as_it_is(frame: pd.DataFrame, data: Dataset, tiny_model: Path) -> None:
    fitted = fit(BaselineSettings(kind="probe", max_length=32), dataset=data, frame=frame, base=tiny_model)
    test = frame[frame["fmc_split"] == "test"]
    assert (np.array(data.labels)[fitted.answer(test).argmax(1)] == test["label"]).mean() > 0.8
    assert fitted.cost["parameters"] == costs.of_weights(tiny_model)["parameters"] + 32 + 1


def test_an_untuned_model_answers_only_with_the_same_labels(frame: pd.DataFrame, data: Dataset, tiny_model: Path, classifier: Path) -> None:
    assert "no head" in str(untuned_reason(tiny_model, data.labels))
    assert "other labels (GOOD, Bad)" in str(untuned_reason(classifier, ("bad", "mixed", "good")))
    assert untuned_reason(classifier, data.labels) is None
    fitted = fit(BaselineSettings(kind="untuned"), dataset=data, frame=frame, base=classifier)
    task = get_task("text-classification")
    encoded = task.encode(frame[:5], data.columns, data.labels, task.load_tokenizer(classifier), max_length=64)
    own = task.predict(task.load_trained(classifier), encoded, task.load_tokenizer(classifier), batch_size=8)
    assert fitted.answer(frame[:5]) == pytest.approx(own[:, ::-1], abs=1e-6)  # GOOD, Bad → bad, good


def test_a_label_that_training_never_saw_is_unlikely_and_not_impossible(frame: pd.DataFrame) -> None:
    fitted = fit(BaselineSettings(kind="tfidf"), dataset=dataset(frame, labels=("bad", "good", "odd")), frame=frame, base=None)
    answers = fitted.answer(frame[:3])
    assert (answers[:, 2] > 0).all() and (answers[:, 2] <= NEVER_SEEN).all()


def test_a_share_of_the_rows_trains_on_that_share(frame: pd.DataFrame, data: Dataset) -> None:
    assert fit(BaselineSettings(kind="majority", train_share=0.1), dataset=data, frame=frame, base=None).n_train == 8


def test_whoever_asks_to_stop_is_heard(frame: pd.DataFrame, data: Dataset) -> None:
    assert fit(BaselineSettings(kind="tfidf"), dataset=data, frame=frame, base=None, should_stop=lambda: True) is None


def test_every_kind_has_words_and_settings() -> None:
    for kind, words in KINDS.items():
        assert words.title and words.about
        assert BaselineSettings(**json.loads(BaselineSettings(kind=kind).model_dump_json())).kind == kind
