from __future__ import annotations

import json
import multiprocessing
import time
from dataclasses import replace

import pytest

from fmcore.errors import StoreError
from fmcore.records import Dataset, RunSpec, Status, from_json
from fmcore.store import LoggedRun, NewRun, RunQuery, Store, Where
from fmcore.store.part import dumps
from fmcore.store.rows import dump_spec, load_spec
from tests.store.examples import add_with_one_key, dataset, edit_for, metric, point, spec

spawn = multiprocessing.get_context("spawn")


def log(store: Store, name: str, *values: float | None, tags: tuple[str, ...] = (), notes: str = "", **settings: object) -> str:
    """Record a finished run whose metrics accuracy and, if given, macro-f1 have these values."""
    metrics = [metric(value, figure) for value, figure in zip(values, ("accuracy", "macro-f1"), strict=False)]
    new = NewRun(spec(**settings), name, "ana", f"key of {name}")
    return store.log_runs([LoggedRun(new, metrics=metrics, tags=tags, notes=notes)])[0]


def names(store: Store, **query: object) -> list[str]:
    return [row.run.name for row in store.runs(RunQuery(**query)).runs]


def test_a_run_comes_back_as_it_was(store: Store, known: Dataset) -> None:
    run = store.add_run(spec(learning_rate=1e-4), name="first", who="ana", key="k", parents=("r-0",), id="r-1")
    assert (run.id, run.name, run.who, run.status, run.parents) == ("r-1", "first", "ana", Status.QUEUED, ("r-0",))
    assert run.spec == spec(learning_rate=1e-4)
    assert store.run("r-1") == run
    assert [event.what for event in store.events("r-1")] == ["run-added"]


def test_the_quick_ways_of_writing_a_spec_and_reading_it_agree_with_the_plain_one() -> None:
    given = spec(learning_rate=1e-4, classes=(1, 2), note="é 客", nested={"a": None})
    assert dump_spec(given) == dumps(given)
    assert load_spec(json.loads(dumps(given)[:-1] + ', "newer": 1}')) == from_json(RunSpec, json.loads(dumps(given)))


def test_one_key_is_one_run(store: Store, known: Dataset) -> None:
    first = store.add_run(spec(), name="first", who="ana", key="k")
    assert store.add_run(spec(), name="second", who="ben", key="k") == first
    assert store.queue() == [first] and len(store.events(first.id)) == 1


def test_eight_processes_with_one_key_make_one_run(store: Store, known: Dataset) -> None:
    with spawn.Pool(8) as pool:
        ids = pool.map(add_with_one_key, [store_url(store)] * 8, chunksize=1)
    assert len(set(ids)) == 1 and store.runs().total == 1 and len(store.queue()) == 1


def test_an_id_that_is_taken_is_refused(store: Store, known: Dataset) -> None:
    store.add_run(spec(), name="a", who="ana", key="1", id="r-1")
    with pytest.raises(StoreError, match="a run r-1 already"):
        store.add_run(spec(), name="b", who="ana", key="2", id="r-1")


def test_many_runs_are_added_whole_or_not_at_all(store: Store, known: Dataset) -> None:
    runs = store.add_runs([NewRun(spec(), str(n), "ana", str(n)) for n in range(3)])
    assert [run.name for run in runs] == [run.name for run in store.queue()] == ["0", "1", "2"]
    with pytest.raises(StoreError):
        store.add_runs([NewRun(spec(), "3", "ana", "3"), NewRun(spec("d-none"), "4", "ana", "4")])
    assert store.runs().total == 3


def test_runs_are_sorted_by_a_metric_and_those_without_come_last(store: Store, known: Dataset) -> None:
    for name, value in [("mid", 0.5), ("none", None), ("high", 0.9), ("low", 0.1)]:
        log(store, name, value)
    log(store, "bare")
    assert names(store, sort="metric:test/accuracy") == ["high", "mid", "low", "bare", "none"]
    assert names(store, sort="metric:test/accuracy", descending=False) == ["low", "mid", "high", "bare", "none"]


def test_runs_are_sorted_by_a_setting_numbers_by_size(store: Store, known: Dataset) -> None:
    log(store, "ten", batch_size=10)
    log(store, "bare")
    log(store, "nine", batch_size=9)
    assert names(store, sort="setting:batch_size") == ["ten", "nine", "bare"]
    assert names(store, sort="setting:batch_size", descending=False) == ["nine", "ten", "bare"]


def test_words_in_a_setting_sort_after_numbers(store: Store, known: Dataset) -> None:
    for name, value in [("linear", "linear"), ("two", 2), ("cosine", "cosine"), ("one", True)]:
        log(store, name, schedule=value)
    assert names(store, sort="setting:schedule", descending=False) == ["one", "two", "cosine", "linear"]


def test_runs_are_sorted_by_name_whatever_its_case(store: Store, known: Dataset) -> None:
    for name in ("beta", "Alpha", "gamma"):
        log(store, name)
    assert names(store, sort="name", descending=False) == ["Alpha", "beta", "gamma"]
    assert names(store, sort="when") == ["gamma", "Alpha", "beta"]


@pytest.mark.parametrize("sort", ["when", "name", "seconds", "metric:test/accuracy", "setting:epochs", "setting:batch_size"])
@pytest.mark.parametrize("descending", [True, False])
def test_pages_cover_every_run_once(store: Store, known: Dataset, sort: str, descending: bool) -> None:
    for n in range(23):
        settings = {"batch_size": n % 4} if n % 3 else {}
        store.log_runs([LoggedRun(NewRun(spec(**settings), "same", "ana", str(n)), metrics=[metric(0.5)] if n % 2 else [])])
    query = {"sort": sort, "descending": descending, "limit": 5}
    pages = [store.runs(RunQuery(**query, offset=offset)) for offset in range(0, 30, 5)]
    found = [row.run.id for page in pages for row in page.runs]
    assert len(found) == len(set(found)) == 23 and {page.total for page in pages} == {23}
    whole = store.runs(RunQuery(sort=sort, descending=descending, limit=100))
    assert [row.run.id for row in whole.runs] == found


def test_a_page_carries_the_figures_asked_for(store: Store, known: Dataset) -> None:
    log(store, "a", 0.5, 0.25, schedule="linear")
    (row,) = store.runs(RunQuery(columns=("metric:test/macro-f1", "setting:epochs", "setting:schedule", "metric:test/loss"))).runs
    assert row.values == {"metric:test/macro-f1": 0.25, "setting:epochs": 3.0, "setting:schedule": "linear"}


def test_figures_of_one_class_are_not_the_figure_of_the_run(store: Store, known: Dataset) -> None:
    new = NewRun(spec(), "a", "ana", "k")
    store.log_runs([LoggedRun(new, metrics=[metric(0.9, "f1", label="good"), metric(0.1, "f1", label="bad")])])
    (row,) = store.runs(RunQuery(columns=("metric:test/f1",), sort="metric:test/f1")).runs
    assert row.values == {} and store.run_columns() == ["setting:epochs"]


def test_searching_looks_at_name_notes_tags_data_and_owner(store: Store, known: Dataset) -> None:
    log(store, "Bank 100%", tags=("baseline",))
    log(store, "Bank 1000", notes="the good one")
    assert names(store, search="bank") == ["Bank 1000", "Bank 100%"]
    assert names(store, search="100%") == ["Bank 100%"]
    assert names(store, search="GOOD bank") == ["Bank 1000"]
    assert names(store, search="baseL d-1 ana embedded") == ["Bank 100%"]
    assert names(store, search="bank", sort="metric:test/accuracy") == ["Bank 1000", "Bank 100%"]
    log(store, "Überweisung 客服")
    assert names(store, search="ÜberWEISUNG 客") == ["Überweisung 客服"]


def test_runs_are_filtered_by_what_they_are(store: Store, known: Dataset) -> None:
    store.add_dataset(dataset("d-2", name="mails"))
    log(store, "one", 0.5, tags=("x",), batch_size=8)
    store.log_run(spec("d-2", batch_size=16), name="two", who="ben", key="2", metrics=[metric(0.7)])
    store.add_run(spec(schedule="cosine"), name="three", who="ana", key="3")
    assert names(store, dataset="d-2") == ["two"]
    assert names(store, tag="x") == ["one"]
    assert names(store, status=Status.QUEUED) == ["three"]
    assert names(store, where=(Where("metric:test/accuracy", ">=", 0.5),)) == ["two", "one"]
    assert names(store, where=(Where("metric:test/accuracy", ">", 0.5), Where("setting:batch_size", "<", 100))) == ["two"]
    assert names(store, where=(Where("setting:schedule", "=", "cosine"),)) == ["three"]
    assert names(store, where=(Where("who", "=", "ben"),), sort="setting:batch_size") == ["two"]


@pytest.mark.parametrize(
    "query", [{"sort": "weather"}, {"sort": "metric:accuracy"}, {"columns": ("epochs",)}, {"where": (Where("name", "~", "x"),)}]
)
def test_an_unknown_column_or_operator_is_said_so(store: Store, query: dict) -> None:
    with pytest.raises(StoreError, match="There is no (column|operator) .*; known: "):
        store.runs(RunQuery(**query))


def test_what_runs_can_be_sorted_by_is_known(store: Store, known: Dataset) -> None:
    log(store, "a", 0.5, 0.5, seed=1)
    log(store, "b", 0.5, schedule="linear")
    assert store.run_columns() == [
        "metric:test/accuracy", "metric:test/macro-f1", "setting:epochs", "setting:schedule", "setting:seed",
    ]  # fmt: skip


def test_runs_are_filtered_by_stage(store: Store, known: Dataset) -> None:
    for stage in ("finetune", "baseline", "swaps"):
        store.add_run(replace(spec(), stage=stage), name=stage, who="ana", key=stage)
    assert names(store) == ["swaps", "baseline", "finetune"]
    assert names(store, stages=("finetune", "baseline"), sort="metric:validation/accuracy") == ["baseline", "finetune"]
    assert store.runs(RunQuery(stages=("swaps",))).total == 1


def test_an_edit_of_an_old_version_is_refused(store: Store, known: Dataset) -> None:
    run = store.add_run(spec(), name="a", who="ana", key="k")
    edited = store.edit_run(run.id, version=1, who="ben", name="b", tags=["y", "x", "x", " "], notes="n")
    assert (edited.name, edited.tags, edited.notes, edited.version) == ("b", ("x", "y"), "n", 2)
    with pytest.raises(StoreError, match="Somebody else edited"):
        store.edit_run(run.id, version=1, who="ana", notes="mine")
    assert store.run(run.id) == edited
    assert store.edit_run(run.id, version=2, who="ana", tags=[]).notes == "n"
    assert store.run_tags() == []
    assert [event.what for event in store.events(run.id)] == ["run-edited", "run-edited", "run-added"]
    assert [event.who for event in store.events(run.id)] == ["ana", "ben", "ana"]


def test_eight_processes_edit_and_no_edit_is_lost(store: Store, known: Dataset) -> None:
    run = store.add_run(spec(), name="a", who="ana", key="k")
    with spawn.Pool(8) as pool:
        results = pool.starmap(edit_for, [(store_url(store), run.id, 3.0)] * 8, chunksize=1)
    kept = sum(kept for kept, _ in results)
    after = store.run(run.id)
    assert kept >= 8 and after.notes == str(kept) and after.version == kept + 1


def test_the_bin_hides_and_gives_back(store: Store, known: Dataset) -> None:
    first, second = log(store, "a", 0.5), log(store, "b", 0.5)
    store.delete_runs([first], "ana")
    assert names(store) == ["b"] and names(store, deleted=True) == ["a"] and store.run(first).deleted
    assert names(store, sort="metric:test/accuracy") == ["b"]
    assert names(store, sort="metric:test/accuracy", deleted=True) == ["a"]
    with pytest.raises(StoreError, match="no run r-none"):
        store.delete_runs([second, "r-none"], "ana")
    store.restore_runs([first], "ben")
    assert sorted(names(store)) == ["a", "b"] and store.run(first).deleted is None
    assert [event.what for event in store.events(first)] == ["run-restored", "run-deleted", "run-logged"]


def test_a_run_that_waits_or_runs_cannot_be_deleted(store: Store, known: Dataset) -> None:
    run = store.add_run(spec(), name="a", who="ana", key="k")
    with pytest.raises(StoreError, match="Run a is queued or running; stop it first"):
        store.delete_runs([run.id], "ana")


def test_only_the_bin_can_be_emptied(store: Store, known: Dataset) -> None:
    first = log(store, "a", 0.5, tags=("x",))
    with pytest.raises(StoreError, match="Only runs in the bin"):
        store.purge_runs([first], "ana")
    store.delete_runs([first], "ana")
    store.purge_runs([first], "ana")
    with pytest.raises(StoreError, match=f"no run {first}"):
        store.run(first)
    assert store.run_columns() == [] and store.run_tags() == []
    assert store.events(first)[0].what == "run-purged"


def test_a_run_outside_the_bin_is_told_as_such_even_where_others_were_made_from_it(store: Store, known: Dataset) -> None:
    first = log(store, "a", 0.5)
    store.log_runs([LoggedRun(NewRun(spec(), "c", "ana", "c", parents=(first,)))])
    for ask in (store.check_purge, lambda ids: store.purge_runs(ids, "ana")):
        with pytest.raises(StoreError, match=f"Run {first} is not in the bin. Only runs in the bin can be removed for good"):
            ask([first])


def test_a_run_that_others_were_made_from_stays_until_they_go(store: Store, known: Dataset) -> None:
    first, other = log(store, "a", 0.5), log(store, "b", 0.5)
    [child] = store.log_runs([LoggedRun(NewRun(spec(), "c", "ana", "c", parents=(first,)))])
    store.delete_runs([first, other], "ana")
    assert store.purgeable_runs() == ([other], [first])
    with pytest.raises(StoreError, match=f"{child} was made from it"):
        store.purge_runs([other, first], "ana")
    assert sorted(names(store, deleted=True)) == ["a", "b"]
    store.delete_runs([child], "ana")
    assert store.purgeable_runs() == (sorted([first, other, child]), [])
    store.purge_runs([first, child], "ana")
    assert names(store, deleted=True) == ["b"]


def test_a_recorded_run_is_whole(store: Store, known: Dataset) -> None:
    points, figures = [point(1), point(2)], [metric(0.5)]
    run_id = store.log_run(spec(), name="a", who="ana", key="k", progress=points, metrics=figures, seconds=3.5, device="cpu")
    run = store.run(run_id)
    assert (run.status, run.seconds, run.device, run.step) == (Status.DONE, 3.5, "cpu", 2)
    assert store.progress(run_id) == [point(1), point(2)] and store.metrics(run_id) == [metric(0.5)]
    assert store.log_run(spec(), name="a", who="ana", key="k", metrics=[metric(0.7)]) == run_id
    assert store.metrics(run_id) == [metric(0.5)]


def test_runs_are_counted_by_status(store: Store, known: Dataset) -> None:
    log(store, "a")
    store.add_run(spec(), name="b", who="ana", key="k")
    assert {status.value: n for status, n in store.count_runs().items() if n} == {"done": 1, "queued": 1}


def test_the_first_page_of_many_runs_is_quick(store: Store, known: Dataset) -> None:
    n_runs = 10_000 if store.engine.is_sqlite else 2_000
    many = [
        LoggedRun(NewRun(spec(seed=n, batch_size=n % 7), f"run {n}", "ana", str(n)), metrics=[metric((n * 7919 % 10_007) / 10_007)])
        for n in range(n_runs)
    ]
    store.log_runs(many)
    for query in (
        RunQuery(),
        RunQuery(sort="metric:test/accuracy", columns=("metric:test/accuracy", "setting:seed")),
        RunQuery(sort="setting:seed", descending=False),
        RunQuery(sort="name"),
    ):
        store.runs(query)
        times = []
        for _ in range(5):
            start = time.process_time()  # SQLite works in this process; a busy machine must not turn the test red
            page = store.runs(query)
            times.append(time.process_time() - start)
        assert page.total == n_runs and len(page.runs) == 50
        assert min(times) < 0.03, (query.sort, times)


def store_url(store: Store) -> str:
    return store.engine.url.render_as_string(hide_password=False)
