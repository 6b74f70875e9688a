"""A run in a process of its own, for tests that kill it: ``python -m tests.training.job BASE RUN_FOLDER [settings as JSON]``.

Writes every reported step to RUN_FOLDER/losses.jsonl, at once, so that a killed process leaves what it said.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd

from fmcore.records import BaseModel, Columns, Dataset, Progress, RunSpec, to_json

SETTINGS = {
    "average_share": 0.2,
    "epochs": 2,
    "batch_size": 8,
    "max_length": 32,
    "learning_rate": 3e-3,
    "device": "cpu",
    "precision": "fp32",
}


def rows() -> pd.DataFrame:
    """120 rows, 80 of them to train on; the label stands in the words."""
    things = ["room", "train", "meal", "film at the old cinema", "phone", "doctor from the next village but one"]
    made = [
        {
            "fmc_id": f"r{i:03d}",
            "fmc_split": "train" if i < 80 else "validation" if i < 100 else "test",
            "text": f"the {things[i % 6]} number {i} was {'lovely and quick' if i % 2 else 'awful and slow'} today",
            "label": "good" if i % 2 else "bad",
        }
        for i in range(120)
    ]
    return pd.DataFrame(made)


def dataset(frame: pd.DataFrame, labels: tuple[str, ...] = ("bad", "good"), **columns: Any) -> Dataset:
    return Dataset(
        id="d-000000000000", name="tiny", version=1, task="text-classification", columns=Columns("text", "label", **columns), labels=labels,
        rows=frame["fmc_split"].value_counts().to_dict(), fingerprint="0" * 64, split_seed=0, source="test", problems=(), confirmation=None,
        who="tester", when="2026-01-01T00:00:00+00:00",
    )  # fmt: skip


def spec(base: Path, **settings: Any) -> RunSpec:
    model = BaseModel(str(base), "bert", None, None, 128, "folder")
    return RunSpec("finetune", "text-classification", "d-000000000000", "0" * 64, 0, model, SETTINGS | settings, "test")


def main() -> None:
    import torch

    from fmcore.finetune import finetune

    torch.set_num_threads(1)
    base, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    frame = rows()
    with (folder / "losses.jsonl").open("a", buffering=1, encoding="utf-8") as file:

        def report(progress: Progress) -> None:
            file.write(json.dumps(to_json(progress)) + "\n")

        finetune(
            spec(base, **json.loads(sys.argv[3]) if len(sys.argv) > 3 else {}), dataset=dataset(frame), frame=frame, folder=folder,
            report=report, should_stop=lambda: False, log=print, say=print,
        )  # fmt: skip


if __name__ == "__main__":
    main()
