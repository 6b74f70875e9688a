"""Which training rows a run's own encoder finds nearest to a text. Runs in the worker.

The vectors of the training rows are made once per model, a portion at each question, and kept with the run's files: they go with them.
Who asks before all are made is told how far it is, and asks again.
"""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fmcore.errors import DataError
from fmcore.inference.answers import check, encode
from fmcore.pipeline.runs import folder, settings_of
from fmcore.records import Json
from fmcore.training.checkpoints import MANIFEST

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.pipeline.trained import Loaded

MOST_ROWS = 50_000
"""Of more training rows evenly spaced ones are taken: about a minute of two processors, and 77 MB for 384 numbers each."""
AT_ONCE = 64
PORTION = 128
"""Rows between two looks at the clock: enough to sort by length, few enough for a busy machine."""


def neighbours(loaded: Loaded, *, texts: Sequence[str | tuple[str, str]], most: int = 5, seconds: float = 1.0) -> dict[str, Json]:
    """Return ``ready``, ``done`` and ``of`` (training rows), and ``left_out``; once ready ``nearest``: per text the rows of the largest
    cosine, each with ``similarity``, ``label`` and ``texts``. ``unknown`` of ``tokens`` per text are none that the model knows.

    ``seconds`` is how long to go on making vectors, at least one portion; 0 only looks how far they are.

    Raises:
        DataError: a text is empty or too long, or the vectors can't be kept.
    """
    asked = encode(loaded, check(loaded, texts))
    vectors = _unit(loaded.task.embed(loaded.model, asked, loaded.tokenizer, batch_size=AT_ONCE, device=loaded.device))
    rows, n_all = _rows(loaded.run.id)
    kept = _extend(loaded, rows, vectors.shape[1] if len(vectors) else 0, seconds)
    state = {"ready": len(kept) >= len(rows), "done": len(kept), "of": len(rows), "left_out": n_all - len(rows)}
    unknown, tokens = loaded.task.count_unknown(asked, loaded.tokenizer)
    state |= {"unknown": unknown.tolist(), "tokens": tokens.tolist()}
    return state | {"nearest": _nearest(loaded, rows, kept, vectors, most)} if state["ready"] else state


def _nearest(loaded: Loaded, rows: pd.DataFrame, kept: np.ndarray, vectors: np.ndarray, most: int) -> list[Json]:
    columns = loaded.dataset.columns
    names = [name for name in (columns.text, columns.text_pair) if name is not None]
    found = []
    for alike in vectors @ kept.T:
        best = np.argsort(-alike, kind="stable")[:most]
        part = rows.iloc[best]
        texts, labels = part[names].fillna("").to_numpy().tolist(), part[columns.label].tolist()
        found.append(
            [
                {"similarity": float(alike[place]), "label": label, "texts": pair}
                for place, label, pair in zip(best, labels, texts, strict=True)
            ]
        )
    return found


@functools.lru_cache(maxsize=2)
def _rows(run_id: str) -> tuple[pd.DataFrame, int]:
    """Return the training rows that the run learned from, evenly thinned where there are too many, and how many there are in all."""
    from fmcore.data import shelf
    from fmcore.data.split import part
    from fmcore.store import open_store

    store = open_store()
    run = store.run(run_id)
    dataset, settings = store.dataset(run.spec.dataset), settings_of(run)
    rows = shelf.rows(dataset.id, "train")
    if settings.train_share < 1 and len(rows):
        rows = rows[part(rows, dataset.columns, share=settings.train_share, seed=settings.seed)]
    places = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_ROWS)).astype(int)) if len(rows) else []
    return rows.iloc[places].reset_index(drop=True), len(rows)


def _extend(loaded: Loaded, rows: pd.DataFrame, width: int, seconds: float) -> np.ndarray:
    """Return the vectors of as many rows as are made, float32 (done, width), after making some more."""
    path, until = _place(loaded), time.monotonic() + seconds
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            done = file.seek(0, 2) // (4 * width)
            file.truncate(done * 4 * width)  # what a worker that was killed had half written
            while done < len(rows) and seconds > 0:
                file.write(_vectors(_quick(loaded), rows.iloc[done : done + PORTION]).tobytes())
                done = min(done + PORTION, len(rows))
                if time.monotonic() > until:
                    break
        if done == len(rows):
            _quick.cache_clear()
        _sweep(path)
        return np.memmap(path, np.float32, "r", shape=(done, width)) if done else np.zeros((0, width), np.float32)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise DataError("The vectors of the training rows can't be kept in {folder}: {why}.", folder=str(path.parent), why=why) from error


@functools.lru_cache(maxsize=1)
def _quick(loaded: Loaded) -> Loaded:
    """Return the same on packed products, held until all vectors are made: half the time."""
    from fmcore.evaluation.swift import swift

    return replace(loaded, model=swift(loaded.model))


def _vectors(loaded: Loaded, rows: pd.DataFrame) -> np.ndarray:
    encoded = loaded.task.encode(rows, loaded.dataset.columns, loaded.dataset.labels, loaded.tokenizer, max_length=loaded.max_length)
    return _unit(loaded.task.embed(loaded.model, encoded, loaded.tokenizer, batch_size=AT_ONCE, device=loaded.device))


def _unit(vectors: np.ndarray) -> np.ndarray:
    """Return the vectors at length 1, so that their product is the cosine."""
    return (vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)).astype(np.float32)


def _place(loaded: Loaded) -> Path:
    """Return the file of this model's vectors: another model, other rows or another limit make another file."""
    home, spec = folder(loaded.run.id), loaded.run.spec
    parts = ((home / "model" / MANIFEST).read_bytes().hex(), spec.dataset_fingerprint, loaded.max_length, MOST_ROWS, spec.settings)
    return home / "neighbours" / f"{hashlib.sha256(repr(parts).encode()).hexdigest()[:16]}.f32"


def _sweep(path: Path) -> None:
    for other in path.parent.glob("*.f32"):
        if other != path:
            other.unlink(missing_ok=True)
