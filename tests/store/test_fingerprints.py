"""Fingerprints are kept by run, replaced as a whole, guarded by the job's token, and gone with the run."""

from __future__ import annotations

import pytest

from fmcore.errors import StoreError
from fmcore.records import Dataset
from fmcore.store import Store
from tests.store.examples import HERE, spec


def test_what_is_put_is_what_comes_back_and_the_last_put_holds(store: Store, known: Dataset) -> None:
    run = store.log_run(spec(), name="a", who="ana", key="1")
    assert store.fingerprints(run) == {}
    store.put_fingerprints(run, {"model": "1" * 64, "spec": "2" * 64})
    store.put_fingerprints(run, {"spec": "3" * 64, "predictions/test": "4" * 64})
    assert store.fingerprints(run) == {"predictions/test": "4" * 64, "spec": "3" * 64}
    assert [event.what for event in store.events(run)][:2] == ["fingerprints-stored"] * 2
    with pytest.raises(StoreError, match="no run"):
        store.fingerprints("r-none")


def test_an_old_token_changes_nothing(store: Store, known: Dataset) -> None:
    run = store.add_run(spec(), name="a", who="ana", key="1").id
    claim = store.claim(HERE, "cpu")
    assert claim is not None
    store.put_fingerprints(run, {"spec": "1" * 64}, token=claim.token)
    with pytest.raises(StoreError, match="not held"):
        store.put_fingerprints(run, {"spec": "2" * 64}, token=claim.token + 1)
    assert store.fingerprints(run) == {"spec": "1" * 64}


def test_they_go_with_the_run(store: Store, known: Dataset) -> None:
    run = store.log_run(spec(), name="a", who="ana", key="1")
    store.put_fingerprints(run, {"spec": "1" * 64})
    store.delete_runs([run], "ana")
    store.purge_runs([run], "ana")
    with pytest.raises(StoreError, match="no run"):
        store.fingerprints(run)
