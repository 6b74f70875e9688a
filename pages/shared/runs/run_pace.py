"""How fast a run goes: the newest of what it reported, and the time that is left. Draws figures; asks no store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from fmcore.records import Progress, Run, Status
from pages.shared import amounts, times
from pages.shared.runs.run_status import steps_done
from pages.shared.words import _

RECENT = 40
"""Steps that a rate is taken over: enough to be steady, few enough to follow a change."""


@dataclass(frozen=True)
class Pace:
    """How a run goes at its newest step; None where nothing was reported yet."""

    examples_per_second: float | None
    seconds_left: float | None
    learning_rate: float | None
    memory_mb: float | None
    train_loss: float | None
    epoch: float | None


def pace(progress: Sequence[Progress], steps: int | None) -> Pace:
    """Return the newest figures, and the time left from the last steps' clock."""
    newest = {name: value for point in progress[-RECENT:] for name, value in point.values.items()}
    return Pace(
        examples_per_second=newest.get("examples_per_second"),
        seconds_left=_seconds_left(progress[-RECENT:], steps),
        learning_rate=newest.get("learning_rate"),
        memory_mb=newest.get("memory_mb"),
        train_loss=newest.get("train_loss"),
        epoch=progress[-1].epoch if progress else None,
    )


def _seconds_left(recent: Sequence[Progress], steps: int | None) -> float | None:
    if steps is None or len(recent) < 2 or recent[-1].step <= recent[0].step:
        return None
    per_step = (recent[-1].when - recent[0].when) / (recent[-1].step - recent[0].step)
    return max(0.0, per_step * (steps - recent[-1].step))


def numbers(run: Run, progress: Sequence[Progress]) -> None:
    """Draw rate, time, loss, learning rate and memory in one row that wraps on a small screen."""
    now = pace(progress, run.steps)
    running = run.status is Status.RUNNING
    shown = [
        (_("Examples per second"), amounts.rate(now.examples_per_second)),
        (_("Time left"), times.minutes(now.seconds_left)) if running else (_("Training time"), times.duration(run.seconds)),
        (_("Train loss"), amounts.number(now.train_loss)),
        *([(_("Learning rate"), amounts.short(now.learning_rate))] if running else [(_("Steps"), steps_done(run))]),
        (_("Memory"), amounts.megabytes(now.memory_mb)),
    ]
    with st.container(horizontal=True, gap="small"):
        for label, value in shown:
            st.metric(label, value, width=148)
