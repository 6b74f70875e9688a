"""Is the foundation model worth it? Queues what it has to beat, and more of itself on less data; puts scores and costs side by side.

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
from fmcore.evaluation import baselines, compare, costs
from fmcore.evaluation.baselines import KINDS, BaselineSettings
from fmcore.evaluation.compare import Difference
from fmcore.models import load
from fmcore.pipeline import evaluate, runs
from fmcore.records import BaseModel, Estimate, Run, RunSpec, Sentence, Status, say, to_json
from fmcore.settings import get_settings
from fmcore.stats.metrics import METRICS
from fmcore.store import open_store
from fmcore.tasks import get_task

SHARES = (0.01, 0.05, 0.1, 0.5, 1.0)
NO_BASE = BaseModel("none", "none", None, None, 0, "none")
"""What stands for the base model in a run that has none."""
TUNED = "tuned"


@dataclass(frozen=True)
class Started:
    """What was queued, or was there before."""

    runs: Mapping[str, Run]
    """Kind of baseline → its run."""
    left_out: Mapping[str, Sentence]
    """Kind → why it can't be tried."""


@dataclass(frozen=True)
class Row:
    """One line of the answer: the tuned run itself, or a baseline."""

    kind: str
    """``tuned``, or a key of :data:`fmcore.evaluation.baselines.KINDS`."""
    title: str
    about: str
    run: Run | None
    """None where it was not started or can't be tried."""
    reason: Sentence | None
    """Why there is no score yet, or never will be; None where there is one."""
    score: Estimate | None
    difference: Difference | None
    """The tuned run less this baseline, on the same items: above 0, tuning paid. None in the tuned run's own line."""
    cost: Mapping[str, float]
    """``training-seconds``, ``parameters``, ``ms-per-answer``, ``megabytes``, as far as they were measured."""


@dataclass(frozen=True)
class Worth:
    """The tuned run and its baselines on one split."""

    run: str
    split: str
    metric: str
    rows: tuple[Row, ...]
    sentence: Sentence
    """The answer in one sentence."""


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


def start(run_id: str, *, kinds: Sequence[str] = tuple(KINDS), who: str | None = None) -> Started:
    """Return the queued baselines of a finished run. Those that are there already are returned as they are; failed ones try again.

    Raises:
        JobError: the run is not done, is a baseline itself, or there is no such kind.
    """
    run = _tuned(run_id)
    found, left_out = {}, {}
    for kind in kinds:
        planned = plan(run, kind)
        if isinstance(planned, Sentence):
            left_out[kind] = planned
        else:
            found[kind] = _submit(planned, run, f"{KINDS[kind].title} · {_dataset_name(run)}", who)
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
    run = _tuned(run_id)
    return {kind: _existing(run, kind) for kind in KINDS}


def worth(run_id: str, split: str = "validation", *, metric: str | None = None, who: str | None = None, how: str) -> Worth:
    """Return the tuned run and every kind of baseline, started or not. On test, each run that is read counts a look.

    Raises:
        JobError: the run is not done or is a baseline itself, or the metric is none of METRICS.
        DataError: it has no predictions for this split.
    """
    run, store = _tuned(run_id), open_store()
    metric = metric or get_task(run.spec.task).headline
    if metric not in METRICS:
        raise JobError("{sentence}", sentence=unknown("figure of counts", metric, METRICS))
    labels = store.dataset(run.spec.dataset).labels
    answers = {run.id: evaluate.predictions(run.id, split, who=who, how=how)}
    theirs = {kind: _existing(run, kind) for kind in KINDS}
    for found in theirs.values():
        if isinstance(found, Run) and found.status is Status.DONE:
            answers[found.id] = evaluate.predictions(found.id, split, who=who, how=how)
    differences = compare.against(answers, run.id, labels, metric) if len(answers) > 1 else {}
    rows = [_row(TUNED, "Fine-tuned model", "The run itself.", run, split, metric, None)]
    for kind, found in theirs.items():
        title, about = KINDS[kind].title, KINDS[kind].about
        if isinstance(found, Run):
            rows.append(_row(kind, title, about, found, split, metric, differences.get(found.id)))
        else:
            rows.append(Row(kind, title, about, None, found or say("Not tried yet."), None, None, {}))
    return Worth(run.id, split, metric, tuple(rows), _answer(rows))


def learning_curve(
    run_id: str, shares: Sequence[float] = SHARES, *, with_baselines: Sequence[str] = ("tfidf",), who: str | None = None
) -> list[Run]:
    """Return the queued clones of a run on these shares of its training rows, each with the baselines to compare it with.

    The run itself is the point of its own share. Asking again returns the same runs.

    Raises:
        JobError: the run is not done or is a baseline itself.
        SettingsError: a share is not above 0 and at most 1.
    """
    run, found = _tuned(run_id), []
    for share in shares:
        clone = _share_run(run, share) or _submit_share(run, share, who)
        found.append(clone)
        for kind in with_baselines:
            planned = plan(clone, kind)
            if not isinstance(planned, Sentence):
                found.append(_submit(planned, run, f"{KINDS[kind].title} · {share:.3g} · {_dataset_name(run)}", who))
    return found


def learning_points(
    run_id: str,
    split: str = "validation",
    *,
    metric: str | None = None,
    shares: Sequence[float] = SHARES,
    kinds: Sequence[str] = ("tfidf",),
) -> list[Point]:
    """Return the points that were asked for so far, from small shares to large. From stored figures; no predictions are read.

    Raises:
        JobError: the run is not done or is a baseline itself.
    """
    run, points = _tuned(run_id), []
    metric = metric or get_task(run.spec.task).headline
    for share in sorted(set(shares)):
        clone = _share_run(run, share)
        if clone is None:
            continue
        points.append(Point(TUNED, share, clone, _score(clone, split, metric)))
        for kind in kinds:
            found = _existing(clone, kind)
            if isinstance(found, Run):
                points.append(Point(kind, share, found, _score(found, split, metric)))
    return points


def _tuned(run_id: str) -> Run:
    run = runs.require_done(run_id, "compare with baselines")
    runs.require_finetuned(run, "compare with baselines")
    return run


def _submit(spec: RunSpec, run: Run, name: str, who: str | None) -> Run:
    """Return the run of this spec: a new one, the one that is there, or the failed or deleted one, on its way again."""
    store, who = open_store(), who or get_settings().who
    found = runs.submit(spec, name=name[:200], who=who, key=_key(spec), parents=(run.id,))
    if found.deleted:
        store.restore_runs([found.id], who)
    if found.status in (Status.FAILED, Status.STOPPED):
        return store.requeue(found.id, who)
    return store.run(found.id)


def _key(spec: RunSpec) -> str:
    """Return what is the same for the same baseline on the same data, whichever version of the code asks."""
    what = to_json(replace(spec, code_version=""))
    return "baseline-" + hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()[:40]


def _existing(run: Run, kind: str) -> Run | Sentence | None:
    """Return the run's baseline of this kind, why it can't be tried, or None while it was not asked for."""
    planned = plan(run, kind)
    if isinstance(planned, Sentence):
        return planned
    found = open_store().run_of_key(_key(planned))
    return None if found is None or found.deleted else found


def _share_key(run: Run, share: float) -> str:
    return f"share-{run.id}-{share:.6g}"


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


def _row(kind: str, title: str, about: str, run: Run, split: str, metric: str, difference: Difference | None) -> Row:
    stored = open_store().metrics(run.id)
    score = next((m.estimate for m in stored if (m.split, m.name, m.label) == (split, metric, None)), None)
    cost = {**_cost_of_old_runs(run), **costs.found(stored)}
    reason = None
    if run.status is not Status.DONE:
        reason = run.message if run.status is Status.FAILED and run.message else say("It is {status}.", status=run.status.value)
    elif score is None:
        reason = say("It has no {metric} on the {split} rows.", metric=metric, split=split)
    return Row(kind, title, about, run, reason, score, difference, cost)


def _cost_of_old_runs(run: Run) -> dict[str, float]:
    """Return what can be told of a run that was made before costs were stored."""
    found = {"training-seconds": run.seconds} if run.seconds is not None else {}
    model = runs.folder(run.id) / "model"
    if model.is_dir():
        try:
            found |= costs.of_weights(model)
        except FmcoreError:  # verify says what is wrong with it; here it only has no size
            return found
    return found


def _score(run: Run, split: str, metric: str) -> Estimate | None:
    if run.status is not Status.DONE:
        return None
    return next((m.estimate for m in open_store().metrics(run.id) if (m.split, m.name, m.label) == (split, metric, None)), None)


def _answer(rows: Sequence[Row]) -> Sentence:
    """Return in one sentence whether tuning paid: against the best of the baselines."""
    rivals = [row for row in rows if row.difference is not None and row.score is not None and row.score.value is not None]
    if not rivals:
        return say("No baseline is done yet, so nobody knows whether tuning paid.")
    best = max(rivals, key=lambda row: float(row.score.value or 0))  # type: ignore[union-attr]
    difference = best.difference
    if difference is None or difference.estimate.value is None:
        return say("The difference to {title} has no value, so nobody can tell whether tuning paid.", title=best.title)
    templates = {
        "better": "Tuning paid: {gain} above the best baseline, {title} ({low} to {high}).",
        "worse": "Tuning did not pay: {title} is better by {gain} ({low} to {high}).",
        "cannot-tell": "Nobody can tell whether tuning paid: the best baseline, {title}, differs by {gain} ({low} to {high}).",
    }
    low, high = difference.estimate.low or 0.0, difference.estimate.high or 0.0
    sign = -1 if difference.word == "worse" else 1
    low, high = sorted((sign * low, sign * high))
    return say(
        templates[difference.word], title=best.title, gain=f"{sign * difference.estimate.value:.3f}", low=f"{low:.3f}", high=f"{high:.3f}"
    )


def _dataset_name(run: Run) -> str:
    return open_store().dataset(run.spec.dataset).name
