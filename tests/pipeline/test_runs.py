"""Plan, submit and clone: what is recorded before anything is executed."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from fmcore.errors import JobError, SettingsError
from fmcore.pipeline import datasets, evaluate, export, runs
from fmcore.records import Columns, Status
from fmcore.training.settings import FinetuneSettings


@pytest.fixture
def dataset_id(home: Path, tiny_rows: pd.DataFrame) -> str:
    return datasets.add(tiny_rows, Columns(text="text", label="label"), name="tiny").id


def test_a_plan_holds_enough_to_run_it_again(dataset_id: str) -> None:
    spec = runs.plan(dataset_id, settings=FinetuneSettings(epochs=7))
    assert (spec.stage, spec.task, spec.dataset, spec.settings["epochs"]) == ("finetune", "text-classification", dataset_id, 7)
    assert spec.base.sha256 is not None
    assert spec.base.sha256.startswith("53aa51172d14")


def test_the_same_key_is_the_same_run(dataset_id: str) -> None:
    spec = runs.plan(dataset_id)
    first = runs.submit(spec, key="a")
    assert runs.submit(spec, key="a") == first
    assert runs.submit(spec, key="b").id != first.id
    assert first.name == "tiny · embedded"


def test_a_clone_has_the_changes_and_a_parent(dataset_id: str) -> None:
    first = runs.submit(runs.plan(dataset_id), key="a")
    again = runs.clone(first.id, {"epochs": 9})
    assert again.parents == (first.id,)
    assert {**first.spec.settings, "epochs": 9} == again.spec.settings
    with pytest.raises(SettingsError, match="epochs"):
        runs.clone(first.id, {"epochs": 0})


def test_a_run_that_is_not_done_has_nothing_to_show(dataset_id: str, tmp_path: Path) -> None:
    run = runs.submit(runs.plan(dataset_id), key="a")
    assert run.status is Status.QUEUED
    with pytest.raises(JobError, match="queued"):
        evaluate.evaluation(run.id, how="test")
    with pytest.raises(JobError, match="queued"):
        export.export(run.id, tmp_path / "out")
