"""What a run rests on and left behind, as fingerprints: taken and put into the store when it ends, so that every later change is seen.

The store holds them because whoever can change a file can also change a list of sums that lies beside it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from fmcore.errors import DataError, ModelError
from fmcore.pipeline.runs import folder
from fmcore.records import Run, RunSpec, to_json
from fmcore.store import Store, open_store
from fmcore.training.checkpoints import MANIFEST, sha256, trouble

SPEC, MODEL, PREDICTIONS = "spec", "model", "predictions/"
FILE = "file/"
"""Before a split: the sha256 of the file itself, which is read a hundred times faster than its answers are compared."""


def record(run: Run, store: Store, *, token: int | None = None) -> None:
    """Put the fingerprints of spec, model and answers into the store; ``token`` is None outside a job.

    Raises:
        DataError: the answers can't be read back, or the disk is full.
        StoreError: the token is old.
    """
    from fmcore.evaluation import fingerprint, predictions

    found = {SPEC: of_spec(run.spec), **({} if (model := of_model(run.id)) is None else {MODEL: model})}
    for split, path in answers(run.id).items():
        try:
            found[PREDICTIONS + split] = fingerprint.write(predictions.read(path), path)
            found[FILE + split] = sha256(path)
        except OSError as error:
            why = error.strerror or "no reason given"
            raise DataError("The digests of {file} can't be written: {why}. Make room and resume.", file=str(path), why=why) from error
    store.put_fingerprints(run.id, found, token=token)


def of_spec(spec: RunSpec) -> str:
    """Return the sha256 of a spec, whatever the order of its fields."""
    return hashlib.sha256(json.dumps(to_json(spec), ensure_ascii=True, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def of_model(run_id: str) -> str | None:
    """Return the sha256 of the list of the model's files, each with its own; None where there is no model."""
    manifest = folder(run_id) / "model" / MANIFEST
    return sha256(manifest) if manifest.is_file() else None


def whole_model(run_id: str) -> Path:
    """Return the folder of a run's model, after seeing to it that it is the one that the run ended with.

    Raises:
        ModelError: it is gone, damaged, or another one.
    """
    place, recorded = folder(run_id) / "model", open_store().fingerprints(run_id).get(MODEL)
    if not place.is_dir():
        raise ModelError("The model of {run} is not in {folder} any more.", run=run_id, folder=str(place))
    problem = trouble(place)
    if problem is None and recorded is not None and of_model(run_id) != recorded:
        problem = "its files are not those that were recorded"
    if problem is not None:
        raise ModelError("The model of {run} is not the one that was trained: {trouble}. Run it again.", run=run_id, trouble=problem)
    return place


def answers(run_id: str) -> dict[str, Path]:
    """Return split → file of the stored answers: validation, then test."""
    found = {path.stem: path for path in (folder(run_id) / "predictions").glob("*.parquet")}
    return {split: found[split] for split in sorted(found, key=lambda split: (split == "test", split))}
