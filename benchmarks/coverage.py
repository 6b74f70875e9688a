"""How often the truth lies inside the intervals, and how often a verdict is wrong: simulations of worlds whose truth is known.

An interval of level 95 % should hold the truth in 95 of 100 samples; 93.5 to 96.5 % is what 2,000 simulations can tell from that. A verdict
may be wrong in at most 5 of 100 samples, all its questions together.

    python benchmarks/coverage.py [--simulations 2000] [--processes 2] [--only gap] [--json]
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before numpy: several processes share the cores already

import numpy as np  # noqa: E402

from benchmarks.coverage_settings import Setting, settings  # noqa: E402

INSIDE = (93.5, 96.5)
MOST_WRONG = 5.0
CHUNK = 50


def simulate(job: tuple[int, int, int]) -> tuple[int, dict[str, tuple[int, ...]]]:
    """Return the counts of some samples of one setting."""
    place, first, count = job
    setting = list(settings())[place]
    total: dict[str, np.ndarray] = {}
    for seed in range(first, first + count):
        for title, counts in setting.sample(1_000_003 * (place + 1) + seed).items():
            total[title] = total.get(title, 0) + np.array(counts)
    return place, {title: tuple(counts.tolist()) for title, counts in total.items()}


def measure(chosen: list[tuple[int, Setting]], simulations: int, processes: int) -> list[dict]:
    """Return one row per title: its family, kind, counts and share in percent."""
    jobs = [
        (place, first, min(CHUNK, many - first))
        for place, setting in chosen
        for many in [max(1, round(simulations / setting.cost))]
        for first in range(0, many, CHUNK)
    ]
    found: dict[int, dict[str, np.ndarray]] = {place: {} for place, _ in chosen}
    with multiprocessing.get_context("spawn").Pool(processes, initializer=os.nice, initargs=(5,)) as pool:
        for place, counts in pool.imap_unordered(simulate, jobs):
            for title, many in counts.items():
                found[place][title] = found[place].get(title, 0) + np.array(many)
    return [_row(setting, title, counts.tolist()) for place, setting in chosen for title, counts in found[place].items()]


def _row(setting: Setting, title: str, counts: list[int]) -> dict:
    share = 100 * counts[0] / sum(counts)
    chance = 100 * (share / 100 * (1 - share / 100) / sum(counts)) ** 0.5  # standard error of the share itself
    few = max(0.0, 300 * (0.05 * 0.95 / sum(counts)) ** 0.5 - 1.5)  # fewer simulations tell less
    right = share <= MOST_WRONG + 3 * chance if setting.kind == "errors" else INSIDE[0] - few <= share <= INSIDE[1] + few
    return {"family": setting.family, "kind": setting.kind, "title": title, "counts": counts, "percent": share, "as_stated": right}


def show(rows: Iterable[dict]) -> None:
    family = None
    for row in rows:
        if row["family"] != family:
            family = row["family"]
            columns = "wrong %" if row["kind"] == "errors" else "inside %   below   above   none"
            print(f"\n{family:72} {columns}")
        mark = "" if row["as_stated"] else "   ← outside"
        total = sum(row["counts"])
        parts = "" if row["kind"] == "errors" else "".join(f"{100 * count / total:8.1f}" for count in row["counts"][1:])
        print(f"  {row['title']:70} {row['percent']:8.1f}{parts}{mark}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simulations", type=int, default=2000)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", help="a family: proportion, evaluation, areas, paired, better or worse, gap, verdict, samples")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    chosen = [(place, one) for place, one in enumerate(settings()) if options.only in (None, one.family)]
    began = time.perf_counter()
    rows = measure(chosen, options.simulations, options.processes)
    if options.json:
        print(json.dumps(rows))
        return
    show(rows)
    outside = [row for row in rows if not row["as_stated"]]
    print(
        f"\n{len(rows) - len(outside)} of {len(rows)} as stated, {options.simulations:,} simulations, {time.perf_counter() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
