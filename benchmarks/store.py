"""Logging and listing 10,000 runs: this store against MLflow's SQLite store, side by side, in turns.

Each run: 12 settings, 20 points of progress with 5 values each, 12 metrics. Ours keeps each run in one transaction that is synced to the
disk (synchronous=FULL); MLflow's SQLite is left at its own defaults, which sync too. MLflow logs fewer runs, and its rate is compared;
before listing, its store is filled to the same number of runs by SQL. Both list 50 runs with all their settings and metrics.

Ours enters runs into the order they are sorted by 500 at a time; that is part of the time per run here. The first sort enters what is left
and is shown apart. On a busy machine both sides wait for their turn, ours for longer than it works, so CPU time stands beside wall time.

A commit of ours writes 8.6 pages and is flushed once. Measured on 2 cores at rest (AMD EPYC, Zen 5), three times in a row: log 0.41 to
0.44 ms to 26.0 to 28.4 ms (61, 65 and 64×), in bulk 0.23 ms a run (107 to 124×), first page by a metric 1.7 to 1.8 ms to 53 to 60 ms (31,
32 and 33×). Where the disk is slow, its flush is most of a run's time: at a load of 11, with 4 ms for one flush, 5.8 ms to 179 ms (31×).

    python benchmarks/store.py [--runs 10000] [--mlflow-runs 600] [--json]
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fmcore.records import BaseModel, Columns, Dataset, Estimate, Metric, Progress, RunSpec  # noqa: E402
from fmcore.store import LoggedRun, NewRun, RunQuery, Store, open_store  # noqa: E402

MLFLOW = "mlflow-skinny==3.17.2"
METRICS = [f"test/figure-{n}" for n in range(12)]
BLOCKS = 10


def contents(n: int) -> dict:
    """Return what run ``n`` consists of, the same for both stores."""
    settings = {"learning_rate": 1e-5 * (1 + n % 9), "seed": n, "schedule": ("linear", "cosine")[n % 2], "precision": "bf16"}
    settings |= {f"setting_{k}": (n * (k + 3)) % 97 for k in range(8)}
    names = ("train_loss", "learning_rate", "examples_per_second", "memory_mb", "validation_loss")
    progress = [
        {"step": step, "when": 1_700_000_000_000 + step, "values": {name: 1 / (step + k + 1) for k, name in enumerate(names)}}
        for step in range(20)
    ]
    metrics = {name: (n * 7919 + k) % 10_007 / 10_007 for k, name in enumerate(METRICS)}
    return {"settings": settings, "progress": progress, "metrics": metrics}


class Watch:
    """Wall and CPU seconds since it was made."""

    def __init__(self) -> None:
        cpu = time.process_time()  # first: reading it takes a tenth of what a page takes
        self.start = time.perf_counter(), cpu

    def read(self) -> tuple[float, float]:
        return time.perf_counter() - self.start[0], time.process_time() - self.start[1]


class Ours:
    def __init__(self, path: Path) -> None:
        self.store: Store = open_store(f"sqlite:///{path}")
        columns, when = Columns("text", "label"), "2026-01-01T00:00:00.000000+00:00"
        rows = {"train": 1}
        self.store.add_dataset(
            Dataset("d-1", "bench", 1, "text-classification", columns, ("a", "b"), rows, "f" * 64, 0, "bench", (), None, "bench", when)
        )
        self.base = BaseModel("embedded", "bert", "0" * 64, 22_700_000, 512, "embedded")

    def make(self, n: int, run: dict) -> LoggedRun:
        spec = RunSpec("finetune", "text-classification", "d-1", "f" * 64, 0, self.base, run["settings"], "0.1.0")
        progress = [Progress(p["step"], p["step"] / 10, p["when"] / 1000, p["values"]) for p in run["progress"]]
        named = [(*key.split("/"), value) for key, value in run["metrics"].items()]
        metrics = [Metric(split, name, None, Estimate(value, value, value, 0.95, 100, "bench")) for split, name, value in named]
        return LoggedRun(NewRun(spec, f"run {n}", "bench", f"key {n}"), progress, metrics)

    def log(self, first: int, runs: list[dict]) -> tuple[float, float]:
        watch = Watch()
        for n, run in enumerate(runs, first):
            self.store.log_runs([self.make(n, run)])
        return watch.read()

    def log_bulk(self, first: int, runs: list[dict]) -> float:
        watch = Watch()
        self.store.log_runs([self.make(n, run) for n, run in enumerate(runs, first)])
        return watch.read()[0]

    def page(self, metric: str) -> tuple[float, float]:
        columns = tuple(f"metric:{name}" for name in METRICS) + tuple(f"setting:{name}" for name in contents(0)["settings"])
        watch = Watch()
        page = self.store.runs(RunQuery(sort=f"metric:{metric}", columns=columns))
        seconds = watch.read()
        assert len(page.runs) == 50 and len(page.runs[0].values) == 24
        return seconds


class Peer:
    """MLflow in a process and an environment of its own."""

    def __init__(self, path: Path) -> None:
        folder = ROOT / "build" / "bench-mlflow"
        if not (folder / "ready").exists():
            venv.create(folder, with_pip=True)
            subprocess.run([folder / "bin/python", "-m", "pip", "install", "-q", MLFLOW, "sqlalchemy", "alembic"], check=True)
            (folder / "ready").touch()
        script = Path(__file__).with_name("store_mlflow.py")
        self.process = subprocess.Popen(
            [folder / "bin/python", script, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        while self.process.stdout.readline().strip() != '"ready"':
            if self.process.poll() is not None:
                raise SystemExit("MLflow's side did not start; run benchmarks/store_mlflow.py by hand to see why.")

    def __getattr__(self, name: str):
        def call(**values: object) -> list[float]:
            self.process.stdin.write(json.dumps({"do": name, **values}) + "\n")
            self.process.stdin.flush()
            return json.loads(self.process.stdout.readline())

        return call


def measure(n_runs: int, n_peer: int) -> dict:
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        ours, peer = Ours(Path(folder) / "ours.db"), Peer(Path(folder) / "mlflow.db")
        ours_logs, peer_logs = [], []
        for block in range(BLOCKS):
            first, many = block * (n_runs // BLOCKS), n_runs // BLOCKS
            ours_logs.append([seconds / many for seconds in ours.log(first, [contents(n) for n in range(first, first + many)])])
            first, many = block * (n_peer // BLOCKS), n_peer // BLOCKS
            peer_logs.append([seconds / many for seconds in peer.log(first=first, runs=[contents(n) for n in range(first, first + many)])])
        filled = peer.fill(total=n_runs)[0]
        first_sort = ours.page(METRICS[0])[0]
        pages = [(ours.page(METRICS[k % 12]), peer.page(metric=METRICS[k % 12])) for k in range(15)][3:]
        bulk = Ours(Path(folder) / "bulk.db").log_bulk(0, [contents(n) for n in range(n_runs)]) / n_runs
        peer.process.stdin.close()
        peer.process.wait()
    log = compare(ours_logs, peer_logs)
    return {
        "runs": n_runs, "mlflow_runs_logged": n_peer // BLOCKS * BLOCKS, "mlflow_filled_by_sql_seconds": filled,
        "log_ms": log, "log_bulk_ms": {"ours": bulk * 1e3, "ratio": log["mlflow"] / bulk / 1e3},
        "page_ms": compare(*zip(*pages, strict=True)), "first_sort_ms": first_sort * 1e3,
    }  # fmt: skip


def compare(ours: Sequence[Sequence[float]], peer: Sequence[Sequence[float]]) -> dict:
    """Return the medians of wall and CPU time in milliseconds, and how many times ours fits into MLflow's."""
    (ours_wall, ours_cpu), (peer_wall, peer_cpu) = ([statistics.median(c) * 1e3 for c in zip(*side, strict=True)] for side in (ours, peer))
    return {
        "ours": ours_wall, "mlflow": peer_wall, "ratio": peer_wall / ours_wall,
        "ours_cpu": ours_cpu, "mlflow_cpu": peer_cpu, "ratio_cpu": peer_cpu / ours_cpu,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--mlflow-runs", type=int, default=600)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    found = measure(options.runs, options.mlflow_runs)
    if options.json:
        print(json.dumps(found))
        return
    print(f"{found['runs']:,} runs; MLflow logged {found['mlflow_runs_logged']:,} and was filled to the same number by SQL")
    for key, title in (("log_ms", "log one run, one synced transaction"), ("page_ms", "first 50 runs by a metric")):
        row = found[key]
        print(f"  {title:38} ours {row['ours']:8.2f} ms   MLflow {row['mlflow']:8.2f} ms   {row['ratio']:6.1f}×")
        print(f"  {'  of it CPU':38} ours {row['ours_cpu']:8.2f} ms   MLflow {row['mlflow_cpu']:8.2f} ms   {row['ratio_cpu']:6.1f}×")
    row = found["log_bulk_ms"]
    print(f"  {'log in bulk, one transaction':38} ours {row['ours']:8.2f} ms a run                  {row['ratio']:6.1f}×")
    print(f"  {'the first sort of all':38} ours {found['first_sort_ms']:8.2f} ms")


if __name__ == "__main__":
    main()
