"""From which confidence an answer is given, and what that level did on the run's validation rows. Asks no model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import streamlit as st

from fmcore.errors import FmcoreError
from fmcore.evaluation import thresholds
from fmcore.pipeline import answers, fingerprints
from fmcore.records import Estimate, Run
from fmcore.stats import intervals
from fmcore.store import Store
from pages.shared import address_numbers, amounts
from pages.shared.words import _, plain

USUAL = 0.7
"""Where the validation rows give no level."""
WANTED = 0.95
"""Share of right answers that the default level must surely reach on the validation rows, its whole interval."""


@dataclass(frozen=True)
class Known:
    """What the validation rows tell about levels."""

    default: float
    confidence: np.ndarray
    right: np.ndarray

    def above(self, level: float) -> tuple[float, Estimate]:
        """Return the share of the rows that are answered at this level, and the share of right ones among them."""
        kept = self.confidence >= level
        return float(kept.mean()), intervals.wilson(int(self.right[kept].sum()), int(kept.sum()))


def ask(runs: Mapping[str, Run], store: Store) -> float:
    """Draw the slider and what its level did on each run's validation rows, and return it. Its default is of the first run."""
    every = {name: of(run, store.dataset(run.spec.dataset).labels) for name, run in runs.items()}
    known, run = next(iter(every.values())), next(iter(runs.values()))
    level = address_numbers.slider(
        _("I’d rather ask a person below"),
        0.0,
        1.0,
        "level",
        default=known.default if known else USUAL,
        scope=run.id,
        format="percent",
        help=_("Answers that the model is less sure of are left to a person. The line below says what a level did on the validation rows."),
    )
    for name, one in every.items():
        if one is not None:
            said = _sentence(one, level)
            st.caption(_("**{run}**: {said}").format(run=plain(name), said=said) if len(every) > 1 else said)
    return level


def _sentence(known: Known, level: float) -> str:
    share, right = known.above(level)
    n = f"{len(known.right):,}"
    if right.value is None:
        return _("On the {n} validation rows no answer is that sure.").format(n=n)
    said = _("On the {n} validation rows {share} are answered, and {right} of those answers are right ({low} to {high}).")
    low, high = (f"{(end or 0.0) * 100:.1f}" for end in (right.low, right.high))
    return said.format(n=n, share=amounts.percent(share), right=amounts.percent(right.value), low=low, high=_("{n} %").format(n=high))


def of(run: Run, labels: tuple[str, ...]) -> Known | None:
    """Return what the run's validation rows tell at the fitted temperature; None where they tell nothing."""
    path = fingerprints.answers(run.id).get("validation")
    try:
        return None if path is None else _known(run.id, labels, path.stat().st_mtime_ns)
    except (FmcoreError, OSError):  # answers that are gone or damaged: there is a level all the same, and Evaluate says what is wrong
        return None


@st.cache_resource(max_entries=32, show_spinner=False)
def _known(run_id: str, labels: tuple[str, ...], version: int) -> Known | None:
    found = answers.read(run_id, "validation")
    if not len(found):
        return None
    temperature = thresholds.fit_temperature(found, labels).value
    if temperature is not None:
        found = thresholds.with_temperature(found, labels, temperature)
    point = thresholds.referral(thresholds.coverage_curve(found, labels), WANTED)
    default = USUAL if point is None else min(0.99, math.ceil(point.confidence * 100) / 100)
    return Known(default, *thresholds.confidence_and_right(found, labels))
