"""What one run looks like while it lives and after: where it stands, how fast it goes, its curves and its log.

Draws records; changes nothing (see run_actions) and knows no trainer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from pydantic import BaseModel

from fmcore.pipeline.runs import folder
from fmcore.records import Progress, Run, Status
from fmcore.store import Store
from fmcore.training.settings import FinetuneSettings
from pages.shared import amounts
from pages.shared.places import link
from pages.shared.runs.base_view import title as base_title
from pages.shared.words import _, in_badge, in_link, plain

BADGES = {
    Status.QUEUED: (":material/hourglass_empty:", "gray"),
    Status.RUNNING: (":material/play_circle:", "blue"),
    Status.STOPPED: (":material/stop_circle:", "orange"),
    Status.FAILED: (":material/error:", "red"),
    Status.DONE: (":material/check_circle:", "green"),
}
CURVES = (
    ("loss", ("train_loss", "validation_loss")),
    ("figures", ("validation_macro-f1", "validation_accuracy")),
)
COLOURS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")  # terminals' colours and cursor moves, which a log may hold
RECENT = 40
"""Steps that a rate is taken over: enough to be steady, few enough to follow a change."""


def status_title(status: Status) -> str:
    """Return the word for a status."""
    return {
        Status.QUEUED: _("Queued"),
        Status.RUNNING: _("Running"),
        Status.STOPPED: _("Stopped"),
        Status.FAILED: _("Failed"),
        Status.DONE: _("Done"),
    }[status]


def badge(run: Run) -> None:
    """Draw the run's status with its icon, so that colour is never the only sign."""
    icon, colour = BADGES[run.status]
    label = _("Stopping") if run.stop_requested and not run.status.is_final else status_title(run.status)
    st.badge(label, icon=icon, color=colour)


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


def log_tail(path: Path, lines: int = 60, most_bytes: int = 64_000) -> str:
    """Return the last lines of a job's log without terminal codes; empty where there is no log yet."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - most_bytes))
        text = file.read().decode("utf-8", errors="replace")
    # A progress bar rewrites its line with carriage returns: only what stood there last counts.
    rows = [COLOURS.sub("", row).rstrip("\r").rsplit("\r", 1)[-1] for row in text.split("\n")]
    return "\n".join([row for row in rows if row.strip()][-lines:])


def numbers(run: Run, progress: Sequence[Progress]) -> None:
    """Draw rate, time, loss, learning rate and memory in one row that wraps on a small screen."""
    now = pace(progress, run.steps)
    running = run.status is Status.RUNNING
    shown = [
        (_("Examples per second"), amounts.rate(now.examples_per_second)),
        (_("Time left"), amounts.minutes(now.seconds_left)) if running else (_("Training time"), amounts.duration(run.seconds)),
        (_("Train loss"), amounts.number(now.train_loss)),
        *([(_("Learning rate"), amounts.short(now.learning_rate))] if running else [(_("Steps"), steps_done(run))]),
        (_("Memory"), amounts.megabytes(now.memory_mb)),
    ]
    with st.container(horizontal=True, gap="small"):
        for label, value in shown:
            st.metric(label, value, width=148)


def steps_done(run: Run) -> str:
    """Return how many steps were made, and of how many where the run did not get to its end."""
    if run.status is Status.DONE or not run.steps or run.step >= run.steps:
        return f"{run.step:,}"
    return _("{step} of {steps}").format(step=f"{run.step:,}", steps=f"{run.steps:,}")


def bar(run: Run) -> None:
    """Draw how far the run is."""
    if not run.steps:
        st.progress(0.0, text=_("Getting ready…"))
        return
    share = min(1.0, run.step / run.steps)
    text = _("Step **{step}** of {steps} ({percent} %)")
    st.progress(share, text=text.format(step=f"{run.step:,}", steps=f"{run.steps:,}", percent=int(share * 100)))


def curves(progress_by_run: dict[str, list[Progress]], key: str) -> None:
    """Draw loss and figures over the steps, side by side; say so where nothing was reported yet."""
    if not any(progress_by_run.values()):
        st.caption(_("The curves appear with the first step."))
        return
    from fmcore.report import figures  # loads pandas and plotly: a second that a page without curves need not wait

    titles = {"loss": _("Loss"), "figures": _("Figures on the validation rows")}
    for place, (kind, names) in zip(st.columns(2), CURVES, strict=True):
        known = [name for name in names if any(name in point.values for points in progress_by_run.values() for point in points)]
        if known:
            place.plotly_chart(figures.curves(progress_by_run, known, titles[kind]), key=f"{key}-{kind}", config={"displayModeBar": False})
        else:
            place.caption(_("{title}: after the first evaluation.").format(title=titles[kind]))


def lineage(run: Run, store: Store, *, itself: bool = False) -> None:
    """Draw where the run came from: data, base model, the runs that it continues, each with a link; ``itself``: the run's own page too."""
    dataset = store.dataset(run.spec.dataset)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        link("data", _("{name}, version {version}").format(name=in_link(dataset.name), version=dataset.version), data=dataset.id)
        if run.spec.base.source != "none":
            link("models", in_link(base_title(run.spec.base.name)), base=run.spec.base.name)
        if itself:
            link("run", _("How it went"), run=run.id)
        for parent in run.parents:
            kinds = {"finetune": _("changed from {run}"), "swaps": _("asks {run}"), "explanations": _("explains {run}")}
            said = kinds.get(run.spec.stage, _("to be compared with {run}"))
            link("run", said.format(run=in_link(store.run(parent).name)), icon=":material/content_copy:", run=parent)


def _settings_model(run: Run) -> type[BaseModel]:
    if run.spec.stage != "baseline":
        return FinetuneSettings
    from fmcore.evaluation.baselines import BaselineSettings  # loads pandas, which other runs' pages need not wait for

    return BaselineSettings


def settings(run: Run) -> None:
    """Draw the settings, those that differ from the defaults first, and what people wrote about the run."""
    if run.tags:
        with st.container(horizontal=True):
            for tag in run.tags:
                st.badge(in_badge(tag), color="gray")
    if run.notes:
        st.text(run.notes)
    fields = _settings_model(run).model_fields
    lines = [
        {
            "setting": fields[name].title if name in fields else name,
            "value": amounts.short(value),
            "default": amounts.short(fields[name].default) if name in fields and not fields[name].is_required() else None,
        }
        for name, value in run.spec.settings.items()
    ]
    lines.sort(key=lambda line: line["value"] == line["default"])
    column = st.column_config
    config = {
        "setting": column.TextColumn(_("Setting")),
        "value": column.TextColumn(_("Value")),
        "default": column.TextColumn(_("Default")),
    }
    st.dataframe(lines, hide_index=True, height="content", column_config=config, key="run-settings")
    if (files := folder(run.id)).is_dir():
        st.caption(_("Its files lie in"))
        st.code(str(files), language=None, wrap_lines=True)
    st.caption(
        _("Run {run} · code {version} · data {data}").format(run=run.id, version=plain(run.spec.code_version), data=run.spec.dataset)
    )
