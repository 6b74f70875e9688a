"""Another run whose model is shown the same text, as before and after mitigation, or before and after edits became rows. Asks no model."""

from __future__ import annotations

from fmcore.records import Dataset, Run, Status
from fmcore.store import RunQuery, Store
from pages.shared import address
from pages.shared.compare.compare_pick import unique_names
from pages.shared.words import _

MOST_VERSIONS, MOST_RUNS = 12, 20
"""Of the data, and runs on each of them: the newest."""


def choose(run: Run, store: Store) -> Run | None:
    """Return the run that a person chose; None where they chose none, or there is no other one."""
    titles = named(run, store)
    if not titles:
        return None
    chosen = address.select(_("Beside another run"), titles, "beside", default=None, placeholder=_("none"), width=210)
    return store.run(chosen) if chosen in titles else None


def named(run: Run, store: Store) -> dict[str, str]:
    """Return run id → name of the done runs that answer the same question: on the same data, or on another version of it."""
    own = store.dataset(run.spec.dataset)
    versions = [own, *(one for one in store.dataset_versions(own.name)[:MOST_VERSIONS] if one.id != own.id and _is_alike(one, own))]
    found: list[Run] = []
    for one in versions:
        query = RunQuery(status=Status.DONE, dataset=one.id, stages=("finetune",), limit=MOST_RUNS)
        found += [row.run for row in store.runs(query).runs if row.run.id != run.id]
    version, names = {one.id: one.version for one in versions}, unique_names(found)
    elsewhere = _("{name}, data version {version}")
    return {
        one.id: names[one.id] if one.spec.dataset == own.id else elsewhere.format(name=names[one.id], version=version[one.spec.dataset])
        for one in found
    }


def _is_alike(one: Dataset, other: Dataset) -> bool:
    """Return whether models of both read the same kind of text and can give the same answers."""
    pairs = [data.columns.text_pair is None for data in (one, other)]
    return (one.task, one.labels, pairs[0]) == (other.task, other.labels, pairs[1])
