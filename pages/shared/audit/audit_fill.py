"""From a stored audit back to the question: the address that asks the same again, whoever asked it and however it was opened."""

from __future__ import annotations

import streamlit as st

from fmcore.audit.records import AuditSpec
from fmcore.audit.situation import Situation
from pages.shared import address

VIEW = ("audit", "with", "show", "question", "by", "measure", "label", "crossing", "title")
"""What stands in the address and is about looking at an audit."""
GUIDE = ("decision", "alarm", "fair", "miss")
USUAL = AuditSpec(())


def leave(spec: AuditSpec) -> None:
    """Leave the audit for the question, filled in as it was asked; a callback."""
    _set({name: "" for name in VIEW})
    if spec.source is not None:
        _set({"run": spec.source, "split": "" if spec.split == "validation" else spec.split or "", "from": ""})
    else:
        _set({"from": "table"})
    cuts = {f"cut-{by.column}": ", ".join(f"{edge:g}" for edge in by.edges) for by in spec.groups}
    cuts |= {f"against-{by.column}": by.reference or "" for by in spec.groups}
    _set({"groups": address.join([by.column for by in spec.groups]), "crossed": "on" if spec.intersections else "", **cuts})
    _set({"terms": "on" if any(by.kind == "terms" for by in spec.groups) else st.query_params.get("terms", "")})
    _set({"favourable": spec.favourable or "", "control": spec.control or ""})
    if spec.told is not None:
        _set({"way": "", "measures": "", **_told(spec.told)})
    elif not all(name in st.query_params for name in GUIDE):
        _set({"way": "expert", "measures": address.join(spec.asked)})
    _set(_numbers(spec))


def _told(said: Situation) -> dict[str, str]:
    fair = {None: "", True: "yes", False: "no"}[said.trusts_targets]
    return {"decision": said.decision or "", "alarm": said.by_alarm or "", "miss": said.by_miss or "", "fair": fair}


def _numbers(spec: AuditSpec) -> dict[str, str]:
    told = {
        "tolerance": (100 * spec.tolerance, None),
        "rows": (spec.minimum_rows, USUAL.minimum_rows),
        "positives": (spec.minimum_positives, USUAL.minimum_positives),
        "negatives": (spec.minimum_negatives, USUAL.minimum_negatives),
        "level": (spec.level, USUAL.level),
        "resamples": (spec.replicates, USUAL.replicates),
        "seed": (spec.seed, USUAL.seed),
    }
    found = {name: "" if value == usual else f"{value:.10g}" for name, (value, usual) in told.items()}
    return found | {"uncorrected": "on" if spec.correction == "none" else ""}


def _set(values: dict[str, str]) -> None:
    for name, value in values.items():
        address.put(name, value)


def show(audit_id: str) -> None:
    """Open another audit; what was answered to the guide is not about it. A callback."""
    _set({name: "" for name in (*VIEW, *GUIDE)})
    address.put("audit", audit_id)
