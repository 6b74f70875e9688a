"""What came out of a swap test that is done: judged again from its stored answers, whenever somebody asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fmcore.errors import DataError, JobError
from fmcore.pipeline import swap_files as files
from fmcore.pipeline.runs import folder, require_done
from fmcore.pipeline.swap_settings import STAGE, asks_test_rows, settings_of
from fmcore.records import Run, Status
from fmcore.settings import get_settings
from fmcore.store import RunQuery, Where, open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.audit.swaps import SwapAudit


def result(run_id: str, *, who: str | None = None, how: str) -> SwapAudit:
    """Return figures and verdicts of a swap test that is done, from its stored answers. Sentences of the test split: counts a look.

    Raises:
        JobError: it is not done, or is no swap test.
        DataError: its answers are gone or were changed.
    """
    found = judged(run_id)
    test = open_store().run(run_id)
    if asks_test_rows(test):
        open_store().look(test.parents[0], who=who or get_settings().who, how=how)
    return found


def judged(run_id: str) -> SwapAudit:
    """Return the same and count no look: whoever shows it to people does.

    Raises:
        JobError, DataError: as :func:`result`.
    """
    from fmcore.audit.swaps import SwapSpec, judge

    test = open_store().run(run_id)
    frame = answered(run_id)
    settings = settings_of(test)
    spec = SwapSpec(test.parents[0], settings.favourable, settings.tolerance, settings.minimum)
    return judge(frame, open_store().dataset(test.spec.dataset).labels, spec, notes=files.notes(test))


def answered(run_id: str) -> pd.DataFrame:
    """Return the pairs of a swap test with both answers, as they were when it ended; two texts of one item stand in one cell.

    Raises:
        JobError, DataError: as :func:`result`.
    """
    from fmcore.audit.swaps.pairs import BREAK
    from fmcore.training.checkpoints import sha256

    test = require_done(run_id, "show")
    if test.spec.stage != STAGE:
        raise JobError("{run} is no swap test. Start one of it first.", run=run_id)
    path, recorded = folder(run_id) / files.ANSWERED, open_store().fingerprints(run_id).get(files.FINGERPRINT)
    frame = files.read(path, test)
    if recorded is not None and sha256(path) != recorded:
        raise DataError(
            "The answers of {run} in {file} were changed since it ended. Start the swap test again, and put this one into the bin.",
            run=run_id, file=str(path),
        )  # fmt: skip
    for side in ("before", "after"):
        frame[side] = frame[side].str.replace(BREAK, " | ")
    return frame


def is_whole(test: Run) -> bool:
    """Return whether the answers of a swap test that is done are there, and the ones that it ended with."""
    try:
        answered(test.id)
    except DataError:
        return False
    return True


def tests(run_id: str, *, status: Status | None = None, most: int = 50) -> list[Run]:
    """Return the swap tests of a run, newest first, however far they are."""
    query = RunQuery(status=status, stages=(STAGE,), where=(Where("setting:of", "=", run_id),), limit=most)
    return open_store().whole_runs(query)
