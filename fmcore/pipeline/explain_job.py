"""The job that explains a sample of a run's test rows and judges the method, in a process of its own: nobody waits for it. Loads torch."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from fmcore.errors import DataError
from fmcore.explain.records import Explained
from fmcore.pipeline import explained, fingerprints
from fmcore.pipeline.explain import answers_frame, texts_of
from fmcore.records import Run, Sentence, say
from fmcore.store import Store

if TYPE_CHECKING:
    import pandas as pd

METHOD = "integrated-gradients"


class Stopped(Exception):
    """Somebody asked to stop: nothing is kept."""


def make(
    job: Run,
    store: Store,
    *,
    should_stop: Callable[[], bool],
    watch: Callable[[int, int], None],
    tell: Callable[[Sentence], None],
    token: int | None = None,
) -> bool:
    """Explain as many wrong answers as right ones, where there are any, and keep that with the run; return False when asked to stop.

    ``watch`` hears how many parts of the work are done, and of how many.

    Raises:
        FmcoreError: the run or its model is gone or was changed, or the disk is full.
    """
    from fmcore.explain.explainers import attribute
    from fmcore.explain.trust import stages, trust
    from fmcore.pipeline.trained import load

    subject, run = load(job.parents[0]).subject(), store.run(job.parents[0])
    frame, chosen, every = _drawn(run, items=int(job.spec.settings["items"]), judged=int(job.spec.settings["judged"]))
    n_parts, done = stages(METHOD, subject.task, len(every)) + 1, 0

    def after() -> None:
        nonlocal done
        if should_stop():
            raise Stopped
        done += 1
        watch(done, n_parts)

    watch(0, n_parts)
    try:
        tell(say("Finding the words that speak for {n} answers.", n=len(chosen)))
        attributions = tuple(attribute(subject, frame["texts"].iloc[chosen].tolist(), method=METHOD))
        after()
        tell(say("Judging the method over {n} rows, against random words and other methods.", n=len(every)))
        judged = trust(subject, frame["texts"].iloc[every].tolist(), method=METHOD, watch=after)
    except Stopped:
        return False
    ids, targets = (tuple(frame[name].iloc[chosen]) for name in ("id", "target"))
    store.put_fingerprints(
        job.id, {fingerprints.SPEC: fingerprints.of_spec(job.spec)}, token=token
    )  # refused where another has the job now
    explained.keep(Explained(run.id, ids, targets, attributions, judged, job.who))
    return True


def _drawn(run: Run, *, items: int, judged: int) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return the answered test rows with their texts, the places of those to explain, and of those to judge the method over."""
    rows, frame = texts_of(run).set_index("fmc_id"), answers_frame(run.id, "test")
    frame = frame[frame["id"].isin(rows.index)].reset_index(drop=True)
    if frame.empty:
        raise DataError("No test row of {run} has a text, so there is nothing to explain.", run=run.id)
    frame = frame.assign(texts=rows.loc[frame["id"], "fmc_texts"].tolist())
    chosen = sample((frame["answer"] != frame["target"]).to_numpy(), items)
    return frame, chosen, np.sort(np.random.default_rng(1).permutation(len(frame))[:judged])


def sample(is_wrong: np.ndarray, items: int) -> np.ndarray:
    """Return places: half of them wrong answers, the rest right ones, drawn by a seed that never changes."""
    order = np.random.default_rng(0).permutation(len(is_wrong))
    wrong, right = order[is_wrong[order]], order[~is_wrong[order]]
    n_wrong = min(len(wrong), max(items // 2, items - len(right)))
    return np.concatenate([wrong[:n_wrong], right[: items - n_wrong]])
