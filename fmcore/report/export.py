"""A finished run as one folder that stands by itself: loads with plain transformers, and carries its spec, figures, answers and data card.

Takes what it is given; asks no store and loads no model. Written beside and renamed: the folder is whole or not there.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from fmcore.errors import DataError, ModelError
from fmcore.evaluation.report import estimate_json
from fmcore.models.folder import CODE, PICKLES
from fmcore.records import Metric, Run, RunSpec, to_json

LEFT_OUT = frozenset({"manifest.json"})  # of the model alone; the folder gets one of all its files


def run_folder(
    run: Run, *, metrics: Sequence[Metric], card_markdown: str, readme: str, model: Path, predictions: Path, spec: RunSpec, out: Path
) -> Path:
    """Write the run as a folder and return it: the model's files with README.md, spec.json, run.json, metrics.json, data-card.md,
    predictions/*.parquet and manifest.json (sha256 of every file).

    ``model`` and ``predictions`` are the run's folders, ``readme`` is its model card (:mod:`fmcore.report.model_card`).

    Raises:
        DataError: the place is taken or can't be written.
        ModelError: the model's files are not there.
    """
    out = Path(out).expanduser().absolute()
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise DataError("{folder} is already there and not empty. Give a new folder.", folder=str(out))
    if not (model / "config.json").is_file():
        raise ModelError("The model of {run} is not in {folder} any more, so it can't be exported.", run=run.id, folder=str(model))
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
        try:
            _fill(beside, run, metrics=metrics, cards=(readme, card_markdown), model=model, predictions=predictions, spec=spec)
            beside.chmod(0o755)
            os.replace(beside, out)  # an empty folder gives way
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    except OSError as error:
        why = error.strerror or "no reason given"
        raise DataError(
            "The run can't be exported to {folder}: {why}. Make room or give another folder.", folder=str(out), why=why
        ) from error
    return out


def _fill(
    folder: Path, run: Run, *, metrics: Sequence[Metric], cards: tuple[str, str], model: Path, predictions: Path, spec: RunSpec
) -> None:
    _copy((path for path in model.iterdir() if _belongs(path)), folder)
    (folder / "predictions").mkdir()
    if predictions.is_dir():
        _copy(predictions.glob("*.parquet"), folder / "predictions")
    _write(folder / "spec.json", _json(to_json(spec)))
    _write(folder / "run.json", _json(to_json(run)))
    _write(folder / "metrics.json", _json({"run": run.id, "metrics": [_metric(metric) for metric in metrics]}))
    _write(folder / "README.md", cards[0])
    _write(folder / "data-card.md", cards[1])
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    _write(folder / "manifest.json", _json({path.relative_to(folder).as_posix(): _sha256(path) for path in files}))


def _belongs(path: Path) -> bool:
    """Return whether a file of the model's folder goes with it: no links, no pickles of the trainer, no code."""
    return path.is_file() and not path.is_symlink() and path.name not in LEFT_OUT and path.suffix.lower() not in PICKLES | CODE


def _copy(paths: Iterable[Path], folder: Path) -> None:
    for path in paths:
        shutil.copyfile(path, folder / path.name)
        with (folder / path.name).open("rb") as file:
            os.fsync(file.fileno())


def _write(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _metric(metric: Metric) -> dict[str, Any]:
    return {"split": metric.split, "name": metric.name, "label": metric.label, **estimate_json(metric.estimate)}
