"""Tables that can be worked out by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd


def rows(**cells: tuple[int, int, int, int]) -> pd.DataFrame:
    """Return a table with so many rows of (true positives, false positives, false negatives, true negatives) per group."""
    parts = []
    for group, counts in cells.items():
        for (target, answer), n in zip((("1", "1"), ("0", "1"), ("1", "0"), ("0", "0")), counts, strict=True):
            parts += [(target, answer, group)] * n
    return pd.DataFrame(parts, columns=["target", "answer", "group"])


def drawn(rates: dict[str, tuple[float, float]], n: int, *, seed: int = 0, base: float = 0.5) -> pd.DataFrame:
    """Return n rows per group with these true and false positive rates, and a score that goes with the answer."""
    rng = np.random.default_rng(seed)
    parts = []
    for group, (tpr, fpr) in rates.items():
        target = rng.random(n) < base
        answer = rng.random(n) < np.where(target, tpr, fpr)
        score = np.clip(np.where(answer, 0.7, 0.3) + rng.normal(0, 0.1, n), 0.01, 0.99)
        parts.append(pd.DataFrame({"target": target.astype(int), "answer": answer.astype(int), "score": score, "group": group}))
    return pd.concat(parts, ignore_index=True)
