"""A store with data sets and runs written by hand, and the app opened at one page: what the page tests stand on."""

from __future__ import annotations

import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from streamlit.testing.v1 import AppTest

from fmcore.data import shelf
from fmcore.evaluation import predictions
from fmcore.records import BaseModel, Columns, Dataset, Estimate, Metric, Problem, Progress, RunSpec, Severity, Status, say
from fmcore.settings import get_settings
from fmcore.store import LoggedRun, NewRun, Store, open_store
from fmcore.training.settings import FinetuneSettings

ROOT = Path(__file__).resolve().parents[2]
LABELS = ("bad", "good <b>loud</b>")
BASE = BaseModel("embedded", "bert", "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db", 22_713_216, 512, "embedded")


def app(at: str, **address: str) -> AppTest:
    """Return the app, opened at a page as by a link."""
    test = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    test.switch_page(f"pages/{at}.py")
    for name, value in address.items():
        test.query_params[name] = value
    return test.run()


def words(test: AppTest) -> str:
    """Return everything that stands on the page as text."""
    kinds = (test.title, test.subheader, test.markdown, test.caption, test.info, test.warning, test.error, test.code, test.text)
    return "\n".join(str(one.value) for kind in kinds for one in kind)


def add_dataset(store: Store, number: int = 1, *, name: str = "reviews", blocking: bool = False) -> Dataset:
    problem = Problem("one-class", Severity.BLOCKING, 9, say("Only one label."))
    dataset = Dataset(
        id=f"d-{number:012x}", name=name, version=number, task="text-classification", columns=Columns("text", "label"), labels=LABELS,
        rows={"train": 8, "validation": 4, "test": 4}, fingerprint=f"{number:064x}", split_seed=0, source="test", confirmation=None,
        problems=(problem,) if blocking else (), who="tester", when="2026-01-01T00:00:00.000000+00:00",
    )  # fmt: skip
    store.add_dataset(dataset)
    return dataset


def spec(dataset: Dataset, **settings: object) -> RunSpec:
    values = FinetuneSettings(**settings).model_dump(mode="json")
    return RunSpec("finetune", dataset.task, dataset.id, dataset.fingerprint, 0, BASE, values, "0.1.0")


def progress(steps: int = 10) -> list[Progress]:
    return [
        Progress(step, step / 5, 1000 + step, {"train_loss": math.exp(-step / 5), "examples_per_second": 64.0, "validation_loss": 1 / step})
        for step in range(1, steps + 1)
    ]


def metrics(value: float) -> list[Metric]:
    def estimate(figure: float) -> Estimate:
        return Estimate(figure, figure - 0.05, figure + 0.05, 0.95, 4, "wilson")

    names = ("macro-f1", "accuracy", "loss")
    return [Metric(split, name, None, estimate(value)) for split in ("validation", "test") for name in names]


def log_runs(store: Store, dataset: Dataset, count: int, **first: object) -> list[str]:
    """Return the ids of finished runs named ``run 0``, ``run 1`` …, whose validation macro-F1 grows from 0.5 in steps of 0.001."""
    many = [
        LoggedRun(NewRun(spec(dataset, seed=n), f"run {n}", "tester", f"key-{n}"), progress(), metrics(0.5 + n / 1000), seconds=60.0 + n)
        for n in range(count)
    ]
    return store.log_runs(many)


def finished_run(store: Store, dataset: Dataset, *, name: str = "shown") -> str:
    """Return the id of a done run with rows and predictions on disk: 3 of 4 validation rows right, 2 of 4 test rows."""
    [run_id] = store.log_runs(
        [LoggedRun(NewRun(spec(dataset), name, "tester", f"key-{name}"), progress(), metrics(0.75), Status.DONE, 12.0)]
    )
    rows = [(f"{split}-{n}", split, f"{split} text {n}", LABELS[n % 2]) for split, count in dataset.rows.items() for n in range(count)]
    frame = pd.DataFrame(rows, columns=["fmc_id", "fmc_split", "text", "label"])
    shelf.save(dataset, frame, {})
    for split, wrong in (("validation", 1), ("test", 2)):
        part = frame[frame["fmc_split"] == split]
        target = part["label"].map(LABELS.index).to_numpy()
        answer = np.where(np.arange(len(part)) < wrong, 1 - target, target)
        first = np.where(answer == 0, 0.9, 0.2)
        table = {"id": part["fmc_id"], "target": part["label"], "answer": [LABELS[n] for n in answer]}
        table |= {f"p_{LABELS[0]}": first, f"p_{LABELS[1]}": 1 - first, "loss": -np.log(np.where(target == 0, first, 1 - first))}
        predictions.write(pd.DataFrame(table), get_settings().runs() / run_id / "predictions" / f"{split}.parquet")
    return run_id


def baseline_of(store: Store, dataset: Dataset, run_id: str) -> str:
    """Return the id of a done TF-IDF baseline of a run, with the same predictions on disk."""
    none = BaseModel("none", "none", None, None, 0, "none")
    settings = {"kind": "tfidf", "max_length": None, "train_share": 1.0, "seed": 0, "device": "auto"}
    of = replace(spec(dataset), stage="baseline", base=none, settings=settings)
    [made] = store.log_runs([LoggedRun(NewRun(of, "words", "tester", "key-words", (run_id,)), (), metrics(0.7), Status.DONE, 1.0)])
    folder = get_settings().runs()
    shutil.copytree(folder / run_id / "predictions", folder / made / "predictions")
    return made


def store() -> Store:
    return open_store()
