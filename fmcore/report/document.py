"""The whole evidence of a run as one JSON document.

The same records give the same bytes in every process and on every day: no clock, no random number, no path of this machine but those in the
run's own spec.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping

from fmcore.evaluation.report import estimate_json
from fmcore.records import Json, Run, to_json
from fmcore.report import limits
from fmcore.report.evidence import LOOKS_LEFT_OUT, Evidence, SwapTest

FORMAT = "fm-commons evidence 1"
FIGURES = 12  # significant digits of a number: enough for every use, and the same on every processor


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
        "swaps": [_swaps(test) for test in evidence.swaps],
        "explanations": None if evidence.explained is None else to_json(evidence.explained),
        "looks": {"count": len(evidence.looks), "list": [to_json(look) for look in evidence.looks], "left_out": LOOKS_LEFT_OUT},
        "fingerprints": [to_json(one) for one in evidence.fingerprints],
        "limits": [str(limit) for limit in limits.of(evidence)],
        "recompute": list(recompute(run)),
    }
    return fixed(whole)


def text(evidence: Evidence) -> str:
    """Return :func:`document` as JSON text: keys in order, one line each, UTF-8."""
    return json.dumps(document(evidence), ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False) + "\n"


def recompute(run: Run) -> tuple[str, ...]:
    """Return the commands that make everything in the report again and check it."""
    return (f"python -m fmcore verify {run.id}", f"python -m fmcore report {run.id}", f"python -m fmcore evaluate {run.id} --json")


def _swaps(test: SwapTest) -> dict[str, Json]:
    found = {**test.found.to_json(), "worst": None}  # sentences of the data stay at home
    return {"id": test.run.id, "who": test.run.who, "when": test.run.when, "settings": to_json(test.run.spec.settings), **found}


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
