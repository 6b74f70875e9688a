"""Is an audit still what it was: its record whole, and do the answers that it was made of give it once more? Changes nothing; no look.

What is held against each other are figures, groups and verdicts: sentences and forecasts are put another way from one version to the next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fmcore.errors import DamagedError, DataError, StoreError
from fmcore.pipeline import fingerprints
from fmcore.pipeline.checks import Check, State
from fmcore.records import Json, Run, Sentence, say, to_json
from fmcore.store import open_store

if TYPE_CHECKING:
    from fmcore.audit.answers import Answers
    from fmcore.audit.origin import Origin
    from fmcore.audit.records import Audit

SAME = 1e-9  # how far a figure computed again may be from the stored one, relatively: other processors round other bits
WORDS = ("sentence", "fact", "caveat", "narrower", "reason", "notes", "id", "who", "when", "version")
"""Fields of a record that are no figures."""
OTHERWISE = (
    "Audit {audit} was made by version {version}. Its record is unchanged and every figure comes out the same; this version computes some "
    "of its intervals otherwise."
)
FORECASTS = ("smallest_gap", "rows_needed")
"""Advice on how much data would do, which may get better from one version to the next; the record's own id holds what was told."""


def of_run(run: Run, audit_id: str) -> Check:
    """Return whether an audit's record is whole, and whether the stored answers give it again where its groups are in the data."""
    try:
        return _of_run(run, open_store().audit(audit_id))
    except DamagedError as error:
        return Check(f"audits/{audit_id}", State.CHANGED, say("{run}: {why}", run=run.id, why=str(error)))


def _of_run(run: Run, audit: Audit) -> Check:
    from fmcore.evaluation import predictions
    from fmcore.pipeline.audit import joined

    what, split, names = f"audits/{audit.id}", audit.spec.split or "test", {"run": run.id, "audit": audit.id}
    if not _is_whole(audit):
        return Check(what, State.CHANGED, say("{run}: the record of its audit {audit} was changed.", **names))
    try:
        answers = joined(predictions.read(fingerprints.answers(run.id)[split]), run.id, split)
    except (DataError, KeyError):
        return Check(what, State.MISSING, say("{run}: audit {audit} can't be made again, because its answers or rows are gone.", **names))
    if not _columns(audit) <= set(answers.groups):
        sentence = say("{run}: audit {audit} is unchanged; its groups came from elsewhere, so it was not made again.", **names)
        return Check(what, State.NOT_RECORDED, sentence)
    trouble = _differs(audit, answers)
    if trouble == "answers":
        return Check(what, State.CHANGED, say("{run}: audit {audit} was made of other answers or groups.", **names))
    if trouble == "intervals":
        return Check(what, State.NOT_RECORDED, Sentence(OTHERWISE, {"audit": audit.id, "version": _version(audit)}))
    if trouble == "figures":
        return Check(what, State.CHANGED, say("{run}: the stored answers don't give the figures of audit {audit}.", **names))
    return Check(what, State.OK, say("{run}: audit {audit} comes out the same again.", **names))


def alone(audit_ids: Sequence[str] = ()) -> Iterator[Check]:
    """Yield a check for each audit of a table, and of a run that is gone; for those named, where some are.

    Raises:
        StoreError: there is no such audit, or it is of a run that is there.
    """
    store = open_store()
    found = store.audits_alone()
    for audit_id in audit_ids or found:
        if audit_id not in found:
            source = store.audit(audit_id).spec.source or ""
            raise StoreError("Audit {audit} is of run {run}: verify that one.", audit=audit_id, run=source)
        try:
            yield _alone(store.audit(audit_id), store.origin(audit_id))
        except DamagedError as error:
            yield Check(f"audits/{audit_id}", State.CHANGED, say("{why}", why=str(error)))


def _alone(audit: Audit, origin: Origin | None) -> Check:
    what, rows = f"audits/{audit.id}", audit.rows
    if not _is_whole(audit):
        return Check(what, State.CHANGED, say("The record of audit {audit} was changed.", audit=audit.id))
    if audit.spec.source is not None:
        said = say("Audit {audit}: its record is unchanged; its run {run} is gone, so it was not made again.",
                   audit=audit.id, run=audit.spec.source)  # fmt: skip
        return Check(what, State.NOT_AT_HAND, said)
    if origin is None:
        said = say("Audit {audit}: its record is unchanged; where its table of {rows} rows lay was not kept, so it was not made again.",
                   audit=audit.id, rows=rows)  # fmt: skip
        return Check(what, State.NOT_RECORDED, said)
    gone = next((one for one in origin.files if not Path(one.path).is_file()), None)
    if gone is not None:
        said = say("Audit {audit}: its record is unchanged; {file} is no longer at {path}, so it was not made again.",
                   audit=audit.id, file=gone.name, path=gone.path)  # fmt: skip
        return Check(what, State.NOT_AT_HAND, said, (gone.name,))
    return Check(what, *_again(audit, origin))


def _again(audit: Audit, origin: Origin) -> tuple[State, Sentence, tuple[str, ...]]:
    from fmcore.pipeline import audit_tables
    from fmcore.training.checkpoints import sha256

    changed = next((one for one in origin.files if sha256(Path(one.path)) != one.sha256), None)
    names: dict[str, Any] = {"audit": audit.id, "file": (changed or origin.answers).name}
    try:
        answers = audit_tables.read(origin)
        trouble = _differs(audit, answers) if _columns(audit) <= set(answers.groups) else "answers"
    except DataError as error:
        said = say("Audit {audit} can't be made again from {file}: {why}", **names, why=str(error))
        return State.CHANGED, said, (names["file"],)
    if trouble == "answers" and changed is None:  # the words that ship, or how a file is read, are those of another version
        said = say("Audit {audit}: its record and {file} are unchanged, but this version reads other groups from it.", **names)
        return State.NOT_RECORDED, said, ()
    if trouble == "answers":
        said = say("Audit {audit}: {file} was changed since; it holds other answers or groups than the audit was made of.", **names)
        return State.CHANGED, said, (names["file"],)
    if trouble == "intervals":
        return State.NOT_RECORDED, Sentence(OTHERWISE, {"audit": audit.id, "version": _version(audit)}), ()
    if trouble == "figures":
        return State.CHANGED, say("The answers in {file} don't give the figures of audit {audit}.", **names), (names["file"],)
    return State.OK, say("Audit {audit} comes out of {file} the same again.", **names), ()


def _is_whole(audit: Audit) -> bool:
    from fmcore.audit.audit import id_of

    return id_of(audit) == audit.id


def _columns(audit: Audit) -> set[str]:
    return {group.column for group in audit.spec.groups} | ({audit.spec.control} if audit.spec.control else set())


def _differs(audit: Audit, answers: Answers) -> str | None:
    """Return whether ``answers`` or ``figures`` are others than those of the audit, or ``intervals`` alone, which another version may
    compute otherwise; None where it comes out the same."""
    from fmcore.audit.audit import audit as make

    if not audit.verdicts:
        return None  # of a version that kept audits of nothing
    again = make(answers, replace(audit.spec, fingerprint=""))
    if again.spec.fingerprint != audit.spec.fingerprint:
        return "answers"
    known = {one.measure for one in audit.by_group} | set(audit.spec.measures)  # of equalized odds alone, the rates are told since later
    again = replace(again, by_group=tuple(one for one in again.by_group if one.measure in known))
    if close(*(_figures(to_json(one)) for one in (again, audit))):
        return None
    is_of_another = audit.version != again.version and close(*(_values(one) for one in (again, audit)))
    return "intervals" if is_of_another else "figures"


def _version(audit: Audit) -> str:
    return audit.version or "0.3 or before"


def _values(audit: Audit) -> Json:
    """Return what no version may compute otherwise: the counts, every group's figure, every gap."""
    figures = [[f.measure, f.label, dict(f.within), dict(f.group), f.estimate.value] for f in audit.by_group]
    gaps = [[g.measure, g.label, list(g.by), g.kind, dict(g.within), g.estimate.value] for g in audit.gaps]
    return [to_json(audit.counts), figures, gaps]


def _figures(record: Json) -> Json:
    if isinstance(record, dict):
        return {name: _figures(value) for name, value in record.items() if name not in WORDS + FORECASTS}
    return [_figures(value) for value in record] if isinstance(record, list) else record


def close(one: Json, other: Json) -> bool:
    """Return whether two documents are the same but for the last bits of their numbers."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(close(value, other[name]) for name, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(close(*pair) for pair in zip(one, other, strict=True))
    if isinstance(one, float) and isinstance(other, (int, float)):
        return abs(one - other) <= SAME * max(1.0, abs(one))
    return one == other
