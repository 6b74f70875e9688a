"""Folders that are whole or not there: written beside, listed with their sha256, synced, renamed. Torch-free.

Knows nothing of what the files mean; :mod:`fmcore.training.trainer` fills them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from fmcore.errors import TrainingError
from fmcore.files import is_full, sync

MANIFEST = "manifest.json"
STATE = "run_state.json"
TRAINER_FILES = ("optimizer.pt", "scheduler.pt", "training.safetensors", "trainer_state.json", "training_args.bin", STATE, MANIFEST)
KEEP = 2
CUT_SHORT = ("unexpected pos", "iostream error")
"""What a full disk is called by torch.save, which says no more than that its file came out too short."""


def name_of(step: int) -> str:
    return f"step-{step:06d}"


@contextlib.contextmanager
def disk_errors(folder: Path) -> Iterator[None]:
    """Turn what the libraries say about a full disk into one sentence.

    Raises:
        TrainingError: the disk is full.
    """
    try:
        yield
    except Exception as error:  # torch and safetensors wrap the system's error in types of their own
        if not is_full(error) and not any(words in str(error) for words in CUT_SHORT):
            raise
        raise TrainingError(
            "The disk is full: no room for a checkpoint in {folder}. Free some space and resume; earlier checkpoints are intact.",
            folder=str(folder),
        ) from error


def write(place: Path, fill: Callable[[Path], None], **about: Any) -> Path:
    """Return ``place`` after filling it. Until the very end it is not there, or is still the old one.

    ``fill`` writes files into the folder that it is given; ``about`` is kept in the manifest.

    Raises:
        TrainingError: the disk is full.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f".{place.name}.{uuid.uuid4().hex[:8]}.tmp")
    try:
        with disk_errors(place.parent):
            beside.mkdir()
            fill(beside)
            sums = {path.relative_to(beside).as_posix(): sha256(path) for path in files_in(beside)}
            (beside / MANIFEST).write_text(json.dumps({"files": sums, **about}, indent=1), encoding="utf-8")
            for path in files_in(beside):
                sync(path)
            sync(beside)
        replace(beside, place)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return place


def replace(new: Path, place: Path) -> None:
    """Put ``new`` where ``place`` is. A kill in between leaves the old one under another name; :func:`mend` brings it back."""
    old = place.with_name(f".{place.name}.old")
    if place.exists():
        shutil.rmtree(old, ignore_errors=True)
        place.rename(old)
    new.rename(place)
    sync(place.parent)
    shutil.rmtree(old, ignore_errors=True)


def mend(folder: Path) -> None:
    """Clean up after a killed writer: half-written folders go, a folder that was being replaced comes back."""
    if not folder.is_dir():
        return
    for path in folder.glob(".*.tmp"):
        shutil.rmtree(path, ignore_errors=True)
    for old in folder.glob(".*.old"):
        place = folder / old.name.removeprefix(".").removesuffix(".old")
        if place.exists():
            shutil.rmtree(old, ignore_errors=True)
        else:
            old.rename(place)


def trouble(place: Path) -> str | None:
    """Return what is wrong with a folder in a few words, or None when every file is there and is the one that was written."""
    try:
        sums = read_manifest(place)["files"]
        for name, expected in sums.items():
            if not (place / name).is_file():
                return f"{name} is missing"
            if sha256(place / name) != expected:
                return f"{name} is damaged"
    except (OSError, ValueError, KeyError, TypeError) as error:
        return f"its manifest can't be read ({type(error).__name__})"
    return None


def read_manifest(place: Path) -> dict[str, Any]:
    return json.loads((place / MANIFEST).read_text(encoding="utf-8"))


def read_state(place: Path) -> dict[str, Any]:
    return json.loads((place / STATE).read_text(encoding="utf-8"))


def steps_in(folder: Path) -> list[Path]:
    """Return the checkpoints in a folder, newest first, intact or not."""
    return sorted((path for path in folder.glob("step-*") if path.is_dir()), reverse=True) if folder.is_dir() else []


def newest(folder: Path, log: Callable[[str], None]) -> Path | None:
    """Return the newest checkpoint that verifies. Damaged ones are named in the log and taken away, so that they can be written again."""
    for place in steps_in(folder):
        problem = trouble(place)
        if problem is None:
            return place
        log(f"Checkpoint {place.name} is skipped: {problem}.")
        shutil.rmtree(place, ignore_errors=True)
    return None


def rotate(folder: Path) -> None:
    """Keep the newest two and the best ones that these speak of."""
    kept = steps_in(folder)[:KEEP]
    names = {place.name for place in kept}
    for place in kept:
        with contextlib.suppress(OSError, ValueError):  # a damaged one speaks of nothing
            best = read_state(place).get("best_step")
            names |= {name_of(best)} if best is not None else set()
    for place in steps_in(folder):
        if place.name not in names:
            shutil.rmtree(place, ignore_errors=True)


def publish(checkpoint: Path, place: Path, **about: Any) -> Path:
    """Return ``place`` holding only the model of a checkpoint, in the plain transformers layout, with a manifest of its own."""

    def fill(folder: Path) -> None:
        for path in checkpoint.iterdir():
            if path.name not in TRAINER_FILES and not path.name.startswith("rng_state"):
                shutil.copy2(path, folder / path.name)

    return write(place, fill, **about)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def clear(folder: Path) -> None:
    """Take all checkpoints away: the run is done, and each holds three times the model."""
    shutil.rmtree(folder, ignore_errors=True)
