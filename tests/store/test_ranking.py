from __future__ import annotations

import pytest
import sqlalchemy as sa

from fmcore.records import Dataset
from fmcore.store import RunQuery, Store, ranking
from fmcore.store.rows import dump_figures, load_figures
from fmcore.store.tables import figures, unranked
from tests.store.examples import metric, spec


def log(store: Store, name: str, value: float, **settings: object) -> str:
    return store.log_run(spec(**settings), name=name, who="ana", key=name, metrics=[metric(value)])


def names(store: Store, sort: str = "metric:test/accuracy") -> list[str]:
    return [row.run.name for row in store.runs(RunQuery(sort=sort)).runs]


def count(store: Store, table: sa.Table) -> int:
    with store.engine.read() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def test_a_figure_that_changes_takes_its_run_to_another_place(store: Store, known: Dataset) -> None:
    first, _ = log(store, "a", 0.1), log(store, "b", 0.5)
    assert names(store) == ["b", "a"]
    store.put_metrics(first, [metric(0.7)])
    store.put_metrics(first, [metric(0.9), metric(0.3, "macro-f1")])  # twice before anybody sorts again
    assert names(store) == ["a", "b"] and names(store, "metric:test/macro-f1") == ["a", "b"]
    assert count(store, figures) == 5 and count(store, unranked) == 0  # two of epochs, two of accuracy, one of macro-f1


def test_a_figure_that_changes_before_its_run_was_ever_sorted_stands_once(store: Store, known: Dataset) -> None:
    store.put_metrics(log(store, "a", 0.1), [metric(0.7)])
    assert names(store) == ["a"] and count(store, figures) == 2


def test_runs_are_entered_while_they_are_logged(store: Store, known: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranking, "EVERY", 3)
    for n in range(7):
        log(store, str(n), n / 10)
    assert count(store, unranked) == 1 and count(store, figures) == 12
    assert names(store) == ["6", "5", "4", "3", "2", "1", "0"] and count(store, unranked) == 0


def test_a_run_that_is_removed_leaves_no_entry(store: Store, known: Dataset) -> None:
    gone = [log(store, "a", 0.1), log(store, "b", 0.2)]
    names(store)
    store.put_metrics(gone[0], [metric(0.5)])
    kept = log(store, "c", 0.3)
    store.delete_runs(gone, "ana")
    store.purge_runs(gone, "ana")
    assert names(store) == ["c"] and store.run(kept).name == "c" and count(store, figures) == 2


def test_a_setting_that_has_no_place_in_an_order_spoils_nothing(store: Store, known: Dataset) -> None:
    log(store, "a", 0.1, dropout=float("nan"), note="a\0b", batch_size=8)
    log(store, "b", 0.2, batch_size=16)
    assert names(store, "setting:batch_size") == ["b", "a"]
    assert store.run_columns() == ["metric:test/accuracy", "setting:batch_size", "setting:epochs", "setting:note"]


def test_figures_come_back_as_they_were() -> None:
    packed = dump_figures({"rate": 1e-5, "schedule": "linear", "none": None, "on": True}, [metric(0.1 + 0.2), metric(0.5, "f1", label="x")])
    assert load_figures(packed) == {
        "metric:test/accuracy": 0.1 + 0.2, "setting:rate": 1e-5, "setting:on": 1.0, "setting:schedule": "linear",
    }  # fmt: skip
