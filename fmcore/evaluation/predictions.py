"""The stored answers of a run, one row per item: id, target, answer, one ``p_<label>`` per label, loss. Every figure comes from them.

Checks what it writes and what it reads; knows no model. Torch-free.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow

from fmcore.errors import DataError

TEXTS = ("id", "target", "answer")
SCORE = "p_"
LOSS = "loss"
TOLERANCE = 1e-6  # how far the probabilities of an item may sum from 1: they are computed in 32 bits and kept in 64


def labels_of(frame: pd.DataFrame) -> tuple[str, ...]:
    """Return the labels in the order of their score columns."""
    return tuple(str(name)[len(SCORE) :] for name in frame.columns if str(name).startswith(SCORE))


def write(frame: pd.DataFrame, path: Path) -> Path:
    """Write predictions as Parquet, beside and then renamed: the file is whole or not there. Return its path.

    Raises:
        DataError: they are not predictions, as :func:`check`, or the disk refuses.
    """
    frame = check(frame, where=path.name)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            frame.to_parquet(file, index=False)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError as error:
        why = error.strerror or "no reason given"
        raise DataError("The predictions can't be written to {file}: {why}. Make room and try again.", file=str(path), why=why) from error
    finally:
        with contextlib.suppress(FileNotFoundError):  # renamed, as it should be
            os.unlink(beside)
    return path


def read(path: Path) -> pd.DataFrame:
    """Return stored predictions, checked.

    Raises:
        DataError: no such file, damaged, or not predictions.
    """
    try:
        frame = pd.read_parquet(path)
    except FileNotFoundError as error:
        raise DataError("There are no predictions at {file}. Start the run again.", file=str(path)) from error
    except (OSError, ValueError, pyarrow.ArrowException) as error:
        raise DataError("{file} is damaged or not a Parquet file. Start the run again.", file=str(path)) from error
    return check(frame, where=path.name)


def check(frame: pd.DataFrame, *, where: str = "the predictions") -> pd.DataFrame:
    """Return the frame with its columns in order: texts as str, scores and loss as float64.

    Raises:
        DataError: a column is missing or unknown, ids repeat, an answer is no label or not the likeliest one, or scores are not
            probabilities.
    """
    labels = labels_of(frame)
    wanted = [*TEXTS, *(SCORE + label for label in labels), LOSS]
    names = [str(name) for name in frame.columns]
    if not labels or sorted(names) != sorted(wanted) or len(set(names)) != len(names):
        raise DataError(
            "{where} needs the columns id, target, answer, one p_… per label and loss; found {found}.",
            where=where,
            found=", ".join(names[:20])[:300] or "none",
        )
    frame = frame[wanted].reset_index(drop=True)
    _check_texts(frame, labels, where)
    return frame.assign(**_numbers(frame, labels, where))


def _check_texts(frame: pd.DataFrame, labels: tuple[str, ...], where: str) -> None:
    for name in TEXTS:
        values = frame[name]
        if values.isna().any() or pd.api.types.infer_dtype(values) not in ("string", "empty"):
            raise DataError("{where}: the column {column} must hold text in every row.", where=where, column=name)
    twice = frame["id"].duplicated()
    if twice.any():
        raise DataError("{where}: the id {id} stands in more than one row.", where=where, id=str(frame["id"][twice].iloc[0])[:80])
    for name in ("target", "answer"):
        strange = ~frame[name].isin(labels)
        if strange.any():
            found, item = (str(frame[column][strange].iloc[0])[:80] for column in (name, "id"))
            known = ", ".join(labels)[:300]
            said = "{where}: the {column} of item {id} is {found}, which is none of the labels ({known})."
            raise DataError(said, where=where, column=name, id=item, found=found, known=known)


def _numbers(frame: pd.DataFrame, labels: tuple[str, ...], where: str) -> dict[str, np.ndarray]:
    try:
        numbers = {name: frame[name].to_numpy("float64", na_value=np.nan) for name in (*(SCORE + label for label in labels), LOSS)}
    except (ValueError, TypeError) as error:
        raise DataError("{where}: scores and loss must be numbers.", where=where) from error
    scores = np.column_stack([numbers[SCORE + label] for label in labels])
    bad = ~np.isfinite(numbers[LOSS]) | ~np.isfinite(scores).all(1)
    _refuse(frame, bad, "{where}: item {id} has a score or loss that is not a finite number.", where)
    bad = (scores < 0).any(1) | (scores > 1 + TOLERANCE).any(1) | (np.abs(scores.sum(1) - 1) > TOLERANCE)
    _refuse(frame, bad, "{where}: the scores of item {id} are not probabilities that sum to 1.", where)
    given = scores[np.arange(len(frame)), pd.Index(labels).get_indexer(frame["answer"])]
    _refuse(frame, given < scores.max(1, initial=0) - TOLERANCE, "{where}: the answer of item {id} is not its likeliest label.", where)
    return numbers


def _refuse(frame: pd.DataFrame, bad: np.ndarray, template: str, where: str) -> None:
    if bad.any():
        raise DataError(template, where=where, id=str(frame["id"][bad].iloc[0])[:80])
