"""What a fine-tuned run has to beat: plans its baselines, queues them, and says where each stands.

A baseline is a run of its own: executed by the ordinary job, with stored answers, figures and costs. One that does not depend on the base
model is shared by all runs on the same data.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import fmcore
from fmcore.errors import FmcoreError, JobError, unknown
from fmcore.evaluation import baselines
from fmcore.evaluation.baselines import KINDS, BaselineSettings
from fmcore.models import load
from fmcore.pipeline import runs
from fmcore.records import BaseModel, Estimate, Run, RunSpec, Sentence, Status, to_json
from fmcore.settings import get_settings
from fmcore.store import open_store

TUNED = "tuned"
"""Stands beside the kinds of baselines, for the run itself."""
NO_BASE = BaseModel("none", "none", None, None, 0, "none")
"""What stands for the base model in a run that has none."""


@dataclass(frozen=True)
class Started:
    """What was queued, or was there before."""

    runs: Mapping[str, Run]
    """Kind of baseline → its run."""
    left_out: Mapping[str, Sentence]
    """Kind → why it can't be tried."""


def start(run_id: str, *, kinds: Sequence[str] = tuple(KINDS), who: str | None = None) -> Started:
    """Return the queued baselines of a finished run. Those that are there already are returned as they are; failed ones try again.

    Raises:
        JobError: the run is not done, is a baseline itself, or there is no such kind.
    """
    run = tuned_run(run_id)
    found, left_out = {}, {}
    for kind in kinds:
        planned = plan(run, kind)
        if isinstance(planned, Sentence):
            left_out[kind] = planned
        else:
            found[kind] = submit(planned, run, f"{KINDS[kind].title} · {dataset_name(run)}", who)
    return Started(found, left_out)


def plan(run: Run, kind: str) -> RunSpec | Sentence:
    """Return what the run's baseline of this kind would be, or why it can't be tried.

    Raises:
        JobError: there is no such kind.
    """
    if kind not in KINDS:
        raise JobError("{sentence}", sentence=unknown("baseline", kind, KINDS))
    settings, needs_base = runs.settings_of(run), KINDS[kind].needs_base
    if kind == "untuned":
        try:
            reason = baselines.untuned_reason(load.folder(run.spec.base), open_store().dataset(run.spec.dataset).labels)
        except FmcoreError as error:
            reason = error.sentence
        if reason is not None:
            return reason
    learns = kind != "untuned" and settings.train_share < 1
    chosen = BaselineSettings(
        kind=kind,
        max_length=settings.max_length if needs_base else None,
        train_share=settings.train_share if learns else 1.0,
        seed=settings.seed if learns else 0,
        device=settings.device if needs_base else "auto",
    )
    return replace(
        run.spec,
        stage="baseline",
        base=run.spec.base if needs_base else NO_BASE,
        settings=chosen.model_dump(mode="json"),
        code_version=fmcore.__version__,
    )


def standing(run_id: str) -> dict[str, Run | Sentence | None]:
    """Return where each kind of baseline stands: its run, why it can't be tried, or None while nobody asked for it.

    Raises:
        JobError: the run is not done or is a baseline itself.
    """
    run = tuned_run(run_id)
    return {kind: existing(run, kind) for kind in KINDS}


def tuned_run(run_id: str) -> Run:
    """Return the run, when it is done and fine-tuned: what baselines are held against.

    Raises:
        JobError: it is not.
    """
    run = runs.require_done(run_id, "compare with baselines")
    runs.require_finetuned(run, "compare with baselines")
    return run


def submit(spec: RunSpec, run: Run, name: str, who: str | None) -> Run:
    """Return the run of this spec: a new one, the one that is there, or the failed or deleted one, on its way again."""
    who = who or get_settings().who
    found = runs.submit(spec, name=name[:200], who=who, key=_key(spec), parents=(run.id,))
    return runs.on_its_way(found, who)


def _key(spec: RunSpec) -> str:
    """Return what is the same for the same baseline on the same data, whichever version of the code asks."""
    what = to_json(replace(spec, code_version=""))
    return "baseline-" + hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:40]


def existing(run: Run, kind: str) -> Run | Sentence | None:
    """Return the run's baseline of this kind, why it can't be tried, or None while it was not asked for."""
    planned = plan(run, kind)
    if isinstance(planned, Sentence):
        return planned
    found = open_store().run_of_key(_key(planned))
    return None if found is None or found.deleted else found


def score_of(run: Run, split: str, metric: str) -> Estimate | None:
    """Return a run's stored figure on a split; None where it is not done or has none."""
    if run.status is not Status.DONE:
        return None
    return next((m.estimate for m in open_store().metrics(run.id) if (m.split, m.name, m.label) == (split, metric, None)), None)


def dataset_name(run: Run) -> str:
    """Return what people call the data that a run learned from."""
    return open_store().dataset(run.spec.dataset).name
