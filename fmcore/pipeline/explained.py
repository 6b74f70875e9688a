"""Explanations of a sample of test rows, as a run's report shows them: asked for here, made by a job of its own, kept with the run.

The job is a run of stage ``explanations`` whose parent is the run that is explained (:mod:`fmcore.pipeline.explain_job`). It keeps nothing
itself: what it finds out lies in its parent's folder, and its sha256 stands beside those of the parent's answers.
"""

from __future__ import annotations

import json
from dataclasses import replace

import fmcore
from fmcore.errors import DataError
from fmcore.explain.records import Explained
from fmcore.files import write_bytes
from fmcore.pipeline.runs import folder, require_done, require_finetuned
from fmcore.records import Run, Status, from_json, to_json
from fmcore.settings import get_settings
from fmcore.store import RunQuery, Where, open_store
from fmcore.training.checkpoints import sha256

STAGE = "explanations"
KEPT = "explanations.json"
WHAT = "explanations"
"""The name of its fingerprint in the store."""
SAMPLE, JUDGED = 6, 20
"""Test items explained in a report, and over how many the method is judged."""


def start(run_id: str, *, items: int = SAMPLE, judged: int = JUDGED, who: str | None = None) -> Run:
    """Return the queued job that explains a sample of the run's test rows; while one waits or works, that one.

    Nobody works on it yet: see :mod:`fmcore.jobs`.

    Raises:
        JobError: the run is not done, or has no model.
    """
    run = require_done(run_id, "explain")
    require_finetuned(run, "explain")
    store, who = open_store(), who or get_settings().who
    settings = {"of": run.id, "items": items, "judged": judged}
    spec = replace(run.spec, stage=STAGE, settings=settings, code_version=fmcore.__version__)
    key = f"explanations-{run.id}"
    while (old := store.run_of_key(key)) is not None and (old.deleted or old.status.is_final):
        key += "+"  # once more, beside the one that has ended
    return store.add_run(spec, name=f"Explanations · {run.name}"[:200], who=who, key=key, parents=(run.id,))


def newest(run_id: str) -> Run | None:
    """Return the job that was last asked to explain this run, however far it is; None where none was, or it lies in the bin."""
    found = open_store().whole_runs(RunQuery(stages=(STAGE,), where=(Where("setting:of", "=", run_id),), limit=1))
    return found[0] if found else None


def is_at_work(job: Run | None) -> bool:
    """Return whether a job waits or works, so that what is kept is about to change."""
    return job is not None and job.status in (Status.QUEUED, Status.RUNNING)


def keep(found: Explained) -> None:
    """Keep explanations with their run, for its report, in the place of those that it had. Showing test rows counts as a look.

    Raises:
        DataError: the disk refuses.
    """
    store, path = open_store(), folder(found.run) / KEPT
    try:
        write_bytes(path, json.dumps(to_json(found), ensure_ascii=False, sort_keys=True, indent=1).encode("utf-8", "replace"))
    except OSError as error:
        raise DataError("{file} can't be written: {reason}.", file=str(path), reason=error.strerror or type(error).__name__) from error
    store.put_fingerprints(found.run, {**store.fingerprints(found.run), WHAT: sha256(path)})
    store.look(found.run, who=found.who, how="explanations for the report")


def kept(run_id: str) -> Explained | None:
    """Return what was kept for the report; None where nothing was.

    Raises:
        DataError: it was changed since, or is gone.
    """
    recorded = open_store().fingerprints(run_id).get(WHAT)
    if recorded is None:
        return None
    path = folder(run_id) / KEPT
    if not path.is_file() or sha256(path) != recorded:
        raise DataError(
            "The explanations of {run} in {file} were changed or removed since they were kept. Keep them again.", run=run_id, file=str(path)
        )
    return from_json(Explained, json.loads(path.read_bytes()))
