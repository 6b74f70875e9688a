"""MLflow's side of benchmarks/store.py. Runs in MLflow's own environment; takes one JSON command a line, answers in seconds, wall and CPU.

Uses its fastest documented way: per run one create_run, one log_batch with everything, one set_terminated.
"""

from __future__ import annotations

import json
import sqlite3
import sys
import time
import uuid

from mlflow.entities import Metric, Param, RunTag
from mlflow.tracking import MlflowClient


def now() -> tuple[float, float]:
    cpu = time.process_time()  # first: reading it takes long, where it is a call to the system
    return time.perf_counter(), cpu


def since(start: tuple[float, float]) -> tuple[float, float]:
    """Return wall and CPU seconds since then."""
    return time.perf_counter() - start[0], time.process_time() - start[1]


class Peer:
    def __init__(self, path: str) -> None:
        self.path = path
        self.client = MlflowClient(tracking_uri=f"sqlite:///{path}")
        self.experiment = self.client.create_experiment("bench")

    def log(self, first: int, runs: list[dict]) -> tuple[float, float]:
        start = now()
        for n, run in enumerate(runs, first):
            run_id = self.client.create_run(self.experiment, run_name=f"run {n}").info.run_id
            points = [Metric(key, value, p["when"], p["step"]) for p in run["progress"] for key, value in p["values"].items()]
            final = [Metric(key, value, 1_700_000_000_000, 0) for key, value in run["metrics"].items()]
            params = [Param(key, str(value)) for key, value in run["settings"].items()]
            self.client.log_batch(run_id, metrics=points + final, params=params, tags=[RunTag("dataset", "d-1")])
            self.client.set_terminated(run_id)
        return since(start)

    def fill(self, total: int) -> tuple[float, float]:
        """Copy logged runs by SQL until there are ``total``, each with values of its own. Listing reads what is copied here."""
        start = now()
        with sqlite3.connect(self.path) as db:
            have = [row[0] for row in db.execute("SELECT run_uuid FROM runs")]
            for n in range(total - len(have)):
                old, new = have[n % len(have)], uuid.uuid4().hex
                for table, varied in (("runs", None), ("params", None), ("tags", None), ("latest_metrics", "value")):
                    columns = [row[1] for row in db.execute(f"PRAGMA table_info({table})")]
                    new_ones = {"run_uuid": "?", varied: f"abs(random() % 1000003) / 1000003.0 AS {varied}"}
                    taken = ", ".join(new_ones.get(c, f'"{c}"') for c in columns)
                    listed = ", ".join(f'"{c}"' for c in columns)
                    db.execute(f"INSERT INTO {table} ({listed}) SELECT {taken} FROM {table} WHERE run_uuid = ?", (new, old))
            db.execute("ANALYZE")
        return since(start)

    def page(self, metric: str) -> tuple[float, float]:
        start = now()
        found = self.client.search_runs([self.experiment], order_by=[f"metrics.`{metric}` DESC"], max_results=50)
        seconds = since(start)
        assert len(found) == 50 and len(found[0].data.params) == 12
        return seconds


def main() -> None:
    peer = Peer(sys.argv[1])
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        command = json.loads(line)
        print(json.dumps(getattr(peer, command.pop("do"))(**command)), flush=True)


if __name__ == "__main__":
    main()
