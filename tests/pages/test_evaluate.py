"""The Evaluate page: the answer first, the test split sealed and counted, every row in reach."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pyarrow as pa

from pages.shared.evaluate import evaluate_answer, items_rows
from tests.pages import history


def test_the_answer_stands_first_with_its_interval(home: Path) -> None:
    store = history.store()
    run_id = history.finished_run(store, history.add_dataset(store))
    page = history.app("3_judge/evaluate", run=run_id)
    assert not page.exception and not page.error
    accuracy = next(metric for metric in page.metric if metric.label == "Accuracy")
    assert accuracy.value == "0.750"
    assert "on 4 validation rows" in history.words(page)


def test_the_test_split_stays_sealed_until_it_is_opened_and_each_opening_counts(home: Path) -> None:
    store = history.store()
    run_id = history.finished_run(store, history.add_dataset(store))
    page = history.app("3_judge/evaluate", run=run_id, split="test")
    assert "The test split is sealed" in history.words(page) and not page.metric
    assert store.looks(run_id) == []
    page.button(key="open-test").click().run()
    assert next(metric for metric in page.metric if metric.label == "Accuracy").value == "0.500"
    assert len(store.looks(run_id)) == 1
    page.run()  # a rerun is no further look
    assert len(store.looks(run_id)) == 1
    again = history.app("3_judge/evaluate", run=run_id, split="test")  # another visit is
    assert "sealed" in history.words(again) and "Opened 1 time so far" in str([box.label for box in again.expander])


def test_rows_can_be_reached_by_address(home: Path) -> None:
    store = history.store()
    run_id = history.finished_run(store, history.add_dataset(store))
    page = history.app("3_judge/evaluate", run=run_id, view="rows", wrong="true")
    assert "**1** of 4 rows" in history.words(page)


def test_the_largest_mix_up_is_named_and_escaped(home: Path) -> None:
    store = history.store()
    run_id = history.finished_run(store, history.add_dataset(store))
    page = history.app("3_judge/evaluate", run=run_id, view="confusion")
    sentence = next(one.value for one in page.markdown if "taken for" in one.value)
    assert sentence.startswith("1 of 4 rows were answered wrongly") and "<b>" not in sentence.replace("\\<b\\>", "")


def rows() -> pa.Table:
    return pa.table(
        {
            "right": [True, False, False],
            "target": ["a", "a", "b"],
            "answer": ["a", "b", "a"],
            "confidence": [0.9, 0.6, 0.8],
            "text": ["Red apple", "green pear", None],
            "loss": [0.1, 0.9, 1.6],
            "id": ["1", "2", "3"],
        }
    )


def ids(**wish: object) -> list[str]:
    return items_rows.chosen(rows(), items_rows.Wish(**wish), ("text",))["id"].to_pylist()


def test_filters_leave_the_rows_that_match_all_of_them() -> None:
    assert ids(order="file") == ["1", "2", "3"]
    assert ids(wrong_only=True) == ["3", "2"]  # the largest loss first
    assert ids(target="a", answer="b") == ["2"]
    assert ids(search="APPLE red") == ["1"]
    assert ids(confidence=(0.7, 0.85)) == ["3"]
    assert ids(order="unsure") == ["2", "3", "1"]


def test_the_csv_download_holds_no_formula_and_the_parquet_holds_the_text() -> None:
    table = pa.table({"text": ["=1+1", "fine"]})
    assert pd.read_csv(io.BytesIO(items_rows.as_csv(table)()))["text"].tolist() == ["'=1+1", "fine"]
    assert pd.read_parquet(io.BytesIO(items_rows.as_parquet(table)()))["text"].tolist() == ["=1+1", "fine"]


def test_a_figure_without_value_says_why() -> None:
    from fmcore.records import Estimate, say

    missing = Estimate(None, None, None, 0.95, 0, "wilson", say("No row has this class."))
    assert "No row has this class" in evaluate_answer.sentence("validation", "macro-f1", missing)


def test_confidence_is_judged_and_lines_are_drawn_on_validation(home: Path) -> None:
    store = history.store()
    run_id = history.finished_run(store, history.add_dataset(store))
    page = history.app("3_judge/evaluate", run=run_id, view="confidence", alarm="0", miss="0")
    assert not page.exception and not page.error
    assert "any line will do" in history.words(page)
    priced = history.app("3_judge/evaluate", run=run_id, view="confidence", alarm="1", miss="9")
    assert not priced.exception and not priced.error
    assert "Chosen on validation" in history.words(priced) and len(priced.get("plotly_chart")) == 3


def test_weak_parts_are_searched_and_every_part_is_listed(home: Path) -> None:
    store = history.store()
    run_id = history.finished_run(store, history.add_dataset(store))
    page = history.app("3_judge/evaluate", run=run_id, view="parts")
    assert not page.exception and not page.error
    assert "There is nothing to search: no part has 20 rows in each half" in history.words(page)
    assert page.dataframe[0].value["part"].tolist() == ["the text has 3 words"]
