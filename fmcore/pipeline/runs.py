"""Plan a run, put it into the queue, change and repeat it. Starts nothing: that is :mod:`fmcore.jobs`."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

import fmcore
from fmcore.bounds import refused
from fmcore.errors import DataError, JobError, SettingsError
from fmcore.models.check import check_base
from fmcore.records import BaseModel, Dataset, Json, Run, RunSpec, Status
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.training.settings import FinetuneSettings

WITH_ANSWERS = ("finetune", "baseline")
"""Stages whose runs answer the rows of their data set, so that they have figures; a swap test answers other texts."""
PARTS_OF_A_RUN = {"swaps": "a swap test", "explanations": "a job that explains answers"}
"""Stages whose outcome stands in the report of the run that they ask: its first parent."""

GOES_ON = frozenset({"finetune"})
"""Stages with checkpoints, from which a run goes on when it was stopped or its process died; the others start over."""


def folder(run_id: str) -> Path:
    """Return where the run's files lie, there or not."""
    return get_settings().runs() / run_id


def plan(dataset_id: str, *, base: str | BaseModel = "embedded", settings: FinetuneSettings | None = None) -> RunSpec:
    """Return what a fine-tuning run of this data set would be. Checks the base model, stores nothing.

    ``base`` is ``embedded``, a hub name, a folder, or a base model that was checked just now.

    Raises:
        StoreError: no such data set.
        ModelError: the base model may not be used or can't be reached.
    """
    dataset = open_store().dataset(dataset_id)
    checked = base if isinstance(base, BaseModel) else check_base(base)
    return RunSpec(
        stage="finetune",
        task=dataset.task,
        dataset=dataset.id,
        dataset_fingerprint=dataset.fingerprint,
        split_seed=dataset.split_seed,
        base=checked,
        settings=(settings or FinetuneSettings()).model_dump(mode="json"),
        code_version=fmcore.__version__,
    )


def submit(spec: RunSpec, *, name: str | None = None, who: str | None = None, key: str | None = None, parents: tuple[str, ...] = ()) -> Run:
    """Return the queued run. The same ``key`` gives the first run again, so that a triple click is one run.

    Raises:
        DataError: the data has problems that make results meaningless and nobody has confirmed them.
        SettingsError: the name can't be shown.
        StoreError: the store refuses.
    """
    store = open_store()
    dataset = store.dataset(spec.dataset)
    if dataset.needs_confirmation:
        raise DataError(
            "{name} has problems that make results meaningless: {problems} Confirm them, or repair the data and add it again.",
            name=dataset.name,
            problems=" ".join(str(p.sentence) for p in dataset.problems if p.severity == "blocking"),
        )
    return store.add_run(
        spec,
        name=checked_name(name or "") or _default_name(dataset, spec.base),
        who=who or get_settings().who,
        key=key or uuid.uuid4().hex,
        parents=parents,
    )


def checked_name(name: str) -> str:
    """Return a run's name with single spaces; empty stays empty.

    Raises:
        SettingsError: it is too long, or has characters that can't be shown.
    """
    name = " ".join(name.split())
    if len(name) > 200 or not name.isprintable():
        raise SettingsError("Give the run a name of at most 200 printable characters.")
    return name


def _default_name(dataset: Dataset, base: BaseModel) -> str:
    model = Path(base.name).name if base.source == "folder" else base.name
    return f"{dataset.name} · {model}"


def require_finetuned(run: Run, purpose: str) -> None:
    """See to it that a run has a model of its own.

    Raises:
        JobError: it is a baseline, or asks another run's model; the sentence names the run that it was made for.
    """
    if run.spec.stage != "finetune":
        raise JobError(
            "{run} is {what}: it keeps no model, so there is nothing to {purpose}.{instead}",
            run=run.id,
            what=PARTS_OF_A_RUN.get(run.spec.stage, f"a {run.spec.stage}"),
            purpose=purpose,
            instead=f" Use {run.parents[0]}, which it was made for." if run.parents else "",
        )


def settings_of(run: Run, changes: Mapping[str, Json] | None = None) -> FinetuneSettings:
    """Return the run's settings with these changes.

    Raises:
        SettingsError: a change is out of bounds or names no setting.
    """
    return read_settings({**run.spec.settings, **(changes or {})})


def read_settings(values: Mapping[str, Json]) -> FinetuneSettings:
    """Return settings with these values and defaults elsewhere.

    Raises:
        SettingsError: values out of bounds or unknown, all of them in one sentence.
    """
    try:
        return FinetuneSettings(**values)
    except ValidationError as error:
        raise SettingsError("Some settings can't be used: {wrong}.", wrong=refused(error, FinetuneSettings)) from error


def clone(
    run_id: str,
    changes: Mapping[str, Json] | None = None,
    *,
    base: str | BaseModel | None = None,
    dataset_id: str | None = None,
    name: str | None = None,
    who: str | None = None,
    key: str | None = None,
) -> Run:
    """Return a new queued run like this one with changes; the old one is its parent.

    Raises:
        SettingsError, ModelError, DataError, StoreError: as :func:`settings_of`, :func:`plan` and :func:`submit`.
    """
    run = open_store().run(run_id)
    require_finetuned(run, "clone")
    base = base or ("embedded" if run.spec.base.source == "embedded" else run.spec.base.name)
    spec = plan(dataset_id or run.spec.dataset, base=base, settings=settings_of(run, changes))
    return submit(spec, name=name or run.name, who=who, key=key, parents=(run_id,))


def on_its_way(run: Run, who: str) -> Run:
    """Return the run, on its way again where it had failed or was stopped, and out of the bin: somebody asks for the same once more."""
    store = open_store()
    if run.deleted:
        store.restore_runs([run.id], who)
    if run.status in (Status.FAILED, Status.STOPPED):
        return store.requeue(run.id, who)
    return store.run(run.id)


def require_done(run_id: str, purpose: str) -> Run:
    """Return the run when it is done.

    Raises:
        JobError: it has no results yet; the sentence says what it is waiting for.
    """
    run = open_store().run(run_id)
    if run.status is not Status.DONE:
        raise JobError(
            "{run} is {status}, so there is nothing to {purpose} yet. Wait until it is done.",
            run=run_id,
            status=run.status.value,
            purpose=purpose,
        )
    return run


def bin_bytes(run_ids: Sequence[str]) -> int:
    """Return how much of the disk the files of these runs take, in bytes."""
    return sum(path.stat().st_size for run_id in run_ids for path in folder(run_id).rglob("*") if path.is_file())


def purge(run_ids: Sequence[str], *, who: str | None = None) -> None:
    """Remove runs in the bin for good, with their files; that it was done stays on record.

    Raises:
        StoreError: one of them is not in the bin, or another run was made from it. Then none is removed.
        JobError: they are gone from the history, but files of theirs could not be removed.
    """
    open_store().purge_runs(run_ids, who or get_settings().who)  # first: it refuses where something is not in the bin
    left: list[str] = []
    for run_id in run_ids:
        try:
            shutil.rmtree(folder(run_id))
        except FileNotFoundError:  # a run that never started has no folder
            continue
        except OSError as error:
            left.append(f"{error.filename or folder(run_id)}: {error.strerror}")
    if left:
        raise JobError("The runs are removed, but files of {count} of them are not. The first is {file}.", count=len(left), file=left[0])
