"""Is the foundation model worth it? The tuned run and its baselines on the same rows: figure, paired difference, cost, and a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fmcore.errors import FmcoreError, JobError, unknown
from fmcore.evaluation import compare, costs
from fmcore.evaluation.baselines import KINDS
from fmcore.evaluation.compare import Difference
from fmcore.pipeline import evaluate, runs
from fmcore.pipeline.baselines import TUNED, existing, tuned_run
from fmcore.records import Estimate, Run, Sentence, Status, say
from fmcore.stats.metrics import METRICS
from fmcore.store import open_store
from fmcore.tasks import get_task


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


def worth(run_id: str, split: str = "validation", *, metric: str | None = None, who: str | None = None, how: str) -> Worth:
    """Return the tuned run and every kind of baseline, started or not. On test, each run that is read counts a look.

    Raises:
        JobError: the run is not done or is a baseline itself, or the metric is none of METRICS.
        DataError: it has no predictions for this split.
    """
    run, store = tuned_run(run_id), open_store()
    metric = metric or get_task(run.spec.task).headline
    if metric not in METRICS:
        raise JobError("{sentence}", sentence=unknown("figure of counts", metric, METRICS))
    labels = store.dataset(run.spec.dataset).labels
    answers = {run.id: evaluate.predictions(run.id, split, who=who, how=how)}
    theirs = {kind: existing(run, kind) for kind in KINDS}
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
