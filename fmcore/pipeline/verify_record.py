"""Does what the store says of a run agree with what else it says of it: figures, looks at the test rows, fingerprints?

Whoever edits one table of a database seldom edits the others: each fact that is kept twice is held against its other copy.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fmcore.errors import DamagedError
from fmcore.pipeline import explained
from fmcore.pipeline.checks import Check, State
from fmcore.records import Metric, Run, say
from fmcore.store import open_store

EVERY = 1_000_000_000
NAMED = 5  # figures that a sentence lists


def listed(run: Run, entered: int) -> Iterator[Check]:
    """Yield a check for each copy of the run's figures (in the list, in its order) that is not as they are, or where they can't be read.

    ``entered`` is by how many figures the run is sorted, counted before.
    """
    try:
        kept = open_store().figures_kept(run.id, entered=entered)
    except DamagedError as error:
        yield Check("record", State.CHANGED, say("{run}: {why}", run=run.id, why=str(error)))
        return
    other = _other(kept.own, kept.listed)
    if other:
        sentence = say("{run}: the list of runs shows other figures than the run has: {items}.", run=run.id, items=_list(other))
        yield Check("listed", State.CHANGED, sentence, other)
    if kept.unsorted:
        sentence = say("{run}: runs are sorted by other figures than the run has: {items}.", run=run.id, items=_list(kept.unsorted))
        yield Check("listed", State.CHANGED, sentence, kept.unsorted)
    if kept.strange:
        template = "{run}: runs are sorted by figures that the run does not have, or by one of its figures twice: {items}."
        yield Check("listed", State.CHANGED, say(template, run=run.id, items=_list(kept.strange)), kept.strange)


def metrics(run: Run) -> list[Metric] | None:
    """Return the run's figures; None where they can't be read, which :func:`listed` tells."""
    try:
        return open_store().metrics(run.id)
    except DamagedError:
        return None


def looks(run: Run, recorded: Mapping[str, str], told: int) -> Iterator[Check]:
    """Yield a check where there are fewer looks at the test rows than there must have been; ``told`` by the history before."""
    store = open_store()
    audited = [audit_id for audit_id in store.audit_ids(run.id, limit=EVERY) if _is_of_test(audit_id)]
    kept = len(store.looks(run.id))
    if kept < told:
        sentence = say(
            "{run}: the history tells of {told} looks at the test rows, and {kept} are counted.", run=run.id, told=told, kept=kept
        )
        yield Check("looks", State.CHANGED, sentence)
    elif not kept and audited:
        sentence = say("{run}: no look at the test rows is counted, and audit {audit} was made of them.", run=run.id, audit=audited[0])
        yield Check("looks", State.CHANGED, sentence, tuple(audited))
    elif not kept and explained.WHAT in recorded:
        yield Check("looks", State.CHANGED, say("{run}: no look at the test rows is counted, and some of them are explained.", run=run.id))


def lost(run: Run, stored: int) -> tuple[Check, ...]:
    """Return a check where fewer fingerprints of the run are there than were ``stored`` as its history says; () where none is missing."""
    left = len(open_store().fingerprints(run.id))
    if left >= stored:
        return ()
    sentence = say("{run}: {n} fingerprints were stored, and {left} are left: what lost its own can't be vouched for.",
                   run=run.id, n=stored, left=left)  # fmt: skip
    return (Check("fingerprints", State.MISSING, sentence),)


def told_as_lost(check: Check, run: Run) -> Check:
    """Return the check of a run that lost fingerprints: what has none now is missing it, and is not of a time before they were kept."""
    if check.state is not State.NOT_RECORDED or not check.sentence.template.startswith("{run}: no fingerprint"):
        return check
    sentence = say("{run}: the fingerprint of {what} was stored, and is gone.", run=run.id, what=check.what)
    return replace(check, state=State.MISSING, sentence=sentence)


def _is_of_test(audit_id: str) -> bool:
    try:
        return open_store().audit(audit_id).spec.split == "test"
    except DamagedError:  # told with the audits
        return False


def _other(own: Mapping[str, float | str], copy: Mapping[str, float | str]) -> tuple[str, ...]:
    """Return the names of the figures that are not the same in both, in order."""
    return tuple(name for name in sorted(own.keys() | copy.keys()) if not _same(own.get(name), copy.get(name)))


def _same(one: float | str | None, other: float | str | None) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-12)
    return one == other


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(name[:80] for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
