"""Kill the job process with signal 9 at random moments: is a run lost, and is the result still the same, bit for bit?

    python benchmarks/kill.py [--times 20] [--base embedded] [--seed 0]

Trains one run undisturbed, then others, each killed once at a random moment of its life (start, training, evaluation, checkpoint,
answering the test rows) until there were so many kills, and never helps. A moment is a random step and a random delay after it, so
that other work on the machine does not shift the kills to one end. Runs in a home folder of its own, which is removed at the end.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import itertools
import json
import os
import random
import signal
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
WAIT_SECONDS = 600.0
LONGEST_DELAY = 2.5
"""Seconds; after the last step this reaches into the answering of the validation and test rows."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=20, help="kills; default: %(default)s")
    parser.add_argument("--base", default="embedded", help="embedded or a folder; default: %(default)s")
    parser.add_argument("--rows", type=int, default=120, help="rows of the data set; default: %(default)s")
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0, help="of the moments")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fmcore-kill-") as home:
        os.environ.update(FMCORE_HOME=home, FMCORE_CHECKPOINT_SECONDS="1", FMCORE_OFFLINE="1")
        lost, different, moments = measure(args)
        (Path(home) / "supervisor.lock").unlink(missing_ok=True)  # its supervisor leaves when it sees this
        time.sleep(1)
    found = {"kills": len(moments), "lost_runs": lost, "runs_with_another_result": different, "moments": moments}
    print(json.dumps(found, indent=2))
    return 1 if lost or different else 0


def measure(args: argparse.Namespace) -> tuple[int, int, list[dict[str, object]]]:
    """Return lost runs, runs with another curve or other weights, and where each kill struck."""
    from fmcore.store import open_store

    spec, store = plan(args), open_store()
    reference = wait(store, submit(spec, "undisturbed"))
    # Left to itself each run measures whether bf16 is faster, which on a busy machine may come out either way: all do as the first did.
    spec = dataclasses.replace(spec, settings={**spec.settings, "precision": precision(reference)})
    run, wanted = store.run(reference), result(store, reference)
    print(f"undisturbed: {run.seconds:.1f} s, {run.steps} steps in {precision(reference)}", file=sys.stderr)
    chance, lost, different, moments = random.Random(args.seed), 0, 0, []
    while len(moments) < args.times:
        run_id = submit(spec, f"killed-{chance.random()}")
        moment = kill(store, run_id, chance.randint(0, run.steps), chance.uniform(0, LONGEST_DELAY))
        status = wait(store, run_id)
        found = result(store, run_id) if status == run_id else None
        same = found == wanted
        lost += status != run_id
        different += status == run_id and not same
        if moment is not None:
            moments.append(moment | {"attempts": store.run(run_id).attempts, "done": status == run_id, "same": same})
            print(json.dumps(moments[-1]), file=sys.stderr)
        if found is not None and not same:
            print("\n".join(differences(found, wanted, run_id)), file=sys.stderr)
    return lost, different, moments


def plan(args: argparse.Namespace):
    """Return the run to repeat: texts whose label stands in their words, shuffled enough that the loss takes a while to fall."""
    import pandas as pd

    from fmcore.pipeline import datasets, runs
    from fmcore.records import Columns
    from fmcore.training.settings import FinetuneSettings

    chance = random.Random(1)
    things, moods = (
        ["room", "train", "meal", "film", "phone", "doctor"],
        {"good": ["lovely", "quick", "warm", "kind"], "bad": ["awful", "slow", "cold", "rude"]},
    )
    rows = []
    for i in range(args.rows):
        label = chance.choice(["good", "bad"])
        words = [
            chance.choice(things),
            str(i),
            chance.choice(moods[label]),
            *chance.choices(["and", "the", "it", "was", "very", "not", "so"], k=i % 9),
        ]
        rows.append({"text": " ".join(words), "label": label})
    dataset = datasets.add(pd.DataFrame(rows), Columns(text="text", label="label"), name="kill", accept_problems=True)
    return runs.plan(dataset.id, base=args.base, settings=FinetuneSettings(epochs=args.epochs, batch_size=args.batch_size))


def differences(found: tuple, wanted: tuple, run_id: str) -> list[str]:
    """Return what came out otherwise, and what the run's log says of its attempts."""
    from fmcore.pipeline.runs import folder

    points = [f"{mine} instead of {theirs}" for mine, theirs in itertools.zip_longest(found[0], wanted[0]) if mine != theirs]
    weights = "the same weights" if found[1] == wanted[1] else "other weights"
    return [f"{weights}; {len(points)} points of the curve differ", *points[:3], *(folder(run_id) / "job.log").read_text().splitlines()]


def submit(spec, name: str) -> str:
    from fmcore import jobs

    return jobs.submit(spec, name=name, key=name).id


def kill(store, run_id: str, step: int, delay: float) -> dict[str, object] | None:
    """Kill the run's process so many seconds after it reached a step; return what it was doing, None where it was done by then."""
    while not (held := [process for run, process in store.running() if run.id == run_id]) or store.run(run_id).step < step:
        if store.run(run_id).status.is_final:
            return None
        time.sleep(0.01)
    time.sleep(delay)
    held = [process for run, process in store.running() if run.id == run_id]
    if not held:
        return None
    run = store.run(run_id)
    os.kill(held[0].pid, signal.SIGKILL)
    return {"step": run.step, "doing": str(run.message or ""), "checkpoints": sorted(p.name for p in checkpoints(run_id))}


def precision(run_id: str) -> str:
    """Return the precision that the run has chosen."""
    from fmcore.pipeline.runs import folder

    return json.loads((folder(run_id) / "choices.json").read_text(encoding="utf-8"))["precision"]


def checkpoints(run_id: str) -> list[Path]:
    """Return the checkpoints that lie there, half-written ones too."""
    from fmcore.pipeline.runs import folder

    place = folder(run_id) / "checkpoints"
    return list(place.iterdir()) if place.is_dir() else []


def wait(store, run_id: str) -> str | None:
    """Return the run's id once it is done, None where it failed or never came back."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not (run := store.run(run_id)).status.is_final:
        if time.monotonic() > deadline:
            return None
        time.sleep(0.2)
    return run_id if run.status.value == "done" else None


def result(store, run_id: str) -> tuple[list[tuple[int, float, float]], str]:
    """Return the loss curve, train and validation, and the sha256 of the final weights."""
    from fmcore.pipeline.runs import folder

    curve = [(p.step, p.values["train_loss"], p.values.get("validation_loss", 0.0)) for p in store.progress(run_id)]
    return curve, hashlib.sha256((folder(run_id) / "model" / "model.safetensors").read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
