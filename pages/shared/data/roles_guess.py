"""Which column is likely the text, the label, the split: a guess to start from, by names and by the shape of cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

TEXT_NAMES = ("text", "sentence", "message", "review", "content", "note", "body", "comment", "question", "premise")
LABEL_NAMES = ("label", "class", "category", "intent", "target", "sentiment", "level", "decision", "topic", "y")
SPLIT_NAMES = ("split", "fold", "part", "subset", "partition")
GUESS_ROWS = 500


def guess(frame: pd.DataFrame) -> dict[str, str | None]:
    """Return the most likely text, label and split column; None where nothing speaks for one.

    Example:
        >>> import pandas as pd
        >>> guess(pd.DataFrame({"label": ["a", "b"], "text": ["a long text", "another one"]}))
        {'text': 'text', 'label': 'label', 'split': None}
    """
    head = frame.head(GUESS_ROWS)
    names = list(frame.columns)
    letters = {name: head[name].dropna().str.len().mean() for name in names}
    values = {name: head[name].nunique() for name in names}
    text = _named(names, TEXT_NAMES) or max(names, key=lambda name: letters[name] if letters[name] == letters[name] else 0, default=None)
    rest = [name for name in names if name != text]
    split = next((n for n in rest if n.casefold() in SPLIT_NAMES and values[n] <= 4), None)
    few = [name for name in rest if name != split and 2 <= values[name] <= max(20, len(head) // 10)]
    label = _named([n for n in rest if n != split], LABEL_NAMES) or (min(few, key=values.__getitem__) if few else None)
    return {"text": text, "label": label, "split": split}


def _named(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    plain_names = {name.casefold().strip(): name for name in reversed(names)}
    return next((plain_names[one] for one in wanted if one in plain_names), None)
