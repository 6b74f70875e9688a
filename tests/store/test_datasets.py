from __future__ import annotations

import dataclasses

import pytest

from fmcore.errors import StoreError
from fmcore.records import Dataset
from fmcore.store import Store
from tests.store.examples import dataset, spec


def test_a_data_set_comes_back_as_it_was(store: Store) -> None:
    store.add_dataset(dataset())
    assert store.dataset("d-1") == dataset()
    assert store.datasets() == [dataset()]


def test_the_same_data_set_is_stored_once(store: Store) -> None:
    store.add_dataset(dataset())
    again = store.add_dataset(dataclasses.replace(dataset(), who="ben"))
    assert again == dataset()
    assert [event.what for event in store.events("d-1")] == ["dataset-added"]


def test_versions_are_counted_by_name(store: Store) -> None:
    assert store.next_version("calls") == 1
    store.add_dataset(dataset())
    store.add_dataset(dataset("d-2", version=2))
    store.add_dataset(dataset("d-3", name="mails"))
    assert store.next_version("calls") == 3
    assert [d.id for d in store.dataset_versions("calls")] == ["d-2", "d-1"]


def test_two_data_sets_of_one_name_and_version_are_refused(store: Store, known: Dataset) -> None:
    with pytest.raises(StoreError, match="calls of version 1 already"):
        store.add_dataset(dataset("d-2"))
    assert len(store.datasets()) == 1


def test_searching_takes_signs_as_they_stand(store: Store) -> None:
    store.add_dataset(dataset("d-1", name="100%_sure"))
    store.add_dataset(dataset("d-2", name="100 Calls"))
    assert [d.id for d in store.datasets(search="%_")] == ["d-1"]
    assert [d.id for d in store.datasets(search="CALLS 100")] == ["d-2"]


def test_a_data_set_that_a_run_uses_stays(store: Store, known: Dataset) -> None:
    run = store.add_run(spec(), name="a", who="ana", key="k")
    with pytest.raises(StoreError, match="Runs that use the data set calls: 1. Delete them"):
        store.delete_dataset("d-1", "ana")
    store.request_stop(run.id, "ana")
    store.delete_runs([run.id], "ana")
    store.purge_runs([run.id], "ana")
    store.delete_dataset("d-1", "ben")
    assert store.datasets() == []
    assert [(event.who, event.what) for event in store.events("d-1")] == [("ben", "dataset-deleted"), ("ana", "dataset-added")]


def test_an_unknown_data_set_is_said_so(store: Store) -> None:
    with pytest.raises(StoreError, match="no data set d-9"):
        store.dataset("d-9")
    with pytest.raises(StoreError, match="no data set d-9"):
        store.delete_dataset("d-9", "ana")
