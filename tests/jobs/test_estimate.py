"""What a run will cost, measured by a process of its own and remembered."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from fmcore.errors import JobError
from fmcore.jobs import estimate, launcher
from fmcore.records import RunSpec
from fmcore.store import Store

Plan = Callable[..., RunSpec]


def test_one_process_answers_and_the_answer_is_kept(store: Store, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[str]] = []
    start = launcher.start
    monkeypatch.setattr(launcher, "start", lambda arguments, **options: started.append(arguments) or start(arguments, **options))
    key = estimate.request(plan(epochs=2))
    deadline = time.monotonic() + 60
    while (forecast := estimate.result(key)) is None and time.monotonic() < deadline:
        time.sleep(0.2)
    assert forecast is not None
    assert (forecast.rows, forecast.steps, forecast.device) == (84, 22, "cpu")
    assert forecast.seconds_low <= forecast.seconds <= forecast.seconds_high
    assert estimate.request(plan(epochs=2, learning_rate=1e-5)) == key  # costs the same
    assert estimate.request(plan(epochs=2)) == key
    assert started == [["estimate", key]]


def test_why_there_is_no_answer_is_told(store: Store, plan: Plan, tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from fmcore import finetune

    def refuse(*args: object) -> None:
        raise JobError("The {thing} is missing.", thing="disk")

    monkeypatch.setattr(finetune, "estimate", refuse)
    spec = plan()
    key = estimate._key(spec)
    assert estimate._answer(key, spec) == 1
    with pytest.raises(JobError, match=r"^The disk is missing\.$"):
        estimate.result(key)
