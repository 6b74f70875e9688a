"""Is what a swap test left behind still what it was? For the test itself, and for the run whose report shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from fmcore.pipeline import swap_files, swap_results
from fmcore.pipeline.checks import Check, State
from fmcore.pipeline.runs import folder
from fmcore.records import Run, Status, say
from fmcore.store import open_store
from fmcore.training import checkpoints

EVERY = 1_000_000_000


def test(run: Run, recorded: str) -> Iterator[Check]:
    """Yield whether the answered pairs and the notes of a swap test are those that it ended with."""
    path = folder(run.id) / swap_files.ANSWERED
    what = swap_files.FINGERPRINT
    if not path.is_file():
        yield Check(what, State.MISSING, say("{run}: its answered swaps are gone: {file}.", run=run.id, file=str(path)))
    elif checkpoints.sha256(path) != recorded:
        yield Check(what, State.CHANGED, say("{run}: its answered swaps in {file} were changed.", run=run.id, file=str(path)))
    else:
        yield Check(what, State.OK, say("{run}: its answered swaps are unchanged.", run=run.id))
    if not swap_files.notes_are_whole(run):
        file = str(folder(run.id) / swap_files.NOTES)
        sentence = say("{run}: what its swaps left out, in {file}, is gone or was changed.", run=run.id, file=file)
        yield Check(f"{what}/notes", State.CHANGED, sentence)


def tests_of(run: Run) -> Iterator[Check]:
    """Yield the same of every swap test of a run, whose report shows them."""
    for one in swap_results.tests(run.id, status=Status.DONE, most=EVERY):
        what = f"{swap_files.FINGERPRINT}/{one.id}"
        recorded = open_store().fingerprints(one.id).get(swap_files.FINGERPRINT)
        if recorded is None:
            yield Check(what, State.NOT_RECORDED, say("{run}: no fingerprint of its answered swaps was recorded.", run=one.id))
            continue
        for check in test(one, recorded):
            yield replace(check, what=check.what.replace(swap_files.FINGERPRINT, what, 1))
