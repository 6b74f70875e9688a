"""The whole way in a real browser, with a real job and a two-layer model: upload, fine-tune, watch, read the report, find the run again."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Page

from fmcore.pipeline import datasets
from fmcore.records import Columns, Status
from fmcore.store import RunQuery, open_store
from tests.browser.served import browser, dashboard, settle, tick, visit

pytestmark = pytest.mark.browser


@pytest.fixture
def address(home: Path):
    home.mkdir()
    with dashboard(home) as url:
        yield url


def test_from_a_file_to_a_run_in_the_history(address: str, tiny_model: Path, tiny_rows: pd.DataFrame, tmp_path: Path) -> None:
    tiny_rows.to_csv(tmp_path / "rows.csv", index=False)
    with browser(address) as page:
        visit(page, f"{address}/add_data")
        page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(tmp_path / "rows.csv")
        page.get_by_role("button", name="Check the data").click()
        page.get_by_role("button", name="Save the data set").wait_for()
        settle(page)
        sure = page.get_by_text("I know these problems")
        if sure.count():
            sure.click()
            settle(page)
        page.get_by_role("button", name="Save the data set").click()
        page.wait_for_url("**/data?data=*")

        visit(page, f"{address}/finetune?base={tiny_model}&epochs=2&max_length=32&batch_size=16&name=journey")
        assert page.get_by_role("spinbutton", name="Epochs").input_value() == "2"
        page.get_by_text("Time", exact=True).wait_for(timeout=120_000)  # the forecast has come
        page.get_by_test_id("stMain").get_by_role("button", name="Start").click(click_count=3, delay=15)
        page.wait_for_url("**/run?run=*")
        page.get_by_role("heading", name="journey").wait_for()

        page.reload()  # closing and opening again changes nothing
        page.get_by_role("link", name="Read the report").wait_for(timeout=240_000)
        [row] = open_store().runs(RunQuery()).runs  # the triple click was one run
        assert row.run.name == "journey" and row.run.spec.settings["epochs"] == 2

        page.get_by_role("link", name="Read the report").click()
        page.get_by_text("Macro-F1 is").wait_for()
        settle(page)
        page.get_by_text("Row by row").click()
        page.get_by_text("12 of 12 rows").wait_for()
        settle(page)
        assert "view=rows" in page.url
        with page.expect_download() as file:
            page.get_by_role("button", name="Download these rows as CSV").click()
        assert len(pd.read_csv(file.value.path())) == 12

        assert open_store().looks(row.run.id) == []
        page.get_by_text("Test", exact=True).click()
        page.get_by_role("button", name="Open the test split").click()
        page.get_by_text("Opened 1 time so far").wait_for()
        assert [look.who for look in open_store().looks(row.run.id)] == ["tester"]

        visit(page, f"{address}/runs")
        tick(page, 0)
        with page.expect_download() as file:
            page.get_by_role("button", name="Export").click()
        names = {Path(name).name for name in zipfile.ZipFile(file.value.path()).namelist()}
        assert {"config.json", "model.safetensors", "spec.json", "data-card.md"} <= names


def test_a_live_run_is_stopped_and_goes_on_from_where_it_was(address: str, tiny_model: Path, tiny_rows: pd.DataFrame) -> None:
    data = datasets.add(tiny_rows, Columns("text", "label"), name="rows", source="test", accept_problems=True, who="tester").id
    with browser(address) as page:
        visit(page, f"{address}/finetune?data={data}&base={tiny_model}&epochs=100&max_length=32&batch_size=1&name=long")
        page.get_by_test_id("stMain").get_by_role("button", name="Start").click()
        page.wait_for_url("**/run?run=*")
        first = stopped(page, after=0)
        page.get_by_text("resume goes on from there").wait_for()
        page.get_by_role("button", name="Resume").click()
        assert stopped(page, after=first) > first

        page.reload()
        page.get_by_role("button", name="Resume").wait_for()
        [row] = open_store().runs(RunQuery()).runs
        assert row.run.status is Status.STOPPED
        steps = [point.step for point in open_store().progress(row.run.id)]
        assert steps == sorted(set(steps)), "a step that was made twice is kept once"


def stopped(page: Page, *, after: int) -> int:
    """Stop the run on the page when it has made more steps than ``after``; return the step that it stopped at."""
    page.wait_for_function(
        "after => Number((document.body.innerText.match(/Step ([0-9,]+) of/) || [, '0'])[1].replace(',', '')) > after",
        arg=after,
        timeout=120_000,
    )
    page.get_by_role("button", name="Stop", exact=False).first.click()
    page.get_by_test_id("stDialog").get_by_role("button", name="Stop the run").click()
    said = page.get_by_test_id("stAlert").get_by_text("as asked")
    said.wait_for(timeout=60_000)
    return int(re.search(r"step ([\d,]+) of", said.inner_text())[1].replace(",", ""))
