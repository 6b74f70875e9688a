"""How good a run would be with less of its data: clones on shares of the training rows, each with its baselines, and what they scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import fmcore
from fmcore.evaluation.baselines import KINDS
from fmcore.pipeline import runs
from fmcore.pipeline.baselines import TUNED, dataset_name, existing, plan, score_of, submit, tuned_run
from fmcore.records import Estimate, Run, Sentence
from fmcore.settings import get_settings
from fmcore.store import open_store
from fmcore.tasks import get_task

SHARES = (0.01, 0.05, 0.1, 0.5, 1.0)


@dataclass(frozen=True)
class Point:
    """One point of a learning curve."""

    kind: str
    """``tuned``, or a kind of baseline."""
    share: float
    """Of the training rows, 0 to 1."""
    run: Run
    score: Estimate | None
    """None while the run is not done."""


def learning_curve(
    run_id: str, shares: Sequence[float] = SHARES, *, with_baselines: Sequence[str] = ("tfidf",), who: str | None = None
) -> list[Run]:
    """Return the queued clones of a run on these shares of its training rows, each with the baselines to compare it with.

    The run itself is the point of its own share. Asking again returns the same runs.

    Raises:
        JobError: the run is not done or is a baseline itself.
        SettingsError: a share is not above 0 and at most 1.
    """
    run, found = tuned_run(run_id), []
    for share in shares:
        clone = _share_run(run, share) or _submit_share(run, share, who)
        found.append(clone)
        for kind in with_baselines:
            planned = plan(clone, kind)
            if not isinstance(planned, Sentence):
                found.append(submit(planned, run, f"{KINDS[kind].title} · {share:.3g} · {dataset_name(run)}", who))
    return found


def learning_points(
    run_id: str,
    split: str = "validation",
    *,
    metric: str | None = None,
    shares: Sequence[float] | None = None,
    kinds: Sequence[str] = ("tfidf",),
) -> list[Point]:
    """Return the points that were asked for so far, from small shares to large; of these ``shares`` only, where some are named. From
    stored figures; no predictions are read.

    Raises:
        JobError: the run is not done or is a baseline itself.
    """
    run, points = tuned_run(run_id), []
    metric = metric or get_task(run.spec.task).headline
    for share in sorted(set(_asked(run) if shares is None else shares)):
        clone = _share_run(run, share)
        if clone is None:
            continue
        points.append(Point(TUNED, share, clone, score_of(clone, split, metric)))
        for kind in kinds:
            found = existing(clone, kind)
            if isinstance(found, Run):
                points.append(Point(kind, share, found, score_of(found, split, metric)))
    return points


def _asked(run: Run) -> list[float]:
    """Return the shares of all points that were asked for, and the run's own."""
    start = _share_key(run)
    return [*(float(key.removeprefix(start)) for key in open_store().run_keys(start)), runs.settings_of(run).train_share]


def _share_key(run: Run, share: float | None = None) -> str:
    return f"share-{run.id}-" + ("" if share is None else f"{share:.6g}")


def _share_run(run: Run, share: float) -> Run | None:
    if share == runs.settings_of(run).train_share:
        return run
    found = open_store().run_of_key(_share_key(run, share))
    return None if found is None or found.deleted else found


def _submit_share(run: Run, share: float, who: str | None) -> Run:
    name = f"{run.name} · {100 * share:.3g} % of the data"[:200]
    base = replace(
        run.spec, settings=runs.settings_of(run, {"train_share": share}).model_dump(mode="json"), code_version=fmcore.__version__
    )
    found = runs.submit(base, name=name, who=who, key=_share_key(run, share), parents=(run.id,))
    if found.deleted:
        open_store().restore_runs([found.id], who or get_settings().who)
    return open_store().run(found.id)
