"""The figures of a finished run, from its stored predictions. Every reading of the test split is counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fmcore.errors import DataError, JobError
from fmcore.pipeline.runs import WITH_ANSWERS, require_done
from fmcore.records import SPLITS
from fmcore.settings import get_settings
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.evaluation.report import Evaluation


def evaluation(run_id: str, split: str = "test", *, who: str | None = None, how: str) -> Evaluation:
    """Return the figures of one split. ``how`` says where it is read (``report page``, ``command line``).

    Raises:
        JobError: the run is not done.
        DataError: there are no predictions for this split.
    """
    from fmcore.evaluation import report

    frame = predictions(run_id, split, who=who, how=how)
    return report.evaluate(frame, open_store().dataset(open_store().run(run_id).spec.dataset).labels, split)


def predictions(run_id: str, split: str = "test", *, who: str | None = None, how: str) -> pd.DataFrame:
    """Return the stored predictions of one split: id, target, answer, one ``p_<label>`` per label, loss (nats).

    Raises:
        JobError: the run is not done, or is a swap test.
        DataError: there are no predictions for this split, or they were changed after the run ended.
    """
    from fmcore.pipeline import answers

    run = require_done(run_id, "evaluate")
    if run.spec.stage not in WITH_ANSWERS:
        raise JobError(
            "{run} is a swap test: it has no answers to the rows of its data. Use {parent}, which it was made for.",
            run=run_id,
            parent=run.parents[0] if run.parents else "another run",
        )
    path = answers.path(run_id, split)
    if split not in SPLITS or not path.is_file():
        known = sorted(p.stem for p in path.parent.glob("*.parquet"))
        raise DataError(
            "{run} has no predictions for the split {split}. There are: {known}.", run=run_id, split=split, known=", ".join(known) or "none"
        )
    frame = answers.read(run_id, split)
    if split == "test":  # counted only once there is something to see
        open_store().look(run_id, who=who or get_settings().who, how=how)
    return frame
