"""Runs of the store side by side on one split, from their stored predictions. Reading test counts a look for each run."""

from __future__ import annotations

from collections.abc import Sequence

from fmcore.errors import DataError
from fmcore.evaluation import compare as figures
from fmcore.evaluation.compare import Comparison
from fmcore.pipeline import evaluate
from fmcore.store import open_store


def comparison(
    run_ids: Sequence[str], split: str = "validation", *, metrics: Sequence[str] = figures.SHOWN, who: str | None = None, how: str
) -> Comparison:
    """Return the paired comparison of two to six finished runs.

    Raises:
        JobError: a run is not done.
        DataError: they have other labels, did not answer the same items, or a metric is unknown. No look is counted for other labels.
    """
    store = open_store()
    specs = {run_id: store.run(run_id).spec for run_id in dict.fromkeys(run_ids)}
    if not 2 <= len(specs) <= figures.MOST:
        raise DataError("Compare two to {most} different runs; found {found}.", most=figures.MOST, found=len(specs))
    labels = {run_id: store.dataset(spec.dataset).labels for run_id, spec in specs.items()}
    (first, known), *others = labels.items()
    for other, found in others:
        if found != known:
            raise DataError(
                "{first} and {second} answer with other labels ({some} … and {others} …), so their figures can't be compared.",
                first=first,
                second=other,
                some=", ".join(known[:3])[:80],
                others=", ".join(found[:3])[:80],
            )
    answers = {run_id: evaluate.predictions(run_id, split, who=who, how=how) for run_id in specs}
    return figures.compare(answers, known, metrics=metrics, specs=specs)
