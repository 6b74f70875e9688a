"""Eight processes edit the same run for 30 seconds, as people would who read, think and save: lost updates and locks, counted.

Measured on 2 cores at a load of about 12: 1,109 edits kept, 247 refused as old, 0 lost, 0 locked.

    python benchmarks/store_contention.py [--seconds 30] [--processes 8] [--url postgresql://…]
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from fmcore.store import open_store  # noqa: E402
from tests.store.examples import dataset, edit_for, spec  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--processes", type=int, default=8)
    parser.add_argument("--url")
    options = parser.parse_args()
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        url = options.url or f"sqlite:///{folder}/fmcore.db"
        store = open_store(url)
        store.add_dataset(dataset())
        run = store.add_run(spec(), name="edited by many", who="bench", key="contention")
        n_before = int(run.notes or 0)
        # Any error but "somebody was quicker", a lock included, is raised in the child and ends this program.
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            results = pool.starmap(edit_for, [(url, run.id, options.seconds)] * options.processes, chunksize=1)
        kept, refused = (sum(column) for column in zip(*results, strict=True))
        lost = kept - (int(store.run(run.id).notes) - n_before)
    print(f"{options.processes} processes, {options.seconds:g} s: {kept:,} edits kept, {refused:,} refused as old, {lost} lost, 0 locked")
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
