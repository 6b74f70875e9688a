"""The Models page: facts of a model that may be used, one sentence for one that may not."""

from __future__ import annotations

from pathlib import Path

from fmcore.models.embedded import SHA256
from pages.shared.runs import base_view
from tests.pages import history


def test_the_embedded_model_is_the_default_with_its_facts(home: Path) -> None:
    page = history.app("2_train/models")
    assert {metric.label: metric.value for metric in page.metric}["Parameters"] == "22.7 M"
    assert page.code[0].value == SHA256


def test_a_local_folder_is_checked_by_its_path(home: Path, tiny_model: Path) -> None:
    base_view.checked.clear()
    page = history.app("2_train/models", base=str(tiny_model))
    assert {metric.label: metric.value for metric in page.metric}["Source"] == "Folder"


def test_a_folder_with_a_pickle_is_refused_in_one_sentence(home: Path, tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"x")
    page = history.app("2_train/models", base=str(tmp_path))
    assert len(page.error) == 1 and "can run code" in page.error[0].value
    assert not page.metric


def test_a_hub_model_that_can_not_be_reached_says_what_to_do(home: Path) -> None:
    page = history.app("2_train/models", base="someone/some-model")
    assert len(page.error) == 1 and not page.exception
