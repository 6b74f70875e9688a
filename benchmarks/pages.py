"""How long a person waits for each page, in Chromium, over a store of 200 runs, and for the Runs page over one of 10,000.

    python -m benchmarks.pages [--home FOLDER] [--json]

A home folder with one finished demo run (about a minute; ``--home`` takes one that is there, and copies it) is filled with logged runs.
The dashboard is started three times; what is timed first is from its start to the first page drawn. Then every page is opened by its
address in a browser that knows the site's scripts, five times each; the median and the longest stand here. A page is drawn when its
title is there, its script has ended and nothing on it is marked as old or still to come.

Aims: 5 s from the start to the first page, 1.5 s for every page. Measured on 2 cores (AMD EPYC, Zen 5) at rest: first page
2.2 s (longest 2.3), pages 0.4 to 0.8 s (longest 1.0, Playground), Runs over 10,000 0.5 s (longest 0.6).
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.browser.served import CHROMIUM, FLAGS, dashboard

STARTS, VISITS = 3, 5
METRICS = ("macro-f1", "accuracy", "loss")
LIVE = shutil.ignore_patterns("inference", "*.lock", "*.log")
DRAWN = """() => {
    const app = document.querySelector("[data-testid=stApp][data-test-script-state=notRunning]")
    return app && document.querySelector("h1") && !document.querySelector("[data-stale=true], [data-testid=stSkeleton]")
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a home folder with a finished run; one is made when not given")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fmcore-pages-") as folder:
        home = Path(folder) / "home"
        os.environ.update(FMCORE_HOME=str(home), FMCORE_OFFLINE="1")
        if args.home:
            shutil.copytree(args.home, home, ignore=LIVE)
        else:
            subprocess.run([sys.executable, "-m", "fmcore", "demo", "--json"], check=True, stdout=subprocess.DEVNULL)
        run = done()
        with sync_playwright() as playwright:
            chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            found = measure(home, run, chromium.new_page(viewport={"width": 1280, "height": 900}))
            chromium.close()
    print(json.dumps(found, indent=2)) if args.json else show(found)


def done() -> Any:
    """Return the run of the home folder that is done."""
    from fmcore.records import Status
    from fmcore.store import RunQuery, open_store

    store = open_store()
    rows = [row.run for row in store.runs(RunQuery()).runs if row.run.status is Status.DONE and row.run.spec.stage == "finetune"]
    return rows[0]


def measure(home: Path, run: Any, page: Page) -> dict[str, Any]:
    fill(run, 200)
    found: dict[str, Any] = {"first": []}
    for _ in range(STARTS):
        began, kept = time.perf_counter(), home.with_name("kept")
        shutil.copytree(home, kept, ignore=LIVE)  # the dashboard's folder goes when it ends
        copied = time.perf_counter() - began
        with dashboard(kept) as url:
            wait(page, url)
            found["first"].append(time.perf_counter() - began - copied)
    with dashboard(home) as url:
        found["pages"] = {name: visits(page, f"{url}/{path}") for name, path in addresses(run).items()}
        fill(run, 10_000)
        found["Runs, 10,000"] = visits(page, f"{url}/runs")
    return found


def addresses(run: Any) -> dict[str, str]:
    from pages.shared.places import PLACES

    menu = {place.title: "" if name == "home" else place.path.stem for name, place in PLACES.items() if place.in_menu}
    views = {f"Evaluate, {view}": f"evaluate?run={run.id}&view={view}" for view in ("figures", "confusion", "confidence", "rows")}
    of_run = {f"{name} of a run": f"{name.lower()}?run={run.id}" for name in ("Audit", "Swaps", "Playground", "Explain")}
    return menu | {"Run": f"run?run={run.id}"} | views | of_run


def visits(page: Page, url: str) -> list[float]:
    wait(page, url)  # the first visit of all loads scripts and fills caches; those after it are what people meet all day
    found = []
    for _ in range(VISITS):
        page.goto("about:blank")
        began = time.perf_counter()
        wait(page, url)
        found.append(time.perf_counter() - began)
    return found


def wait(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_function(DRAWN, polling="raf", timeout=60_000)


def fill(run: Any, count: int) -> None:
    """Log runs beside this one until there are so many."""
    from fmcore.records import Estimate, Metric, Progress
    from fmcore.store import LoggedRun, NewRun, RunQuery, open_store

    store = open_store()
    there = store.runs(RunQuery()).total

    def logged(n: int) -> LoggedRun:
        value = (n * 7919 % 10_007) / 10_007
        metrics = [Metric("validation", name, None, Estimate(value, value, value, 0.95, 100, "bench")) for name in METRICS]
        progress = [Progress(step, step / 10, 1_700_000_000 + step, {"train_loss": 1 / (step + 1)}) for step in range(20)]
        return LoggedRun(NewRun(run.spec, f"run {n}", "bench", f"key {n}"), progress, metrics, seconds=60.0)

    store.log_runs([logged(n) for n in range(there, count)])


def show(found: dict[str, Any]) -> None:
    print(f"from the start of the server to the first page  {_line(found['first'])}")
    for name, seconds in (found["pages"] | {"Runs, 10,000 runs": found["Runs, 10,000"]}).items():
        print(f"{name:22s} {_line(seconds)}")


def _line(seconds: list[float]) -> str:
    return f"median {statistics.median(seconds):5.2f} s   longest {max(seconds):5.2f} s"


if __name__ == "__main__":
    main()
