"""Figures of parts of the data, and items worth reading. Takes predictions and properties of their items. Torch-free."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fmcore.evaluation.features import Feature, Properties, aligned
from fmcore.evaluation.report import counted, macro_f1
from fmcore.evaluation.thresholds import confidence_and_right
from fmcore.records import Estimate
from fmcore.stats import intervals


@dataclass(frozen=True)
class Slice:
    """The figures of the items that have one property, or two."""

    features: tuple[Feature, ...]
    n: int
    error_rate: Estimate
    accuracy: Estimate
    macro_f1: Estimate


def slices(predictions: pd.DataFrame, labels: Sequence[str], of: Properties, *, level: float = 0.95) -> tuple[Slice, ...]:
    """Return the figures of every property's items, in the order of the features.

    Raises:
        DataError: an item has no row.
    """
    place = aligned(predictions, of)
    return tuple(_slice((feature,), predictions[of.holds[k, place]], labels, level) for k, feature in enumerate(of.features))


def examples(predictions: pd.DataFrame, labels: Sequence[str], *, count: int = 20, seed: int = 0) -> Mapping[str, tuple[str, ...]]:
    """Return ids worth reading: ``sure-and-wrong`` (surest first), ``unsure-and-right`` (least sure first), ``random`` ones.

    Raises:
        DataError: there are no scores.
    """
    confidence, right = confidence_and_right(predictions, labels)
    ids = predictions["id"].to_numpy(object)
    order = np.argsort(-confidence, kind="stable")
    drawn = np.random.default_rng(seed).permutation(len(ids))[:count]
    return {
        "sure-and-wrong": tuple(ids[order[~right[order]][:count]]),
        "unsure-and-right": tuple(ids[order[::-1][right[order[::-1]]][:count]]),
        "random": tuple(ids[np.sort(drawn)]),
    }


def _slice(parts: tuple[Feature, ...], predictions: pd.DataFrame, labels: Sequence[str], level: float) -> Slice:
    table = counted(predictions, labels)
    n, right = int(table.sum()), int(np.trace(table))
    error_rate, accuracy = intervals.wilson(n - right, n, level), intervals.wilson(right, n, level)
    return Slice(parts, n, error_rate, accuracy, macro_f1(table, labels, level))
