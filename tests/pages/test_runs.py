"""The Runs page: finding, sorting, comparing and putting away, with the test split out of sight."""

from __future__ import annotations

from pathlib import Path

from fmcore.records import Status
from pages.shared.runs import run_figures, runs_query
from tests.pages import history


def test_without_runs_the_page_says_so_and_leads_to_the_first(home: Path) -> None:
    page = history.app("2_train/runs")
    assert page.title[0].value == "Runs"
    assert "No run yet" in history.words(page)


def test_one_page_of_many_runs_is_drawn_sorted_by_the_metric_in_the_address(home: Path) -> None:
    store = history.store()
    history.log_runs(store, history.add_dataset(store), 120)
    page = history.app("2_train/runs", sort="metric:validation/macro-f1")
    table = page.dataframe[0].value
    assert len(table) == runs_query.PAGE_ROWS
    assert table["name"][0] == "run 119" and table["metric:validation/macro-f1"][0] == 0.619
    assert "**120 runs**, 1 to 50 shown" in history.words(page)


def test_the_second_page_goes_on_where_the_first_ends(home: Path) -> None:
    store = history.store()
    history.log_runs(store, history.add_dataset(store), 60)
    page = history.app("2_train/runs", sort="metric:validation/macro-f1", page="2")
    assert list(page.dataframe[0].value["name"]) == [f"run {n}" for n in range(9, -1, -1)]


def test_lists_never_offer_a_figure_of_the_test_split(home: Path) -> None:
    store = history.store()
    history.log_runs(store, history.add_dataset(store), 2)
    names = run_figures.figure_names(store.run_columns())
    assert any(column.startswith("metric:test/") for column in store.run_columns())
    assert not any("test/" in name for name in names)
    assert "test split stays sealed" in history.words(history.app("2_train/runs"))


def test_search_and_status_in_the_address_restore_the_view(home: Path) -> None:
    store = history.store()
    [first, *_others] = history.log_runs(store, history.add_dataset(store), 30)
    store.edit_run(first, version=1, who="tester", notes="the odd one")
    assert list(history.app("2_train/runs", q="odd ONE").dataframe[0].value["name"]) == ["run 0"]
    assert "No run matches" in history.words(history.app("2_train/runs", status=Status.FAILED.value))


def test_runs_in_the_bin_are_listed_only_there(home: Path) -> None:
    store = history.store()
    ids = history.log_runs(store, history.add_dataset(store), 3)
    store.delete_runs(ids[:1], who="tester")
    assert "**2 runs**" in history.words(history.app("2_train/runs"))
    page = history.app("2_train/runs")
    [way] = [b for b in page.button if b.label == "1 run in the bin"]
    way.click().run()
    assert list(page.dataframe[0].value["name"]) == ["run 0"]
    next(b for b in page.button if b.label == "Back to the runs").click().run()
    assert list(page.dataframe[0].value["name"]) == ["run 2", "run 1"]
    assert list(history.app("2_train/runs", bin="true").dataframe[0].value["name"]) == ["run 0"]


def test_a_link_to_the_comparison_that_stood_here_still_opens_it(home: Path) -> None:
    store = history.store()
    ids = history.log_runs(store, history.add_dataset(store), 2)
    page = history.app("2_train/runs", compare=",".join(ids))
    assert page.title[0].value == "Compare" and page.multiselect[0].value == ids


def test_a_list_that_fits_on_one_page_does_not_say_which_part_is_shown(home: Path) -> None:
    store = history.store()
    history.log_runs(store, history.add_dataset(store), 2)
    told = history.words(history.app("2_train/runs"))
    assert "**2 runs**" in told and "1 to 2 shown" not in told


def test_the_bin_is_emptied_after_a_question_and_spares_what_others_were_made_from(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    kept, gone, *_rest = history.log_runs(store, dataset, 3)
    store.add_run(history.spec(dataset), name="a clone", who="tester", key="clone", parents=(kept,))
    store.delete_runs([kept, gone], who="tester")
    page = history.app("2_train/runs", bin="true")
    next(b for b in page.button if b.label == "Empty the bin").click().run()
    assert "**1** run goes with its model" in history.words(page) and "1 run stays" in history.words(page)
    assert [b.label for b in page.button if b.key == "purge-yes"] == ["Remove for good"]  # clicked in tests/browser/test_runs_page.py


def test_a_bin_from_which_nothing_may_go_says_so_and_why(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    [kept, *_rest] = history.log_runs(store, dataset, 2)
    store.add_run(history.spec(dataset), name="a clone", who="tester", key="clone", parents=(kept,))
    store.delete_runs([kept], who="tester")
    page = history.app("2_train/runs", bin="true")
    next(b for b in page.button if b.label == "Empty the bin").click().run()
    told = history.words(page)
    assert "The run in the bin can't go: others outside the bin were made from it." in told and "**0** runs" not in told
    assert not [b for b in page.button if b.key == "purge-yes"]
