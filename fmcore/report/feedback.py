"""What people said of a model's answers, as a CSV that a spreadsheet opens. Takes records; asks no store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fmcore.store import Feedback

COLUMNS = ("id", "when", "who", "link", "text", "pair", "answer", "confidence", "wrong", "right", "comment")


def as_csv(said: Sequence[Feedback]) -> bytes:
    """Return one row per feedback, in the order given, with the score of each label; no cell runs as a formula."""
    import pandas as pd

    from fmcore.data.export import spreadsheet_safe

    labels = sorted({label for one in said for label in one.scores})
    rows = [
        {**{name: _whole(getattr(one, name, None)) for name in COLUMNS}, "confidence": one.scores.get(one.answer)}
        | {f"p_{label}": one.scores.get(label) for label in labels}
        for one in said
    ]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, *(f"p_{label}" for label in labels)])
    return spreadsheet_safe(frame).to_csv(index=False).encode("utf-8-sig")  # with the mark, spreadsheets read it as UTF-8


def _whole(value: object) -> object:
    """Return a text with a question mark where half a surrogate pair stands, which no file can hold."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
