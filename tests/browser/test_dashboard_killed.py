"""A run does not need the dashboard that started it: that one is killed, training goes on, and the next one finds the run."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from fmcore import jobs
from fmcore.pipeline import datasets
from fmcore.records import Columns, Status
from fmcore.store import RunQuery, open_store
from tests.browser.served import browser, dashboard, server, visit
from tests.jobs.conftest import until

pytestmark = pytest.mark.browser


def test_training_goes_on_when_the_dashboard_is_killed_and_the_next_one_finds_it(
    home: Path, tiny_model: Path, tiny_rows: pd.DataFrame
) -> None:
    data = datasets.add(tiny_rows, Columns("text", "label"), name="rows", source="test", accept_problems=True, who="tester").id
    store = open_store()
    with dashboard(home) as address:
        with browser(address) as page:
            visit(page, f"{address}/finetune?data={data}&base={tiny_model}&epochs=100&max_length=32&batch_size=1&name=alone")
            page.get_by_test_id("stMain").get_by_role("button", name="Start").click()
            page.wait_for_url("**/run?run=*")
        [row] = store.runs(RunQuery()).runs
        until(store, row.run.id, lambda run: run.step > 0)
        [(_, job)] = store.running()
        dashboard_process = server(address)
        dashboard_process.kill()
        dashboard_process.wait(20)

        at = store.run(row.run.id).step
        until(store, row.run.id, lambda run: run.step >= at + 20)
        assert [process for _, process in store.running()] == [job], "the same process, not another attempt"

        with dashboard(home) as again, browser(again) as page:
            visit(page, f"{again}/run?run={row.run.id}")
            page.get_by_role("heading", name="alone").wait_for()
            shown = page.get_by_text(re.compile(r"Step [\d,]+ of")).first.inner_text()
            assert int(re.search(r"Step ([\d,]+) of", shown)[1].replace(",", "")) >= at + 20
            jobs.stop(row.run.id)
            run = until(store, row.run.id, lambda run: run.status.is_final)
    assert (run.status, run.attempts) == (Status.STOPPED, 1)
    points = [point.step for point in store.progress(run.id)] if home.exists() else []
    assert points == sorted(set(points))
