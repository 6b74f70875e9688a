"""A run's answers to a file of any size, chunk by chunk in constant memory, as a CSV beside which nothing half-written stays."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from fmcore.data.read import plain_name
from fmcore.errors import DataError
from fmcore.pipeline import fingerprints
from fmcore.pipeline.chunks import Chunk, chunks
from fmcore.pipeline.out_file import out_file
from fmcore.pipeline.runs import folder, require_done, require_finetuned, settings_of
from fmcore.pipeline.trained import temperature
from fmcore.records import Columns, Dataset, Run
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.evaluation.predict import Answering

ROWS_AT_ONCE = 4096
ADDED = ("answer", "confidence", "calibrated_confidence")


def predict_file(
    run_id: str,
    file: Path,
    *,
    text: str,
    text_pair: str | None = None,
    out: Path,
    encoding: str | None = None,
    delimiter: str | None = None,
    int8: bool = False,
    first: Callable[[], None] = lambda: None,
    watch: Callable[[float, int], None] = lambda share, rows: None,
) -> tuple[int, int]:
    """Write all columns of the file, those in :data:`ADDED` and one ``p_<label>`` per label; return the rows and how many were answered.

    Rows without a text get no answer. ``calibrated_confidence`` is what pages show: at the temperature that was fitted on the run's
    validation rows; it is empty where there is none. ``int8`` is quicker on a CPU and answers a little differently.
    ``first`` is called when the file turned out to be one that can be answered; what it raises leaves nothing behind.
    ``watch`` hears the share of the file that is done (0 to 1) and the rows so far.

    Raises:
        JobError: the run is not done.
        DataError: the file can't be read, or it lacks a column, or has one that would be written over; or ``out`` can't be written.
        ModelError: the run's model is gone, or is not the one that was trained.
    """
    run = require_done(run_id, "predict with")
    require_finetuned(run, "predict with")
    dataset = open_store().dataset(run.spec.dataset)
    fingerprints.whole_model(run_id)
    if dataset.columns.text_pair is not None and text_pair is None:
        raise DataError("Run {run} was trained on pairs of texts. Say which column holds the second one (--text-pair).", run=run_id)
    columns = Columns(text=text, label=dataset.columns.label, text_pair=text_pair)
    with out_file(out, read=file) as written:
        parts = chunks(file, ROWS_AT_ONCE, encoding=encoding, delimiter=delimiter)
        return _answer_all(_Asked(run, dataset, columns, temperature(run, dataset), int8, first), file, parts, written, watch)


@dataclass(frozen=True)
class _Asked:
    """Which run answers which columns."""

    run: Run
    dataset: Dataset
    columns: Columns
    temperature: float | None
    int8: bool
    first: Callable[[], None]

    @functools.cached_property
    def model(self) -> Answering:
        """Loaded with the first row that has a text, and kept for all others."""
        from fmcore.evaluation.predict import load

        self.first()
        settings = settings_of(self.run)
        return load(folder(self.run.id) / "model", task=self.run.spec.task, settings=settings, int8=self.int8)


def _answer_all(asked: _Asked, file: Path, parts: Iterable[Chunk], out: TextIO, watch: Callable[[float, int], None]) -> tuple[int, int]:
    from fmcore.data.export import spreadsheet_safe

    rows = answered = 0
    for share, frame in parts:
        if rows == 0:
            _check(frame, asked.columns, asked.dataset, plain_name(file.name))
        made = _answered(asked, frame)
        spreadsheet_safe(made).to_csv(out, index=False, header=rows == 0)
        rows, answered = rows + len(made), answered + int((made["answer"] != "").sum())
        watch(share, rows)
    return rows, answered


def _check(frame: pd.DataFrame, columns: Columns, dataset: Dataset, file: str) -> None:
    found = [str(name) for name in frame.columns]
    for name in (columns.text, columns.text_pair):
        if name is not None and name not in found:
            raise DataError("{file} has no column {column}. Found: {found}.", file=file, column=name, found=", ".join(found[:20]))
    taken = set(found) & {*ADDED, *(f"p_{label}" for label in dataset.labels)}
    if taken:
        names = ", ".join(sorted(taken))
        raise DataError("{file} has columns that would be written over: {names}. Rename them.", file=file, names=names)


def _answered(asked: _Asked, frame: pd.DataFrame) -> pd.DataFrame:
    import numpy as np

    from fmcore.evaluation.thresholds import at_temperature

    columns, labels = asked.columns, asked.dataset.labels
    texts = [name for name in (columns.text, columns.text_pair) if name is not None]
    has_text = frame[texts].apply(lambda column: column.map(lambda cell: isinstance(cell, str) and bool(cell.strip()))).all(axis=1)
    scores = np.full((len(frame), len(labels)), np.nan)
    if has_text.any():
        scores[has_text.to_numpy()] = asked.model.probabilities(frame.loc[has_text, texts], columns, labels)
    made = frame.copy()
    made["answer"] = [labels[row.argmax()] if known else "" for row, known in zip(scores, has_text, strict=True)]
    made["confidence"] = [row.max() if known else None for row, known in zip(scores, has_text, strict=True)]
    calibrated = scores if asked.temperature is None else at_temperature(scores, asked.temperature)
    made["calibrated_confidence"] = None if asked.temperature is None else calibrated.max(axis=1)
    for index, label in enumerate(labels):
        made[f"p_{label}"] = scores[:, index]
    return made
