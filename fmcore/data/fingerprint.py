"""One number for what a data set says: its cells, which column plays which role, and which row stands in which split.

Does not know file formats, encodings, the order of columns, names or ids: the same content read from CSV and from Parquet has the same
fingerprint.
The order of rows counts, because it decides the order in which a model sees them.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata

import pandas as pd

from fmcore.records import Columns, to_json

ID, SPLIT = "fmc_id", "fmc_split"
OURS = "fmc_"
"""Column names that begin so are ours; an input must not bring them."""


def of(frame: pd.DataFrame, columns: Columns) -> str:
    """Return the sha256, 64 hex digits, of a prepared frame (``fmc_split`` and the original columns) and its roles."""
    digest = hashlib.sha256(b"fm-commons data set 1\n")
    digest.update(_json(to_json(columns)))
    for name in sorted(str(c) for c in frame.columns if c != ID):
        digest.update(_json(name))
        digest.update(_json([_cell(v) for v in frame[name]]))
    return digest.hexdigest()


def dataset_id(fingerprint: str) -> str:
    """Return the id that a data set of this fingerprint has.

    Example:
        >>> dataset_id("0123456789abcdef" * 4)
        'd-0123456789ab'
    """
    return "d-" + fingerprint[:12]


def _cell(value: object) -> str | None:
    if not isinstance(value, str):
        return None if pd.isna(value) else str(value)
    # Line ends and Unicode composition depend on the program that wrote the file, not on what it says.
    text = value.replace("\r\n", "\n").replace("\r", "\n") if "\r" in value else value
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass") + b"\n"
