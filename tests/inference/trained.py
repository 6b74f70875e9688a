"""A finished run whose model can be asked, made without training: a tiny model with random weights in the place of a trained one."""

from __future__ import annotations

import shutil
import socket
import threading
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from fmcore import inference
from fmcore.inference import wire
from fmcore.inference.operations import find
from fmcore.pipeline import datasets, fingerprints, runs
from fmcore.pipeline.trained import Loaded
from fmcore.records import Columns, Dataset
from fmcore.store import open_store
from fmcore.training import checkpoints
from tests.pipeline.finished import dataset, finish

THINGS = ("room", "train", "meal", "film", "phone", "doctor")


def made_rows() -> pd.DataFrame:
    """Return 120 rows: text, label (good, bad), group."""
    texts = [f"the {THINGS[i % 6]} number {i} was {'lovely and quick' if i % 2 else 'awful and slow'} today" for i in range(120)]
    return pd.DataFrame({"text": texts, "label": ["bad", "good"] * 60, "group": ["south", "north", "north"] * 40})


def trained(tiny_model: Path, rows: pd.DataFrame, *, name: str = "trained") -> str:
    """Return the id of a done run on these rows (text, label, group), whose model reads 128 tokens and answers bad or good."""
    return _with_model(finish(dataset(rows, name), name=name), tiny_model)


def trained_on(data: Dataset, tiny_model: Path, *, name: str) -> str:
    """Return the same on a data set that is there, with its own labels."""
    return _with_model(finish(data, name=name), tiny_model)


def trained_on_pairs(tiny_model: Path, rows: pd.DataFrame) -> str:
    """Return the same for a model that reads pairs of texts."""
    columns = Columns("text", "label", text_pair="reply", groups=("group",))
    frame = rows.assign(reply=[f"so be it, {label}" for label in rows["label"]])
    return _with_model(finish(datasets.add(frame, columns, name="pairs", source="test", accept_problems=True, who="tester")), tiny_model)


def in_this_process(held: Loaded, patch: pytest.MonkeyPatch) -> None:
    """Let this model answer whoever asks, here and now, without a worker."""

    def ask(run_id: str, operation: str, *, timeout: float = 0, **asked: Any) -> Any:
        if operation == "answer":
            asked.pop("int8", None)
        return wire_and_back(find(operation)(held, **asked))

    patch.setattr(inference, "ask", ask)
    patch.setattr(inference, "wake", lambda run_id=None: None)


def wire_and_back(value: Any) -> Any:
    """Return what arrives of a value that a worker sends."""
    one, other = socket.socketpair()
    with one, other:
        sending = threading.Thread(target=one.sendall, args=(wire.pack(value),))
        sending.start()
        found = wire.receive(other)
        sending.join()
    return found


def _with_model(run_id: str, tiny_model: Path) -> str:
    import torch

    from fmcore.tasks import get_task

    store, place = open_store(), runs.folder(run_id) / "model"
    run = store.run(run_id)
    task, labels = get_task(run.spec.task), store.dataset(run.spec.dataset).labels
    tokenizer = task.load_tokenizer(tiny_model)
    torch.manual_seed(1)
    model = task.load_model(tiny_model, labels, tokenizer)
    torch.nn.init.normal_(model.classifier.weight)  # far from one half, so that answers differ
    shutil.rmtree(place)

    def fill(folder: Path) -> None:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    checkpoints.write(place, fill)
    fingerprints.record(run, store)
    return run_id
