"""Is everything that a run rests on and left behind still what it was? Recomputes all of it and names what is not.

Looks at the test rows without showing a figure on them, so that is no look. Changes nothing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import fmcore
from fmcore.errors import DamagedError, DataError
from fmcore.evaluation import fingerprint, predictions
from fmcore.evaluation.report import evaluate
from fmcore.pipeline import explained, fingerprints, swap_files, verify_audits, verify_record, verify_swaps
from fmcore.pipeline.checks import Check, State, Verified
from fmcore.pipeline.runs import folder, require_done
from fmcore.pipeline.verify_rows import Rows
from fmcore.records import SPLITS, Dataset, Metric, Run, say
from fmcore.store import open_store
from fmcore.training import checkpoints

if TYPE_CHECKING:
    import pandas as pd

    from fmcore.store.copies import Told

NAMED = 5  # items that a sentence lists
EVERY = 1_000_000_000
__all__ = ["Check", "State", "Verified", "verify"]


def verify(run_ids: Sequence[str] = ()) -> Iterator[Verified]:
    """Yield each run with what was checked; every run that is done and not in the bin when none is named.

    Raises:
        JobError: one of them is not done.
        StoreError: there is no such run.
    """
    rows, told = Rows(), open_store().told()
    named = [_done(run_id) for run_id in dict.fromkeys(run_ids)]
    for run_id in named or open_store().done_runs():
        yield Verified(run_id, tuple(_readable(run_id, rows, told)))


def _done(run_id: str) -> str:
    with contextlib.suppress(DamagedError):  # its own check says so
        require_done(run_id, "verify")
    return run_id


def _readable(run_id: str, rows: Rows, told: Told) -> Iterator[Check]:
    """Yield the checks of a run, up to a record in the store that can't be read: nothing after it could be held against anything."""
    try:
        run = open_store().run(run_id)
        lost = verify_record.lost(run, told.fingerprints.get(run_id, 0))
        yield from (verify_record.told_as_lost(check, run) if lost else check for check in _checks(run, rows, told))
        yield from lost
    except DamagedError as error:
        yield Check("record", State.CHANGED, say("{run}: {why}", run=run_id, why=str(error)))


def _checks(run: Run, rows: Rows, told: Told) -> Iterator[Check]:
    store = open_store()
    dataset, recorded = store.dataset(run.spec.dataset), store.fingerprints(run.id)
    yield _spec(run, recorded.get(fingerprints.SPEC))
    yield _data(run, dataset, rows)
    yield from rows.card(run, dataset)
    yield _model(run, recorded.get(fingerprints.MODEL))
    yield from verify_record.looks(run, recorded, told.looks.get(run.id, 0))
    yield from verify_record.listed(run, told.entered.get(run.id, 0))
    files, metrics = fingerprints.answers(run.id), verify_record.metrics(run)
    kept = {what.removeprefix(fingerprints.PREDICTIONS) for what in recorded if what.startswith(fingerprints.PREDICTIONS)}
    for split in (split for split in SPLITS if split in kept | set(files)):
        path = files.get(split, folder(run.id) / "predictions" / f"{split}.parquet")
        yield from _answers(run, dataset, split, path, recorded.get(fingerprints.PREDICTIONS + split), metrics, rows)
    if swap_files.FINGERPRINT in recorded:
        yield from verify_swaps.test(run, recorded[swap_files.FINGERPRINT])
    if explained.WHAT in recorded:
        yield _explanations(run, recorded[explained.WHAT])
    for audit_id in store.audit_ids(run.id, limit=EVERY):
        yield verify_audits.of_run(run, audit_id)
    yield from verify_swaps.tests_of(run)


def _spec(run: Run, recorded: str | None) -> Check:
    if recorded is None:
        return Check("spec", State.NOT_RECORDED, say("{run}: no fingerprint of its spec was recorded.", run=run.id))
    if recorded != fingerprints.of_spec(run.spec):
        return Check("spec", State.CHANGED, say("{run}: its spec in the store is not the one that it ended with.", run=run.id))
    return Check("spec", State.OK, say("{run}: the spec is unchanged.", run=run.id))


def _data(run: Run, dataset: Dataset, rows: Rows) -> Check:
    try:
        _frame, found = rows.of(dataset)
    except DataError as error:
        return Check("data", State.MISSING, say("{run}: {why}", run=run.id, why=str(error)))
    if not found == dataset.fingerprint == run.spec.dataset_fingerprint:
        sentence = say("{run}: the rows of data set {data} are not those that it was trained and judged on.", run=run.id, data=dataset.id)
        return Check("data", State.CHANGED, sentence)
    return Check("data", State.OK, say("{run}: the rows of data set {data} are unchanged.", run=run.id, data=dataset.id))


def _model(run: Run, recorded: str | None) -> Check:
    place = folder(run.id) / "model"
    if not place.is_dir():
        if recorded is None:
            return Check("model", State.NOT_RECORDED, say("{run}: it keeps no model.", run=run.id))
        return Check("model", State.MISSING, say("{run}: its model is not in {folder} any more.", run=run.id, folder=str(place)))
    problem = checkpoints.trouble(place)
    if problem is not None:
        sentence = say("{run}: its model in {folder} is not whole: {problem}.", run=run.id, folder=str(place), problem=problem)
        return Check("model", State.CHANGED, sentence, (problem.split()[0],))
    strange = _strangers(place)
    if strange:
        sentence = say("{run}: {file} in {folder} is not of its model.", run=run.id, file=strange[0], folder=str(place))
        return Check("model", State.CHANGED, sentence, strange)
    if recorded is None:
        return Check("model", State.NOT_RECORDED, say("{run}: no fingerprint of its model was recorded.", run=run.id))
    if recorded != fingerprints.of_model(run.id):
        sentence = say("{run}: its model in {folder} is another one than it ended with.", run=run.id, folder=str(place))
        return Check("model", State.CHANGED, sentence, (checkpoints.MANIFEST,))
    return Check("model", State.OK, say("{run}: the model is unchanged.", run=run.id))


def _explanations(run: Run, recorded: str) -> Check:
    path = folder(run.id) / explained.KEPT
    if not path.is_file():
        sentence = say("{run}: the explanations for its report are gone: {file}.", run=run.id, file=str(path))
        return Check(explained.WHAT, State.MISSING, sentence)
    if checkpoints.sha256(path) != recorded:
        sentence = say("{run}: the explanations for its report in {file} were changed.", run=run.id, file=str(path))
        return Check(explained.WHAT, State.CHANGED, sentence)
    return Check(explained.WHAT, State.OK, say("{run}: the explanations for its report are unchanged.", run=run.id))


def _strangers(place: Path) -> tuple[str, ...]:
    known = {checkpoints.MANIFEST, *checkpoints.read_manifest(place)["files"]}
    return tuple(name for path in checkpoints.files_in(place) if (name := path.relative_to(place).as_posix()) not in known)


def _answers(
    run: Run, dataset: Dataset, split: str, path: Path, recorded: str | None, metrics: Sequence[Metric] | None, rows: Rows
) -> Iterator[Check]:
    what = fingerprints.PREDICTIONS + split
    if not path.is_file():
        yield Check(
            what, State.MISSING, say("{run}: its answers to the {split} rows are gone: {file}.", run=run.id, split=split, file=str(path))
        )
        return
    try:
        frame = predictions.read(path)
    except DataError as error:
        yield Check(what, State.CHANGED, say("{run}: {why}", run=run.id, why=str(error)))
        return
    yield _fingerprint(run, split, path, frame, recorded)
    yield from _items(run, dataset, split, frame, rows)
    if metrics is not None:
        yield _figures(run, dataset, split, frame, metrics)


def _fingerprint(run: Run, split: str, path: Path, frame: pd.DataFrame, recorded: str | None) -> Check:
    what = fingerprints.PREDICTIONS + split
    if recorded is None:
        return Check(
            what, State.NOT_RECORDED, say("{run}: no fingerprint of its answers to the {split} rows was recorded.", run=run.id, split=split)
        )
    if fingerprint.of(frame) == recorded:
        return Check(what, State.OK, say("{run}: the answers to the {split} rows are unchanged.", run=run.id, split=split))
    changed = fingerprint.changed(frame, path, recorded)
    if changed is None:
        template = "{run}: its answers to the {split} rows in {file} were changed, and so were their digests, so the items can't be named."
    elif changed:
        template = "{run}: its answers to the {split} rows in {file} were changed: {items}."
    else:
        template = "{run}: its answers to the {split} rows in {file} were changed: some are gone or stand elsewhere."
    sentence = say(template, run=run.id, split=split, file=str(path), items=_list(changed or ()))
    return Check(what, State.CHANGED, sentence, tuple(changed or ()))


def _items(run: Run, dataset: Dataset, split: str, frame: pd.DataFrame, rows: Rows) -> Iterator[Check]:
    """Yield a check that fails where answers are about rows that the data does not have, or call another label the true one."""
    try:
        data, _ = rows.of(dataset)
    except DataError:
        return  # told already
    part = data[data["fmc_split"] == split]
    true = dict(zip(part["fmc_id"], part[dataset.columns.label], strict=True))
    wrong = [id_ for id_, target in zip(frame["id"].tolist(), frame["target"].tolist(), strict=True) if true.get(id_) != target]
    absent = sorted(set(true) - set(frame["id"]))
    if wrong or absent:
        sentence = say(
            "{run}: its answers to the {split} rows do not match data set {data}: {items}.",
            run=run.id, split=split, data=dataset.id, items=_list(wrong or absent),
        )  # fmt: skip
        yield Check(fingerprints.PREDICTIONS + split, State.CHANGED, sentence, tuple(wrong or absent))


def _figures(run: Run, dataset: Dataset, split: str, frame: pd.DataFrame, metrics: Sequence[Metric]) -> Check:
    what = f"metrics/{split}"
    stored = {(metric.name, metric.label): metric.estimate for metric in metrics if metric.split == split}
    if not stored:
        return Check(what, State.NOT_RECORDED, say("{run}: no figures on the {split} rows were stored.", run=run.id, split=split))
    found = evaluate(frame, dataset.labels, split)
    again = {(metric.name, metric.label): metric.estimate for metric in (*found.metrics, *found.per_class)}
    other = [
        name if label is None else f"{name} ({label})"
        for (name, label), estimate in stored.items()
        if (name, label) in again and not _alike(estimate, again[name, label])
    ]
    values = [stored[key].value for key in stored if key in again], [again[key].value for key in stored if key in again]
    if other and run.spec.code_version != fmcore.__version__ and verify_audits.close(*values):
        said = say("{run}: the figures on the {split} rows are those of the stored answers; version {version} computed some of their "
                   "intervals otherwise: {items}.", run=run.id, split=split, version=run.spec.code_version, items=_list(other))  # fmt: skip
        return Check(what, State.NOT_RECORDED, said, tuple(other))
    if other:
        sentence = say(
            "{run}: figures stored for the {split} rows are not those of the stored answers: {items}.",
            run=run.id,
            split=split,
            items=_list(other),
        )
        return Check(what, State.CHANGED, sentence, tuple(other))
    return Check(what, State.OK, say("{run}: the figures on the {split} rows are those of the stored answers.", run=run.id, split=split))


def _alike(one: object, other: object) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in ("value", "low", "high", "n")]
    return all(a == b or (a is not None and b is not None and abs(a - b) <= verify_audits.SAME * max(1.0, abs(a))) for a, b in pairs)


def _list(names: Sequence[str]) -> str:
    return ", ".join(name[:80] for name in names[:NAMED]) + (" …" if len(names) > NAMED else "")
