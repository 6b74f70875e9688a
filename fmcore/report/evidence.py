"""Everything that is known about a finished run, as one document: what was done, what came out, how sure that is, what it rests on.

Made of records alone, so the same records give the same bytes in every process and on every day: no clock, no random number, no path of
this machine but those in the run's own spec. Holds no row and no excerpt of the data, since it travels. The page (:mod:`.html`) and the
model card (:mod:`.model_card`) say nothing that is not in here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import fmcore
from fmcore.audit.records import Audit
from fmcore.evaluation.report import Evaluation, estimate_json
from fmcore.records import Dataset, Estimate, Json, Metric, Progress, Run, to_json
from fmcore.report import limits
from fmcore.store import Look

FORMAT = "fm-commons evidence 1"
REPORT = "report"
"""How a look at the test split is counted that came from making a report."""
FIGURES = 12  # significant digits of a number: enough for every use, and the same on every processor


@dataclass(frozen=True)
class Fingerprint:
    """The sha256 of one thing that the run rests on or left behind."""

    what: str
    """``spec``, ``data``, ``base``, ``model``, ``predictions/<split>``."""
    sha256: str
    is_recorded: bool
    """Whether the store has kept it since the run ended, so that a change of the thing would have been seen."""


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


EMBEDDED = "sentence-transformers/all-MiniLM-L6-v2"


def document(evidence: Evidence) -> dict[str, Json]:
    """Return the whole evidence as JSON values; numbers have :data:`FIGURES` digits, and what can't be computed is null with its reason."""
    run, dataset = evidence.run, evidence.dataset
    data = to_json(dataset)
    data["problems"] = [{**to_json(p), "sentence": str(p.sentence), "examples": None} for p in dataset.problems]  # excerpts stay at home
    whole = {
        "format": FORMAT,
        "made_with": {"fmcore": evidence.made_with},
        "run": _run(run),
        "spec": to_json(run.spec),
        "parents": [_run(parent) for parent in evidence.parents],
        "base": {**to_json(run.spec.base), "title": evidence.base_title},
        "data": {**data, "profile": dict(evidence.profile)},
        "curves": [to_json(point) for point in evidence.progress],
        "headline": evidence.headline,
        "evaluations": [evaluation.to_json() for evaluation in evidence.evaluations],
        "costs": {metric.name: estimate_json(metric.estimate) for metric in evidence.costs},
        "audits": [audit.to_json() for audit in evidence.audits],
        "looks": {"count": len(evidence.looks), "list": [to_json(look) for look in evidence.looks], "left_out": LOOKS_LEFT_OUT},
        "fingerprints": [to_json(one) for one in evidence.fingerprints],
        "limits": [str(limit) for limit in limits.of(evidence)],
        "recompute": list(recompute(run)),
    }
    return fixed(whole)


LOOKS_LEFT_OUT = (
    "Making a report is a look too. Those are counted in the history of the run, not here, so that anybody makes the same file."
)


def text(evidence: Evidence) -> str:
    """Return :func:`document` as JSON text: keys in order, one line each, UTF-8."""
    return json.dumps(document(evidence), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def recompute(run: Run) -> tuple[str, ...]:
    """Return the commands that make everything in the report again and check it."""
    return (f"python -m fmcore verify {run.id}", f"python -m fmcore report {run.id}", f"python -m fmcore evaluate {run.id} --json")


def _run(run: Run) -> dict[str, Json]:
    kept = ("id", "name", "status", "who", "when", "started", "ended", "seconds", "device", "step", "steps", "attempts", "tags", "notes")
    return {**{name: to_json(getattr(run, name)) for name in kept}, "message": None if run.message is None else str(run.message)}


def fixed(value: Json) -> Json:
    """Return the value with every number in fixed digits: the last bits of a float may differ between processors."""
    if isinstance(value, float):
        return float(f"{value:.{FIGURES}g}") + 0.0 if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): fixed(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [fixed(item) for item in value]
    return value
