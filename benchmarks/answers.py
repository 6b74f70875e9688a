"""Answers of the inference worker against transformers' pipeline: same model, same texts of mixed lengths; turn by turn in one run.

    python -m benchmarks.answers [--texts 512] [--rounds 3] [--max-length 256] [--base FOLDER]

ours      fmcore.inference.answer, the whole way: socket, batching, the worker's answer, and back
pipeline  pipeline("text-classification", batch_size=32) over the same texts in one call, truncated at the same length

Then how long a person waits: the first answer after a page opened (a worker started, its libraries and the model loaded), and the next
ones, one text each. The model is the embedded base model with a head of random weights; the largest difference between the two ways'
probabilities is printed. Texts: sentences and news beside this checkout, put together to lengths between one sentence and many, or made
ones where those are absent.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
FILES = ("sst2/test.csv", "ag_news_5k/test.csv")
LABELS = ("bad", "good")


def texts(n: int) -> list[str]:
    """Return texts of mixed lengths: half of them one sentence, the others two to sixteen together."""
    chance = random.Random(0)
    found = [row["text"] for name in FILES if (DATA / name).is_file() for row in csv.DictReader((DATA / name).open(encoding="utf-8"))]
    found = found or [
        f"The {thing} number {i} was {word} today." for i in range(99) for thing in ("room", "meal") for word in ("good", "slow")
    ]
    return [" ".join(chance.sample(found, 1 if i % 2 else chance.randint(2, 16))) for i in range(n)]


def finished_run(base: Path, max_length: int) -> str:
    """Return the id of a run in an empty home, as training leaves it, whose model is the base model with a random head."""
    import pandas as pd
    import torch

    from fmcore.pipeline import datasets, fingerprints, runs
    from fmcore.records import Columns, Status
    from fmcore.store import LoggedRun, NewRun, open_store
    from fmcore.tasks import get_task
    from fmcore.training import checkpoints
    from fmcore.training.settings import FinetuneSettings

    rows = pd.DataFrame({"text": [f"sentence number {i}" for i in range(60)], "label": list(LABELS) * 30})
    data = datasets.add(rows, Columns("text", "label"), name="rows", source="benchmark", accept_problems=True)
    spec = runs.plan(data.id, settings=FinetuneSettings(max_length=max_length))
    [run_id] = open_store().log_runs([LoggedRun(NewRun(spec, "answers", "benchmark", "answers"), [], (), Status.DONE, 1.0, "cpu")])
    task = get_task(data.task)
    tokenizer = task.load_tokenizer(base)
    torch.manual_seed(0)
    model = task.load_model(base, LABELS, tokenizer)
    torch.nn.init.normal_(model.classifier.weight)

    def fill(folder: Path) -> None:
        model.save_pretrained(folder)
        tokenizer.save_pretrained(folder)

    checkpoints.write(runs.folder(run_id) / "model", fill)
    fingerprints.record(open_store().run(run_id), open_store())
    return run_id


def asked_pipeline(folder: Path, max_length: int) -> Callable[[list[str]], list[dict[str, float]]]:
    from transformers import pipeline

    pipe = pipeline("text-classification", str(folder), batch_size=32, top_k=None, device=-1)

    def ask(given: list[str]) -> list[dict[str, float]]:
        return [{one["label"]: one["score"] for one in found} for found in pipe(given, truncation=True, max_length=max_length)]

    return ask


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


def waiting(run_id: str, given: list[str]) -> dict[str, float]:
    """Return seconds: from wake() in a home without a worker to the first answer, and for the next ones."""
    from fmcore import inference

    def first() -> None:
        inference.wake(run_id)
        inference.answer(run_id, given[:1])

    seconds, _ = timed(first)
    after = [timed(lambda text=text: inference.answer(run_id, [text]))[0] for text in given[1:41]]
    return {"first answer": seconds, "next, median": statistics.median(after), "next, longest": max(after)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=512)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--max-length", type=int, default=256)
    parser.add_argument("--base", type=Path, help="default: the embedded base model")
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp(prefix="answers-"))
    os.environ |= {"FMCORE_HOME": str(home), "FMCORE_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}
    try:
        compare(args)
    finally:
        shutil.rmtree(home)  # which ends the worker too


def compare(args: argparse.Namespace) -> None:
    import transformers

    from fmcore import inference
    from fmcore.models.embedded import folder as embedded
    from fmcore.pipeline.runs import folder

    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    run_id, given = finished_run(args.base or embedded(), args.max_length), texts(args.texts)
    waits = waiting(run_id, given)
    pipe = asked_pipeline(folder(run_id) / "model", args.max_length)
    pipe(given[:32])
    ours, theirs = [], []
    for _ in range(args.rounds):
        seconds, answers = timed(lambda: inference.answer(run_id, given, timeout=600))
        ours.append(seconds)
        seconds, found = timed(lambda: pipe(given))
        theirs.append(seconds)
        print(f"round: ours {len(given) / ours[-1]:.0f} texts/s, pipeline {len(given) / theirs[-1]:.0f} texts/s", flush=True)
    gap = max(abs(one.scores[label] - two[label]) for one, two in zip(answers, found, strict=True) for label in LABELS)
    tokens = [one.tokens for one in answers]
    rates = {"ours": len(given) / min(ours), "pipeline": len(given) / min(theirs)}
    print(
        f"{len(given)} texts of {min(tokens)} to {max(tokens)} tokens, median {statistics.median(tokens):.0f}; best of {args.rounds} rounds"
    )
    print(f"ours {rates['ours']:.0f} texts/s, pipeline {rates['pipeline']:.0f} texts/s: {rates['ours'] / rates['pipeline']:.1f} times")
    print(f"largest difference of a probability: {gap:.1e}")
    print("; ".join(f"{name} {seconds:.3f} s" for name, seconds in waits.items()))
    print(json.dumps({"texts_per_second": rates, "max_difference": gap, "seconds": waits}))


if __name__ == "__main__":
    main()
