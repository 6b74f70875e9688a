"""The Compare page: paired differences in words, refusals with their reason, flipped rows, sealed test rows counted for every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from fmcore.data import shelf
from fmcore.evaluation import predictions
from fmcore.evaluation.compare import Difference
from fmcore.records import Estimate, Metric, Status
from fmcore.settings import get_settings
from fmcore.store import LoggedRun, NewRun, Store
from pages.shared.compare import compare_pick, compare_words
from tests.pages import history

COMPARE = "3_judge/compare"


def answered(store: Store, dataset, name: str, wrong: int, *, seed: int = 0, start: int = 0, n: int = 40) -> str:
    """Return the id of a done run on n validation and n test rows, of which ``wrong`` from ``start`` on were answered wrongly."""
    estimate = Estimate(1 - wrong / n, 0.1, 0.99, 0.95, n, "wilson")
    figures = [Metric(split, metric, None, estimate) for split in ("validation", "test") for metric in ("macro-f1", "accuracy")]
    new = NewRun(history.spec(dataset, seed=seed), name, "tester", f"key-{name}")
    [run_id] = store.log_runs([LoggedRun(new, history.progress(), figures, Status.DONE, 1.0)])
    target = np.arange(n) % 2
    bad = (np.arange(n) >= start) & (np.arange(n) < start + wrong)
    answer = np.where(bad, 1 - target, target)
    first = np.where(answer == 0, 0.9, 0.1)
    for split in ("validation", "test"):
        table = {"id": [f"{split}-{k}" for k in range(n)], "target": [history.LABELS[k] for k in target]}
        table |= {"answer": [history.LABELS[k] for k in answer]}
        table |= {f"p_{history.LABELS[0]}": first, f"p_{history.LABELS[1]}": 1 - first, "loss": np.where(bad, 2.3, 0.1)}
        predictions.write(pd.DataFrame(table), get_settings().runs() / run_id / "predictions" / f"{split}.parquet")
    return run_id


def test_a_run_that_is_wrong_far_more_often_is_worse_and_equal_ones_cannot_be_told_apart(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    good, bad, other = (
        answered(store, dataset, name, wrong, start=start) for name, wrong, start in (("good", 1, 0), ("bad", 20, 5), ("other", 2, 30))
    )
    page = history.app(COMPARE, runs=f"{good},{bad}")
    assert not page.exception and not page.error
    assert "good is better than bad" in history.words(page).replace("\\", "")
    page = history.app(COMPARE, runs=f"{good},{other}")
    assert "Nobody can tell good and other apart" in history.words(page).replace("\\", "")
    page = history.app(COMPARE, runs=f"{good},{bad},{other}")
    assert "**good** is ahead by Macro-F1 (0.975): better than bad; cannot be told from other." in history.words(page).replace("\\", "")
    table = page.dataframe[-1].value
    assert list(table["word"]) == ["better", "cannot tell", "worse"]
    assert list(table["won"]) == [20, 2, 2] and list(table["lost"]) == [1, 1, 20]
    assert list(table["first"]) == ["A · good", "A · good", "B · bad"], "long names are cut, so letters tell the runs of a pair apart"
    assert "**A** good" in history.words(page).replace("\\", "")


def test_runs_on_other_rows_are_refused_with_the_reason_and_their_names(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    one, two = answered(store, dataset, "one", 3), answered(store, dataset, "two", 3, n=50)
    page = history.app(COMPARE, runs=f"{one},{two}")
    told = page.error[0].value.replace("\\", "")
    assert "“one” and “two” did not answer the same items" in told and "10 only in the second" in told
    assert "Settings and curves" in history.words(page)


def test_seeds_of_one_spec_are_one_experiment(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    ids = [answered(store, dataset, f"seed {seed}", 2 + seed, seed=seed) for seed in range(3)]
    assert "3 seeds of one experiment" in history.words(history.app(COMPARE, runs=",".join(ids)))


def test_flipped_rows_are_named_by_who_was_right(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    history.finished_run(store, dataset)  # puts the rows on the shelf
    one, two = answered(store, dataset, "one", 1), answered(store, dataset, "two", 2, start=2)
    page = history.app(COMPARE, runs=f"{one},{two}", view="flips", flip="won")
    assert not page.exception and not page.error
    assert "**3** of 40 rows are answered differently" in history.words(page)
    assert len(page.dataframe[0].value) == 2


def test_flipped_rows_show_their_texts_where_the_data_has_a_column_called_id(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    rows = [(f"{s}-{k}", s, f"own {k}", f"{s} text {k}", history.LABELS[k % 2]) for s in ("train", "validation", "test") for k in range(40)]
    shelf.save(dataset, pd.DataFrame(rows, columns=["fmc_id", "fmc_split", "id", "text", "label"]), {})
    one, two = answered(store, dataset, "one", 0), answered(store, dataset, "two", 1, start=7)
    page = history.app(COMPARE, runs=f"{one},{two}", view="flips")
    assert not page.exception and not page.error
    assert page.dataframe[0].value[["text", "id"]].to_numpy().tolist() == [["validation text 7", "validation-7"]]


def test_opening_the_test_rows_counts_one_look_for_each_run(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    ids = [answered(store, dataset, name, 1) for name in ("one", "two")]
    page = history.app(COMPARE, runs=",".join(ids), split="test")
    assert "are sealed" in history.words(page) and [len(store.looks(one)) for one in ids] == [0, 0]
    page.button(key="open-compared").click().run()
    assert not page.error and "apart" in history.words(page)
    assert [len(store.looks(one)) for one in ids] == [1, 1]
    page.run()
    assert [len(store.looks(one)) for one in ids] == [1, 1]


def test_too_few_runs_is_a_state_with_a_next_step(home: Path) -> None:
    store = history.store()
    assert "Comparing needs two finished runs; found 0" in history.words(history.app(COMPARE))
    history.log_runs(store, history.add_dataset(store), 2)
    assert "Pick at least two runs" in history.words(history.app(COMPARE))


def test_runs_of_one_name_are_told_apart_by_the_end_of_their_id(home: Path) -> None:
    store = history.store()
    dataset = history.add_dataset(store)
    runs = [store.add_run(history.spec(dataset), name="same", who="tester", key=key, id=f"r-{key}") for key in ("aaaa", "bbbb")]
    assert list(compare_pick.unique_names(runs).values()) == ["same (aaaa)", "same (bbbb)"]


def test_the_best_by_loss_is_the_one_with_the_lowest() -> None:
    low, high = (Estimate(value, value - 0.1, value + 0.1, 0.95, 40, "t") for value in (0.3, 0.9))
    gap = Estimate(-0.6, -0.8, -0.4, 0.95, 40, "t")
    pairs = [Difference(a, b, "loss", gap, 0.001, 0.001, "Student's t", "better", 1, 1) for a, b in (("x", "y"), ("x", "z"))]
    pairs.append(Difference("y", "z", "loss", gap, 0.9, 0.9, "Student's t", "cannot-tell", 1, 1))
    told = compare_words.answer(pairs, {"x": low, "y": high, "z": high}, {"x": "X", "y": "Y", "z": "Z"}, "loss")
    assert told.startswith("**X** is the best by Loss (0.300)")
