"""Runs executed inside the caller: how they end, and what a person is told when they can't go on."""

from __future__ import annotations

import dataclasses
import errno
import math
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from fmcore import finetune, jobs
from fmcore.errors import StoreError, TrainingError
from fmcore.jobs import devices, identity
from fmcore.pipeline import execute, runs
from fmcore.records import RunSpec, Status
from fmcore.settings import get_settings
from fmcore.store import Store

Plan = Callable[..., RunSpec]


@pytest.fixture
def inline(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FMCORE_INLINE_JOBS", "1")
    get_settings.cache_clear()


def refuse(error: BaseException) -> Callable[..., None]:
    def train(*args: object, **options: object) -> None:
        raise error

    return train


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (TrainingError("The {thing} broke.", thing="loss"), "The loss broke."),
        (MemoryError(), "The machine ran out of memory."),
        (OSError(errno.ENOSPC, "No space left on device"), "The disk of"),
        (RuntimeError("CUDA out of memory"), "The machine ran out of memory."),
        (KeyError("x"), "The run broke off with an error that nobody expected (KeyError). Its log has the details."),
    ],
)
def test_every_way_to_fail_is_told_in_a_sentence(
    inline: None, store: Store, plan: Plan, monkeypatch: pytest.MonkeyPatch, error: BaseException, sentence: str
) -> None:
    monkeypatch.setattr(finetune, "finetune", refuse(error))
    run = jobs.submit(plan(), key="a")
    assert run.status is Status.FAILED
    assert str(run.message).startswith(sentence)
    assert "Traceback" not in str(run.message)


@pytest.mark.parametrize("error", [MemoryError(), RuntimeError("CUDA out of memory"), OSError(errno.ENOSPC, "No space left on device")])
def test_work_that_trains_nothing_is_told_of_no_batch_no_clone_and_no_checkpoint(
    inline: None, store: Store, plan: Plan, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    monkeypatch.setattr(execute, "_stage", lambda job: refuse(error))
    run = jobs.submit(dataclasses.replace(plan(), stage="explanations"), key="a")
    assert run.status is Status.FAILED and str(run.message).endswith("then resume: it starts over.")


def test_a_job_that_lost_its_run_says_nothing_more(store: Store, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    run = runs.submit(plan(), key="a")
    old = store.claim(identity.mine(), devices.slots()[0])
    assert old is not None

    def sleep_through(*args: object, **options: object) -> None:
        store.release(run.id, old.token, requeue=True)
        store.claim(identity.mine(), devices.slots()[0])
        raise TrainingError("Too late.")

    monkeypatch.setattr(finetune, "finetune", sleep_through)
    with pytest.raises(execute.LeaseLost):
        execute.execute(run.id, store, old, worker=identity.mine())
    assert store.run(run.id).status is Status.RUNNING
    with pytest.raises(StoreError, match="any more"):
        store.message(run.id, old.token, None)


def test_a_base_model_that_changed_since_it_was_checked_fails_with_a_sentence(
    inline: None, store: Store, plan: Plan, tiny_model: Path, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    shutil.copytree(tiny_model, base)
    spec = plan(base=str(base))
    weights = bytearray((base / "model.safetensors").read_bytes())
    weights[-4:] = struct.pack("<f", math.nan)  # the last number of the file
    (base / "model.safetensors").write_bytes(weights)
    run = jobs.submit(spec, key="a")
    assert run.status is Status.FAILED
    assert "are not the ones that were checked" in str(run.message)


def test_a_loss_that_is_no_number_fails_with_a_sentence(
    inline: None, store: Store, plan: Plan, tiny_model: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    base = tmp_path / "base"
    shutil.copytree(tiny_model, base)
    weights = (base / "model.safetensors").read_bytes()
    start = 8 + int.from_bytes(weights[:8], "little")
    (base / "model.safetensors").write_bytes(weights[:start] + struct.pack("<f", math.nan) * ((len(weights) - start) // 4))
    run = jobs.submit(plan(base=str(base)), key="a")
    assert run.status is Status.FAILED
    assert str(run.message).startswith("The loss is no number at step 1 already, before anything was learned")
    assert "Traceback" in capfd.readouterr().err  # in a job process that is its log
