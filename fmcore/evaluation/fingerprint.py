"""What stored predictions say, as one number, and which items say something else than they did.

A file of digests, one per item, lies beside the predictions; its sha256 is their fingerprint, which the store keeps. Whoever changes an
answer on disk is found, and the item is named as long as the digests are whole; whoever changes the digests too is found all the same.
Independent of Parquet: the same answers written by another version have the same fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from fmcore.evaluation.predictions import TEXTS
from fmcore.files import write_bytes

SIZE = 16  # bytes of an item's sha256 that are kept: nobody finds other content for 128 given bits
SUFFIX = ".digests"


def of(frame: pd.DataFrame) -> str:
    """Return the sha256, 64 hex digits, of checked predictions: columns, items and their order."""
    return hashlib.sha256(digests(frame)).hexdigest()


def digests(frame: pd.DataFrame) -> bytes:
    """Return one digest for the columns and then one per item, each of :data:`SIZE` bytes."""
    return b"".join(_digests(frame))


def _digests(frame: pd.DataFrame) -> Iterator[bytes]:
    names = [str(name) for name in frame.columns]
    numbers = np.ascontiguousarray(frame[[name for name in names if name not in TEXTS]].to_numpy("<f8"))
    yield _short(json.dumps(names, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    for id_, target, answer, row in zip(*(frame[name].tolist() for name in TEXTS), numbers, strict=True):
        # Lengths first, so that no text can run over into the next
        text = f"{len(id_)}:{id_}{len(target)}:{target}{len(answer)}:{answer}"
        yield _short(text.encode("utf-8", "surrogatepass") + row.tobytes())


def _short(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:SIZE]


def write(frame: pd.DataFrame, path: Path) -> str:
    """Write the digests beside the predictions at ``path`` and return the fingerprint.

    Raises:
        OSError: the folder can't be written, or the disk is full.
    """
    content = digests(frame)
    write_bytes(path.with_suffix(SUFFIX), content)
    return hashlib.sha256(content).hexdigest()


def changed(frame: pd.DataFrame, path: Path, fingerprint: str) -> list[str] | None:
    """Return the ids of the items at ``path`` that are not as they were; None where the digests are gone or changed too.

    An empty list means that no item is new or different, so some were taken away or moved.
    """
    try:
        content = path.with_suffix(SUFFIX).read_bytes()
    except OSError:
        return None
    if hashlib.sha256(content).hexdigest() != fingerprint:
        return None
    known = {content[start : start + SIZE] for start in range(0, len(content), SIZE)}
    _columns, *items = _digests(frame)
    return [id_ for id_, digest in zip(frame["id"].tolist(), items, strict=True) if digest not in known]
