"""Collects the evidence of a finished run from store and files, and makes of it the page, the document and the model card.

Every figure is computed again from the stored answers, which must be the ones that were fingerprinted when the run ended. Making a report
is a look at the test rows and is counted; such looks are not part of the report, so that anybody makes the same bytes (see
:data:`fmcore.report.evidence.LOOKS_LEFT_OUT`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fmcore.errors import JobError
from fmcore.pipeline import explained, fingerprints, swap_files, swap_results
from fmcore.pipeline.runs import PARTS_OF_A_RUN, folder, require_done
from fmcore.pipeline.swap_settings import asks_test_rows
from fmcore.records import Dataset, Run, Status
from fmcore.settings import get_settings
from fmcore.store import open_store

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.evaluation.report import Evaluation
    from fmcore.report.evidence import Evidence, Fingerprint, SwapTest

EVERY = 1_000_000_000
_SWAPS = f"{swap_files.FINGERPRINT}/"


@dataclass(frozen=True)
class Report:
    """One run's report in its three forms, each a whole file's text."""

    html: str
    json: str
    model_card: str


def report(run_id: str, *, who: str | None = None) -> Report:
    """Return the report. The same record gives the same bytes, in every process.

    Raises:
        JobError: the run is not done.
        DataError: the stored answers were changed, or can't be read.
    """
    from fmcore.report.document import text
    from fmcore.report.evidence import REPORT
    from fmcore.report.html import html
    from fmcore.report.model_card import card

    found = collect(run_id)
    made = Report(html(found), text(found), card(found))
    if any(evaluation.split == "test" for evaluation in found.evaluations) or any(asks_test_rows(test.run) for test in found.swaps):
        open_store().look(run_id, who=who or get_settings().who, how=REPORT)
    return made


def collect(run_id: str) -> Evidence:
    """Return everything that is known about a finished run. Counts no look: whoever shows it to people does.

    Raises:
        JobError: the run is not done, or belongs to another's report.
        DataError: the stored answers were changed, or can't be read.
    """
    from fmcore.data import shelf
    from fmcore.report.evidence import REPORT, Evidence
    from fmcore.tasks import get_task

    run, store = require_done(run_id, "report"), open_store()
    if run.spec.stage in PARTS_OF_A_RUN:
        what = PARTS_OF_A_RUN[run.spec.stage]
        raise JobError("{run} is {what}: it belongs to {parent}, report that one.", run=run_id, what=what, parent=run.parents[0])
    dataset = store.dataset(run.spec.dataset)
    evaluations, taken = _judged(run, dataset)
    swaps = _swaps(run, taken)
    return Evidence(
        run=run,
        dataset=dataset,
        profile=shelf.profile(dataset.id),
        evaluations=evaluations,
        headline=get_task(run.spec.task).headline,
        progress=store.progress(run_id),
        costs=[metric for metric in store.metrics(run_id) if metric.split == "cost"],
        audits=store.audits(run_id, limit=EVERY),
        swaps=swaps,
        looks=[look for look in store.looks(run_id) if look.how != REPORT],
        explained=explained.kept(run_id),
        parents=[store.run(parent) for parent in run.parents],
        fingerprints=_fingerprints(run, store.fingerprints(run_id), taken),
    )


def check(run_id: str) -> None:
    """See to it that the stored answers, those to swaps too, are those that the run and its tests ended with.

    Raises:
        DataError: they are not, or can't be read.
    """
    for _frame in _answers(run_id, {}):
        pass
    for test in swap_results.tests(run_id, status=Status.DONE, most=EVERY):
        swap_results.answered(test.id)


def _judged(run: Run, dataset: Dataset) -> tuple[list[Evaluation], dict[str, str]]:
    """Return the figures of each split, and the fingerprints of the answers that they were computed from."""
    from fmcore.evaluation.report import evaluate

    taken: dict[str, str] = {}
    return [evaluate(frame, dataset.labels, split) for split, frame in _answers(run.id, taken)], taken


def _swaps(run: Run, taken: dict[str, str]) -> list[SwapTest]:
    """Return the swap tests that are done, newest first, each judged again; puts the fingerprints of their answers into ``taken``."""
    from fmcore.report.evidence import SwapTest
    from fmcore.training.checkpoints import sha256

    tests = swap_results.tests(run.id, status=Status.DONE, most=EVERY)
    made = [SwapTest(test, swap_results.judged(test.id)) for test in tests]
    taken |= {_SWAPS + test.id: sha256(folder(test.id) / swap_files.ANSWERED) for test in tests}
    return made


def _answers(run_id: str, taken: dict[str, str]) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield split and answers, after putting their fingerprint into ``taken``."""
    from fmcore.evaluation import fingerprint
    from fmcore.pipeline import answers

    recorded = open_store().fingerprints(run_id)
    for split in fingerprints.answers(run_id):
        frame, what = answers.read(run_id, split), fingerprints.PREDICTIONS + split
        taken[what] = recorded.get(what) or fingerprint.of(frame)
        yield split, frame


def _fingerprints(run: Run, recorded: dict[str, str], taken: dict[str, str]) -> list[Fingerprint]:
    from fmcore.report.evidence import Fingerprint

    now = {fingerprints.SPEC: fingerprints.of_spec(run.spec), fingerprints.MODEL: fingerprints.of_model(run.id), **taken}
    planned = {"data": run.spec.dataset_fingerprint, "base": run.spec.base.sha256}  # part of the spec, and so on record from the start
    recorded = {what: sha for what, sha in recorded.items() if not what.startswith(fingerprints.FILE)}  # the same once more
    found = {**planned, **now, **recorded}
    order = ("data", "base", fingerprints.SPEC, fingerprints.MODEL)
    places = {
        what: (order.index(what) if what in order else len(order), what.startswith(_SWAPS), what == "predictions/test", what)
        for what in found
    }
    kept = {*recorded, *planned, *(what for what in found if what.startswith(_SWAPS) and _was_recorded(what.removeprefix(_SWAPS)))}
    return [Fingerprint(what, sha, what in kept) for what in sorted(found, key=places.__getitem__) if (sha := found[what]) is not None]


def _was_recorded(test_id: str) -> bool:
    return swap_files.FINGERPRINT in open_store().fingerprints(test_id)
