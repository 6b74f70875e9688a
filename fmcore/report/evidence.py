"""Everything that is known about a finished run: what was done, what came out, how sure that is, what it rests on.

Made of records alone. Holds no row and no excerpt of the data, since it travels, but for the few test items that somebody chose to have
explained in it. What is written from it: the document
(:mod:`.document`), the page (:mod:`.html`) and the model card (:mod:`.model_card`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fmcore
from fmcore.audit.records import Audit
from fmcore.audit.swaps.records import SwapAudit
from fmcore.evaluation.report import Evaluation
from fmcore.explain.records import Explained
from fmcore.records import Dataset, Estimate, Metric, Progress, Run
from fmcore.store import Look

REPORT = "report"
"""How a look at the test split is counted that came from making a report."""
LOOKS_LEFT_OUT = (
    "Making a report file is a look too: the record counts it, this number leaves it out, so that the same record always makes the same "
    "file."
)
EMBEDDED = "sentence-transformers/all-MiniLM-L6-v2"


@dataclass(frozen=True)
class Fingerprint:
    """The sha256 of one thing that the run rests on or left behind."""

    what: str
    """``spec``, ``data``, ``base``, ``model``, ``predictions/<split>``, ``swaps/<id>``."""
    sha256: str
    is_recorded: bool
    """Whether the store has kept it since the run ended, so that a change of the thing would have been seen."""


@dataclass(frozen=True)
class SwapTest:
    """One test of what the answers do when only the person in a sentence is another."""

    run: Run
    """The test itself, a run of stage ``swaps``."""
    found: SwapAudit


@dataclass(frozen=True, eq=False)
class Evidence:
    """The records that a report is made of."""

    run: Run
    dataset: Dataset
    profile: Mapping[str, Any]
    """What :func:`fmcore.data.profile.profile` found in the data."""
    evaluations: Sequence[Evaluation]
    """Validation, then test; as far as there are rows."""
    headline: str
    """The metric that stands first: the task's."""
    progress: Sequence[Progress] = ()
    costs: Sequence[Metric] = ()
    """What training and answering took: seconds, parameters, megabytes."""
    audits: Sequence[Audit] = ()
    """Newest first."""
    swaps: Sequence[SwapTest] = ()
    """Newest first."""
    explained: Explained | None = None
    """A sample of test items with the words that speak for their answers, where somebody put one here."""
    looks: Sequence[Look] = ()
    """All at the test split but those of making reports: counting these here would change the report that they are counted in."""
    parents: Sequence[Run] = ()
    fingerprints: Sequence[Fingerprint] = ()
    made_with: str = field(default=fmcore.__version__)

    @property
    def judged(self) -> Evaluation | None:
        """The split that the report is about: test where there is one."""
        return self.evaluations[-1] if self.evaluations else None

    @property
    def answer(self) -> Estimate | None:
        """The headline figure on that split."""
        if self.judged is None:
            return None
        return next((metric.estimate for metric in self.judged.metrics if metric.name == self.headline), None)

    @property
    def base_title(self) -> str:
        """The base model as people call it; of a folder its last part."""
        base = self.run.spec.base
        return Path(base.name).name if base.source == "folder" else EMBEDDED if base.source == "embedded" else base.name
