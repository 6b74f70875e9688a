"""A search for the parts of the data where a model is weakest, that does not fool itself: found on one half, measured on the other.

Takes predictions and properties of their items. Torch-free.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fmcore.evaluation.features import Feature, Properties, aligned, where
from fmcore.records import Estimate, Sentence, say
from fmcore.stats import intervals
from fmcore.stats.paired import holm

MOST_ITEMS = 50_000
"""Items that are searched, drawn at random from more: half of them are plenty to find a part and the others to measure it."""


@dataclass(frozen=True)
class WeakSlice:
    """A part where the model errs more than elsewhere, found on one half of the items and measured on the other."""

    features: tuple[Feature, ...]
    n: int
    """Items of the part in the half that it was measured on; every figure is about that half."""
    error_rate: Estimate
    elsewhere: Estimate
    """Error rate of that half's other items."""
    p: float
    """Of erring no more than elsewhere, one-sided."""
    holm: float
    """The same, for all parts that were measured."""
    is_confirmed: bool


@dataclass(frozen=True)
class Search:
    """What a search for weak parts found."""

    weak: tuple[WeakSlice, ...]
    """Confirmed ones first, the weakest first."""
    tried: int
    """Parts that the first half was searched through."""
    measured: int
    """Parts that went on to the second half."""
    smallest: int
    """Items that a part needs in each half."""


def weak_slices(
    predictions: pd.DataFrame, of: Properties, *, smallest: int = 20, most: int = 20, level: float = 0.95, seed: int = 0
) -> Search:
    """Return the parts of one or two properties where errors gather.

    Searching many parts always finds some that look weak by chance. So the items are halved at random: one half is searched, and the
    ``most`` weakest parts found there are measured afresh on the other, with Fisher's exact test against that half's other items and
    Holm over all that were measured. ``smallest`` is how many items a part needs in each half.

    Raises:
        DataError: an item has no row.
    """
    place = aligned(predictions, of)
    holds, wrong = of.holds[:, place], (predictions["target"] != predictions["answer"]).to_numpy(bool)
    dealt = np.random.default_rng(seed).permutation(len(wrong))
    if len(wrong) > MOST_ITEMS:
        holds, wrong, dealt = holds[:, dealt < MOST_ITEMS], wrong[dealt < MOST_ITEMS], dealt[dealt < MOST_ITEMS]
    first = dealt < len(wrong) // 2
    candidates, tried = _candidates(holds[:, first], wrong[first], of.features, smallest, most)
    measured = []
    for parts in candidates:
        mask = np.logical_and.reduce(holds[list(parts)], axis=0)[~first]
        if mask.sum() >= smallest and (~mask).any():
            measured.append((parts, mask))
    rest = wrong[~first]
    ps = [_fisher(int(rest[mask].sum()), int(mask.sum()), int(rest.sum()), len(rest)) for _, mask in measured]
    found = []
    for (parts, mask), p, corrected in zip(measured, ps, holm(ps), strict=True):
        rate = intervals.wilson(int(rest[mask].sum()), int(mask.sum()), level)
        other = intervals.wilson(int(rest[~mask].sum()), int((~mask).sum()), level)
        found.append(WeakSlice(tuple(of.features[k] for k in parts), int(mask.sum()), rate, other, p, corrected, corrected < 1 - level))
    found.sort(key=lambda weak: (not weak.is_confirmed, -float(weak.error_rate.value or 0)))
    return Search(tuple(found), tried, len(measured), smallest)


def sentence(weak: WeakSlice) -> Sentence:
    """Return a weak part in words."""
    templates = {
        True: "Errs more often where {where}: {rate} % of {n} items are answered wrongly ({low} to {high} %), elsewhere {other} %.",
        False: "May err more often where {where}, but other items do not confirm it: "
        "{rate} % of {n} ({low} to {high} %), elsewhere {other} %.",
    }
    shown = {"rate": weak.error_rate.value, "low": weak.error_rate.low, "high": weak.error_rate.high, "other": weak.elsewhere.value}
    numbers = {name: "–" if share is None else f"{100 * share:.1f}" for name, share in shown.items()}
    return say(templates[weak.is_confirmed], where=where(weak.features), n=weak.n, **numbers)


def _candidates(
    holds: np.ndarray, wrong: np.ndarray, found: Sequence[Feature], smallest: int, most: int
) -> tuple[list[tuple[int, ...]], int]:
    """Return the parts of one or two properties where errors gather most in these items, and how many were tried."""
    size, n, errors = len(found), len(wrong), int(wrong.sum())
    if not size or not errors or errors == n:
        return [], 0
    held = holds.astype(np.float32)
    counts, hits = held @ held.T, (held * wrong) @ held.T  # on the diagonal the single properties
    one, other = np.triu_indices(size)
    n_in, wrong_in = counts[one, other].astype(float), hits[one, other].astype(float)
    usable = (n_in >= smallest) & (n - n_in >= smallest)
    usable &= (one == other) | (
        n_in < np.minimum(counts[one, one], counts[other, other])
    )  # a pair that is only one of the two says nothing new
    same_column = np.array([f.kind == g.kind == "column" and f.name == g.name for f in found for g in found]).reshape(size, size)
    usable &= (one == other) | ~same_column[one, other]
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = (errors - wrong_in) / (n - n_in)
        pooled = errors / n
        z = (wrong_in / n_in - rest) / np.sqrt(pooled * (1 - pooled) * (1 / n_in + 1 / (n - n_in)))
    z = np.where(usable, z, -np.inf)
    chosen: list[tuple[int, ...]] = []
    taken: list[np.ndarray] = []
    for k in np.argsort(-z, kind="stable")[: 50 * most]:
        if z[k] <= 1 or len(chosen) == most:
            break
        parts = (int(one[k]),) if one[k] == other[k] else (int(one[k]), int(other[k]))
        mask = np.logical_and.reduce(holds[list(parts)], axis=0)
        if any((mask & before).sum() > 0.8 * (mask | before).sum() for before in taken):
            continue  # nearly the same items under another name
        chosen.append(parts)
        taken.append(mask)
    return chosen, int(usable.sum())


def _fisher(wrong_in: int, n_in: int, wrong: int, n: int) -> float:
    """Return Fisher's exact one-sided p: so many or more of the wrong items in the part by chance (R. A. Fisher, 1922)."""

    def log_choose(total: int, chosen: int) -> float:
        return math.lgamma(total + 1) - math.lgamma(chosen + 1) - math.lgamma(total - chosen + 1)

    whole = log_choose(n, n_in)
    last = min(n_in, wrong)
    return min(
        1.0,
        sum(
            math.exp(log_choose(wrong, k) + log_choose(n - wrong, n_in - k) - whole)
            for k in range(wrong_in, last + 1)
            if n_in - k <= n - wrong
        ),
    )
